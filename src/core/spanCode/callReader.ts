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

/** Reads calls, decorators and their arguments out of tokens; every question costs a bounded number of steps. */
export class CallReader {
  readonly tokens: SourceTokens;

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
  protected openAfter(at: number): number | undefined {
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

  protected decoratorEnd(at: number): number {
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
