import type { CodeFact, HandlerName } from './codeFact';
import type { SourceTokens } from './sourceTokens';

/** One argument: tokens from `from` up to `to`, without the name that it may be given by. */
export interface Argument {
  readonly name?: string;
  readonly from: number;
  readonly to: number;
}

/** A call, or a decorator, annotation or attribute, by its name. */
export interface Call {
  /** Token of the last name of the callee. */
  readonly at: number;
  readonly name: string;
  /** What stands before the dot, arrow or colons: its last name; empty for the result of a call, absent for a bare name. */
  readonly receiver?: string;
  readonly args: readonly Argument[];
  /** The closing bracket, or the last token of a call without brackets. */
  readonly end: number;
  /** Written before a declaration: `@name(…)`, `[Name(…)]`, `#[name(…)]`. */
  readonly decorates: boolean;
  readonly lineBase1: number;
}

const MAX_ARGUMENTS = 16;
const MAX_STEPS = 400;
const MAX_DECLARATION = 120;

/** Reads calls and what stands around them; every question costs a bounded number of steps. */
export class CodeReader {
  readonly tokens: SourceTokens;
  readonly facts: CodeFact[] = [];
  /** Constants of the file whose value is a literal. */
  readonly constants = new Map<string, string>();

  constructor(tokens: SourceTokens) {
    this.tokens = tokens;
  }

  /** The call whose callee's last name is the token `at`; `undefined` where it is no call. */
  call(at: number): Call | undefined {
    const { tokens } = this;
    const decorates = this.isDecorator(at);
    const open = this.openAfter(at);
    if (open !== undefined) {
      const end = tokens.mates[open]!;
      return end === -1 ? undefined : this.make(at, this.argumentsIn(open + 1, end), end, decorates);
    }
    if (decorates) {
      return this.make(at, [], at, true);
    }
    if (tokens.dialect.hasCommands && this.beginsStatement(at) && this.isOperand(at + 1)) {
      const end = this.commandEnd(at + 1);
      return this.make(at, this.argumentsIn(at + 1, end), end - 1, false);
    }
    return undefined;
  }

  /** The argument of that name, or the one at that place. */
  argument(call: Call, place: number, ...names: readonly string[]): Argument | undefined {
    const named = call.args.find(({ name }) => name !== undefined && names.includes(name));
    const placed = call.args[place];
    return named ?? (placed?.name === undefined ? placed : undefined);
  }

  /** A literal without code, or a constant that holds one. */
  textOf(argument: Argument | undefined): string | undefined {
    if (!argument) {
      return undefined;
    }
    const { tokens } = this;
    const { from, to } = argument;
    if (to - from === 1) {
      return tokens.isText(from)
        ? tokens.isTemplate(from)
          ? undefined
          : tokens.literal(from)
        : this.constants.get(tokens.word(from));
    }
    // `"a".to_string()`, `String::from("a")`, `{ "a" }`, `["a"]`, and the last name of `Topics.ORDERS`.
    if (tokens.isText(from) && tokens.is(from + 1, '.')) {
      return tokens.literal(from);
    }
    if ((tokens.is(from, '{') || tokens.is(from, '[')) && to - from <= 3 && tokens.isText(from + 1)) {
      return tokens.literal(from + 1);
    }
    return tokens.is(to - 2, '.') ? this.constants.get(tokens.word(to - 1)) : undefined;
  }

  /** The literal parts of an argument: of a template what stands around its code, of `"a" + b` the literals. */
  partsOf(argument: Argument | undefined): readonly string[] | undefined {
    const whole = this.textOf(argument);
    if (whole !== undefined) {
      return [whole];
    }
    if (!argument) {
      return undefined;
    }
    const { tokens } = this;
    if (argument.to - argument.from === 1 && tokens.isText(argument.from)) {
      return templateParts(tokens.literal(argument.from)!, tokens.dialect.code);
    }
    const parts: string[] = [];
    for (let at = argument.from; at < Math.min(argument.to, argument.from + 12); at++) {
      if (tokens.isText(at)) {
        if (at === argument.from + 0 && parts.length === 0) {
          parts.push(tokens.literal(at)!);
        } else {
          parts.push(...(parts.length === 0 ? [''] : []), tokens.literal(at)!);
        }
      }
    }
    if (parts.length === 0 || !this.has(argument, '+')) {
      return undefined;
    }
    return tokens.isText(argument.to - 1) ? parts : [...parts, ''];
  }

