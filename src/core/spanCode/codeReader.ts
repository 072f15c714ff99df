import { CallReader, type Argument } from './callReader';
import type { CodeFact, HandlerName } from './codeFact';

const MAX_DECLARATION = 120;

/** Reads what calls are given and what stands around them, and gathers the facts of a file. */
export class CodeReader extends CallReader {
  readonly facts: CodeFact[] = [];
  /** Constants of the file whose value is a literal. */
  readonly constants = new Map<string, string>();

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