  /** Texts of a list argument: `["GET", "POST"]`, `{"a", "b"}`, or one text. */
  textsOf(argument: Argument | undefined): readonly string[] {
    if (!argument) {
      return [];
    }
    const texts: string[] = [];
    for (let at = argument.from; at < Math.min(argument.to, argument.from + 60); at++) {
      const text = this.tokens.literal(at);
      if (text !== undefined) {
        texts.push(text);
      }
    }
    const whole = this.textOf(argument);
    return texts.length === 0 && whole !== undefined ? [whole] : texts;
  }

  /** The names in an argument, in order. */
  namesOf(argument: Argument): readonly string[] {
    const names: string[] = [];
    for (let at = argument.from; at < Math.min(argument.to, argument.from + 60); at++) {
      if (this.tokens.isName(at)) {
        names.push(this.tokens.word(at));
      }
    }
    return names;
  }

  has(argument: Argument, char: string): boolean {
    for (let at = argument.from; at < Math.min(argument.to, argument.from + 60); at++) {
      if (this.tokens.is(at, char)) {
        return true;
      }
    }
    return false;
  }

  /** Properties of an object literal, a dictionary or keyword list. */
  properties(argument: Argument): ReadonlyMap<string, Argument> {
    const open = argument.from;
    const end = this.tokens.is(open, '{') || this.tokens.is(open, '[') ? this.tokens.mates[open]! : -1;
    const inner = end === -1 ? [] : this.argumentsIn(open + 1, end);
    return new Map(inner.flatMap((one) => (one.name === undefined ? [] : [[one.name, one] as const])));
  }

  /**
   * What an argument hands the work to: `undefined` where it is no function at all, `inline` where the code stands there. Calls
   * around a single name, as `wrap(show)`, hand it on.
   */
  handlerOf(argument: Argument | undefined): HandlerName | 'inline' | undefined {
    if (!argument || argument.to <= argument.from) {
      return undefined;
    }
    const { tokens } = this;
    const { from, to } = argument;
    if (this.isFunction(argument)) {
      return 'inline';
    }
    if (tokens.isText(from) && to - from === 1) {
      return handlerOfText(tokens.literal(from)!);
    }
    if (tokens.is(from, '[') && tokens.dialect.family === 'php') {
      const names = this.namesOf(argument).filter((name) => name !== 'class');
      const [method] = this.textsOf(argument);
      return method === undefined
        ? undefined
        : { name: method, ...(names[0] !== undefined && { owner: names.at(-1)! }) };
    }
    if (tokens.is(from, '[')) {
      // Express takes lists of handlers; the last one answers.
      const inner = this.argumentsIn(from + 1, Math.max(tokens.mates[from]!, from + 1)).at(-1);
      return inner && inner.from > from ? this.handlerOf(inner) : undefined;
    }
    return this.chainOf(from, to);
  }

  /** The function or class that is declared right behind a decorator, with its line. */
  declaredAfter(at: number): HandlerName | undefined {
    const { tokens } = this;
    const { family } = tokens.dialect;
    let index = at + 1;
    for (let steps = 0; index < tokens.count && steps < MAX_DECLARATION; steps++, index++) {
      if (tokens.is(index, '@')) {
        index = this.decoratorEnd(index);
      } else if (tokens.is(index, '[') || tokens.is(index, '(')) {
        index = Math.max(tokens.mates[index]!, index);
      } else if (
        tokens.is(index, ';') ||
        tokens.is(index, '}') ||
        (tokens.is(index, '{') && family !== 'script')
      ) {
        return undefined;
      } else if (tokens.isName(index)) {
        const word = tokens.word(index);
        if (word === 'class' || word === 'def' || word === 'fn' || word === 'fun' || word === 'function') {
          return { name: tokens.word(index + 1), lineBase1: tokens.lines[index + 1]! };
        }
        const open = this.openAfter(index);
        if (open !== undefined && family !== 'python') {
          return { name: word, lineBase1: tokens.lines[index]! };
        }
      }
    }
    return undefined;
  }

  /** The class around nothing else than a decorator: whether a class is declared behind it. */
  decoratesClass(at: number): boolean {
    const { tokens } = this;
    for (let index = at + 1, steps = 0; index < tokens.count && steps < MAX_DECLARATION; steps++, index++) {
      if (tokens.is(index, '@')) {
        index = this.decoratorEnd(index);
      } else if (tokens.is(index, '[') || tokens.is(index, '(')) {
        index = Math.max(tokens.mates[index]!, index);
      } else if (tokens.isName(index)) {
        const word = tokens.word(index);
        if (word === 'class' || word === 'interface' || word === 'record') {
          return true;
        }
        if (this.openAfter(index) !== undefined || word === 'def' || word === 'fn') {
          return false;
        }
      } else if (tokens.is(index, ';') || tokens.is(index, '{') || tokens.is(index, '}')) {
        return false;
      }
    }
    return false;
  }

  /** The variable that the value beginning in the statement of token `at` is assigned to. */
  assignedTo(at: number): string | undefined {
    const { tokens } = this;
    for (let index = at, steps = 0; index > 0 && steps < 14; index--, steps++) {
      if (tokens.is(index, '=') && tokens.isName(index - 1)) {
        return tokens.word(index - 1);
      }
      if (tokens.is(index, '=') && tokens.is(index - 1, ':')) {
        return tokens.word(index - 2);
      }
      const isEnd = tokens.is(index, ';') || tokens.is(index, '{') || tokens.is(index, '}');
      // A line ends the statement where nothing at its end says that it goes on.
      const isFirst = tokens.lines[index - 1]! < tokens.lines[index]!;
      if (isEnd || (isFirst && !'=(,.+['.includes(tokens.word(index - 1)))) {
        return undefined;
      }
    }
    return undefined;
  }

  /** Arguments between two brackets, split at commas outside of inner brackets. */
  argumentsIn(first: number, end: number): Argument[] {
    const { tokens } = this;
    const args: Argument[] = [];
    let from = first;
    for (let at = first, steps = 0; at <= end && steps < MAX_STEPS; at++, steps++) {
      if (at === end || tokens.is(at, ',')) {
        if (at > from) {
          args.push(this.named(from, at));
        }
        from = at + 1;
        if (args.length === MAX_ARGUMENTS) {
          break;
        }
      } else if (tokens.is(at, '(') || tokens.is(at, '[') || tokens.is(at, '{')) {
        const mate = tokens.mates[at]!;
        at = mate > at && mate < end ? mate : at;
      }
    }
    return args;
  }

  /** `name: value`, `name = value`, `name => value`, `"name": value`, `:name => value`. */
  private named(from: number, to: number): Argument {
    const { tokens } = this;
    const isKey = tokens.isName(from) || tokens.isText(from);
    const name = tokens.isText(from) ? tokens.literal(from)! : tokens.word(from);
    if (isKey && to - from >= 3) {
      if (tokens.is(from + 1, ':') && !tokens.is(from + 2, ':')) {
        return { name, from: from + 2, to };
      }
      if (tokens.is(from + 1, '=') && !tokens.is(from + 2, '=') && tokens.isName(from)) {
        return tokens.is(from + 2, '>') ? { from, to } : { name, from: from + 2, to };
      }
      if (tokens.is(from + 1, '=') && tokens.is(from + 2, '>') && tokens.isText(from)) {
        return { name, from: from + 3, to };
      }
    }
    // A method in an object literal: `handler(request) { … }`.
    if (
      tokens.isName(from) &&
      name !== 'async' &&
      name !== 'function' &&
      tokens.dialect.family === 'script' &&
      tokens.is(from + 1, '(') &&
      tokens.is(to - 1, '}')
    ) {
      return { name, from, to };
    }
    return { from, to };
  }

  private isFunction({ from, to }: Argument): boolean {
    const { tokens } = this;
    const first = tokens.word(from);
    if (
      first === 'async' ||
      first === 'function' ||
      first === 'func' ||
      first === 'lambda' ||
      first === 'fn' ||
      first === 'static' ||
      first === 'proc'
    ) {
      return true;
    }
    if (tokens.is(from, '|') || (first === 'move' && tokens.is(from + 1, '|'))) {
      return true;
    }
    for (let at = from, steps = 0; at < to - 1 && steps < 40; at++, steps++) {
      if (tokens.is(at, '(') || tokens.is(at, '[') || tokens.is(at, '{')) {
        const mate = tokens.mates[at]!;
        at = mate > at && mate < to ? mate : at;
      } else if ((tokens.is(at, '=') || tokens.is(at, '-')) && tokens.is(at + 1, '>') && tokens.touches(at)) {
        return true;
      }
    }
    return false;
  }

  private chainOf(from: number, to: number): HandlerName | undefined {
    const { tokens } = this;
    let owner: string | undefined;
    let name: string | undefined;
    for (let at = from, steps = 0; at < to && steps < 24; at++, steps++) {
      if (tokens.isName(at)) {
        const word = tokens.word(at);
        if (word === 'new' || word === 'await' || word === 'this' || word === 'self') {
          continue;
        }
        owner = name;
        name = word;
      } else if (tokens.is(at, '(') && name !== undefined) {
        const mate = tokens.mates[at]!;
        const inner = mate > at ? this.argumentsIn(at + 1, mate) : [];
        if (name === 'as_view' && owner !== undefined) {
          return { name: owner };
        }
        // `this.show.bind(this)`.
        if (name === 'bind' && owner !== undefined) {
          return { name: owner };
        }
        const handed = inner.map((one) => this.handlerOf(one)).filter((one) => one !== undefined);
        const function_ = handed.find((one): one is HandlerName => one !== 'inline');
        if (handed.includes('inline')) {
          return undefined;
        }
        return function_ ?? { name, ...(owner !== undefined && { owner }) };
      } else if (!tokens.is(at, '.') && !tokens.is(at, ':') && !tokens.is(at, '&') && !tokens.is(at, '$')) {
        return undefined;
      }
    }
    return name === undefined || /^\d/.test(name)
      ? undefined
      : { name, ...(owner !== undefined && { owner }) };
  }

  private make(at: number, args: readonly Argument[], end: number, decorates: boolean): Call {
    const { tokens } = this;
    const receiver = this.receiverOf(at);
    return {
      at,
      name: tokens.word(at),
      ...(receiver !== undefined && { receiver }),
      args,
      end,
      decorates,
      lineBase1: tokens.lines[at]!,
    };
  }

  private receiverOf(at: number): string | undefined {
    const { tokens } = this;
    let before = at - 1;
    if (tokens.is(before, '.')) {
      before -= tokens.is(before - 1, '?') ? 2 : 1;
    } else if (
      (tokens.is(before, '>') && tokens.is(before - 1, '-')) ||
      (tokens.is(before, ':') && tokens.is(before - 1, ':'))
    ) {
      before -= 2;
    } else {
      return undefined;
    }
    return tokens.isName(before) ? tokens.word(before) : '';
  }

  /** The opening parenthesis behind a name, over type arguments. */
  private openAfter(at: number): number | undefined {
    const { tokens } = this;
    if (tokens.is(at + 1, '(')) {
      // A blank before it is the first argument's in a call without parentheses.
      return tokens.dialect.hasCommands && !tokens.touches(at) ? undefined : at + 1;
    }
    // `name!(…)` of Rust.
    if (tokens.is(at + 1, '!') && tokens.is(at + 2, '(') && tokens.dialect.family === 'rust') {
      return at + 2;
    }
    if (!tokens.is(at + 1, '<') || tokens.dialect.hasCommands) {
      return undefined;
    }
    let depth = 0;
    for (let index = at + 1; index < Math.min(tokens.count, at + 30); index++) {
      if (tokens.is(index, '<')) {
        depth++;
      } else if (tokens.is(index, '>')) {
        depth--;
        if (depth === 0) {
          return tokens.is(index + 1, '(') ? index + 1 : undefined;
        }
      } else if (tokens.is(index, ';') || tokens.is(index, ')')) {
        return undefined;
      }
    }
    return undefined;
  }

  private isDecorator(at: number): boolean {
    const { tokens } = this;
    let first = at;
    for (let steps = 0; steps < 6 && tokens.is(first - 1, '.') && tokens.isName(first - 2); steps++) {
      first -= 2;
    }
    for (let steps = 0; steps < 6 && tokens.is(first - 1, ':') && tokens.is(first - 2, ':'); steps++) {
      first -= 3;
    }
    if (tokens.is(first - 1, '@')) {
      return tokens.dialect.family !== 'ruby' && tokens.dialect.family !== 'beam';
    }
    const { family } = tokens.dialect;
    if (family === 'dotnet') {
      return this.isAttribute(first);
    }
    return (family === 'rust' || family === 'php') && tokens.is(first - 1, '[') && tokens.is(first - 2, '#');
  }

  /** `[Name` at the start of a member, or `, Name` in such a list. */
  private isAttribute(first: number): boolean {
    const { tokens } = this;
    if (tokens.is(first - 1, '[')) {
      const before = first - 2;
      return (
        before < 0 ||
        tokens.is(before, ']') ||
        tokens.is(before, ';') ||
        tokens.is(before, '{') ||
        tokens.is(before, '}')
      );
    }
    return false;
  }

  private decoratorEnd(at: number): number {
    const { tokens } = this;
    let index = at + 1;
    for (let steps = 0; steps < 6 && tokens.is(index + 1, '.'); steps++) {
      index += 2;
    }
    return tokens.is(index + 1, '(') ? Math.max(tokens.mates[index + 1]!, index + 1) : index;
  }

  private beginsStatement(at: number): boolean {
    const { tokens } = this;
    return at === 0 || tokens.lines[at - 1]! < tokens.lines[at]! || tokens.is(at - 1, ';');
  }

  private isOperand(at: number): boolean {
    const { tokens } = this;
    return (
      tokens.lines[at] === tokens.lines[at - 1] &&
      (tokens.isText(at) ||
        tokens.is(at, ':') ||
        (tokens.isName(at) && !/^(?:do|if|unless)$/.test(tokens.word(at))))
    );
  }

  /** Behind the last token of a call without brackets: its line, and those that a comma leads to. */
  private commandEnd(from: number): number {
    const { tokens } = this;
    let at = from;
    for (let steps = 0; at < tokens.count && steps < MAX_STEPS; steps++, at++) {
      if (tokens.is(at, '(') || tokens.is(at, '[') || tokens.is(at, '{')) {
        at = Math.max(tokens.mates[at]!, at);
      } else if (tokens.isName(at) && tokens.word(at) === 'do') {
        return at;
      }
      if (tokens.lines[at + 1] !== tokens.lines[at] && !tokens.is(at, ',') && !tokens.is(at, '\\')) {
        return at + 1;
      }
    }
    return at;
  }
}

/** `orders#show`, `OrdersController@show`, `app.views.show`, `App\Controller\Orders::show`. */
function handlerOfText(text: string): HandlerName | undefined {
  const parts = /^([\w./\\:]{0,200}?)(?:#|@|::|\.)(\w{1,100}[?!]?)$/.exec(text.slice(0, 320));
  if (!parts) {
    return /^[A-Za-z_]\w{0,100}$/.test(text) ? { name: text } : undefined;
  }
  const owner = /(\w{1,100})$/.exec(parts[1]!)?.[1];
  return { name: parts[2]!, ...(owner !== undefined && { owner }) };
}

/** Parts around `${…}`, `#{…}` or `{…}`. */
function templateParts(text: string, code: string): readonly string[] {
  const open = code === '' ? '{' : code;
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(open); at !== -1 && parts.length < 20; at = text.indexOf(open, from)) {
    parts.push(text.slice(from, at));
    const close = text.indexOf('}', at);
    if (close === -1) {
      return [...parts, ''];
    }
    from = close + 1;
  }
  return [...parts, text.slice(from)];
}
