import { scriptTokens, type ScriptToken } from './scriptTokens';

/** A function of a JavaScript or TypeScript text: offsets from its first token to the end of its body. */
export interface ScriptFunction {
  /** As V8 would call it: declared, or inferred from what it is assigned to; absent if anonymous. */
  readonly name?: string;
  /** The class whose member it is. */
  readonly className?: string;
  readonly start: number;
  readonly end: number;
}

/** The functions of a text in order of their start, found by its tokens alone, in linear time. */
export function scriptFunctions(text: string): ScriptFunction[] {
  return new FunctionFinder(text).find();
}

/** The innermost function around an offset. */
export function functionAt(functions: readonly ScriptFunction[], offset: number): ScriptFunction | undefined {
  let innermost: ScriptFunction | undefined;
  for (const candidate of functions) {
    if (candidate.start > offset) {
      break;
    }
    if (candidate.end > offset) {
      innermost = candidate;
    }
  }
  return innermost;
}

interface Bracket {
  /** Index of the opening token. */
  readonly token: number;
  /** The function whose body this is, as an index into the found ones. */
  readonly opens?: number;
  readonly className?: string;
}

/** An arrow function whose body is an expression: it ends with the expression. */
interface OpenArrow {
  readonly found: number;
  readonly depth: number;
}

const NO_CALL = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await', 'super', 'return']);
const STATEMENTS = new Set([
  ...[
    'const',
    'let',
    'var',
    'function',
    'class',
    'return',
    'if',
    'for',
    'while',
    'export',
    'import',
    'throw',
  ],
  ...['try', 'switch', 'async'],
]);
/** Longest type annotation, in tokens, that is looked through. */
const MAX_ANNOTATION = 80;

class FunctionFinder {
  private readonly text: string;
  private readonly tokens: ScriptToken[] = [];
  /** For closing brackets, the index of the opening one. */
  private readonly opener: number[] = [];
  private readonly brackets: Bracket[] = [];
  private readonly arrows: OpenArrow[] = [];
  private readonly found: { name?: string; className?: string; start: number; end: number }[] = [];
  private pendingClass: { readonly name: string | undefined; readonly depth: number } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  find(): ScriptFunction[] {
    for (const token of scriptTokens(this.text)) {
      this.tokens.push(token);
      this.take(this.tokens.length - 1);
    }
    return this.found.sort((a, b) => a.start - b.start);
  }

  private take(index: number): void {
    const token = this.tokens[index]!;
    if (token.kind === 'name') {
      this.takeName(index);
      return;
    }
    if (token.kind === 'literal') {
      return;
    }
    const word = this.word(index);
    switch (word) {
      case '(':
      case '[':
        this.brackets.push({ token: index });
        break;
      case '{':
        this.openBrace(index);
        break;
      case ')':
      case ']':
      case '}':
        this.close(index, word);
        break;
      case ',':
      case ';':
        this.endArrows(this.brackets.length, token.start);
        break;
      case '=>':
        this.takeArrow(index);
        break;
      default:
    }
  }

  private takeName(index: number): void {
    const word = this.word(index);
    const isMember = this.word(index - 1) === '.';
    if (word === 'class' && !isMember) {
      this.pendingClass = { name: this.classNameAfter(index), depth: this.brackets.length };
    }
    if (STATEMENTS.has(word) && !isMember && this.startsLine(index)) {
      this.endArrows(this.brackets.length, this.tokens[index]!.start, true);
    }
  }

  private classNameAfter(index: number): string | undefined {
    const named = /^\s+([\p{L}_$][\p{L}\d_$]{0,200})/u.exec(
      this.text.slice(this.tokens[index]!.end, this.tokens[index]!.end + 260),
    );
    const word = named?.[1];
    return word === undefined || word === 'extends' || word === 'implements'
      ? this.assignedName(index - 1)
      : word;
  }

  private openBrace(index: number): void {
    const pending = this.pendingClass;
    if (pending?.depth === this.brackets.length) {
      this.pendingClass = undefined;
      this.brackets.push({ token: index, className: pending.name ?? '' });
      return;
    }
    const opens = this.functionBefore(index);
    this.brackets.push(opens === undefined ? { token: index } : { token: index, opens });
  }

  /** The function whose body begins with the brace at `index`. */
  private functionBefore(index: number): number | undefined {
    const before = this.word(index - 1);
    if (before === '=>') {
      // Taken as an expression at the arrow: its body is the braces instead.
      return this.arrows.pop()?.found;
    }
    const close = before === ')' ? index - 1 : this.beforeAnnotation(index - 1);
    if (close === undefined) {
      return undefined;
    }
    const found = this.declaredFunction(this.opener[close]!);
    if (found !== undefined) {
      this.dropArrowTypes(this.tokens[close]!.start);
    }
    return found;
  }

  /** What looked like arrow functions since `from` were types: `): (row: number) => number {`. */
  private dropArrowTypes(from: number): void {
    for (let top = this.arrows.at(-1); top?.depth === this.brackets.length; top = this.arrows.at(-1)) {
      const arrow = this.found[top.found]!;
      if (arrow.start < from) {
        return;
      }
      arrow.end = arrow.start;
      this.arrows.pop();
    }
  }

  /** From the last token of a type annotation (`): Promise<T>`) to the parenthesis before it. */
  private beforeAnnotation(last: number): number | undefined {
    let at = last;
    for (let steps = 0; at > 0 && steps < MAX_ANNOTATION; steps++, at--) {
      const word = this.word(at);
      if (word === ':') {
        return this.word(at - 1) === ')' && at < last ? at - 1 : undefined;
      }
      if (word === ')' || word === ']' || word === '}') {
        const open = this.opener[at];
        if (open === undefined) {
          return undefined;
        }
        at = open;
      } else if (word === ';' || word === '=' || word === '(' || word === '{' || word === '?') {
        return undefined;
      }
    }
    return undefined;
  }

  private declaredFunction(open: number): number | undefined {
    const before = this.beforeGenerics(open - 1);
    const word = this.word(before);
    if (word === 'function' || (word === '*' && this.word(before - 1) === 'function')) {
      const start = word === '*' ? before - 1 : before;
      return this.add(this.assignedName(this.word(start - 1) === 'async' ? start - 2 : start - 1), start);
    }
    const kind = this.tokens[before]?.kind;
    // In a class body even `for(…) {` declares a method.
    if (kind === 'name' && (!NO_CALL.has(word) || this.enclosingClass() !== undefined)) {
      const isDeclaration = this.word(before - 1) === 'function' || this.word(before - 2) === 'function';
      return this.add(word, before, isDeclaration ? undefined : this.enclosingClass());
    }
    if (word === ']' && this.opener[before] !== undefined) {
      const computed = this.text.slice(this.tokens[this.opener[before]]!.start, this.tokens[before]!.end);
      return this.add(computed, before, this.enclosingClass());
    }
    return kind === 'literal' ? this.add(unquoted(word), before, this.enclosingClass()) : undefined;
  }

  /** Over the type parameters of `name<T>(`. */
  private beforeGenerics(index: number): number {
    if (this.word(index) !== '>') {
      return index;
    }
    let depth = 0;
    for (let at = index, steps = 0; at >= 0 && steps < MAX_ANNOTATION; at--, steps++) {
      const word = this.word(at);
      depth += word === '>' ? 1 : word === '<' ? -1 : 0;
      if (depth === 0) {
        return at - 1;
      }
    }
    return index;
  }

  private takeArrow(index: number): void {
    const close = this.word(index - 1) === ')' ? index - 1 : this.beforeAnnotation(index - 1);
    const open = close === undefined ? index - 1 : this.opener[close];
    if (open === undefined || open < 0) {
      return;
    }
    const generics = this.beforeGenerics(open - 1);
    const before = this.word(generics) === 'async' ? generics - 1 : generics;
    const found = this.add(this.assignedName(before), open, this.enclosingClass());
    this.arrows.push({ found, depth: this.brackets.length });
  }

  /** The name that V8 infers from `name =`, `name: Type =`, `a.name =` or `name:` ending at `index`. */
  private assignedName(index: number): string | undefined {
    const word = this.word(index);
    if (word === ':') {
      return this.propertyName(index - 1);
    }
    if (word !== '=' || '=!<>'.includes(this.text.charAt(this.tokens[index]!.start - 1))) {
      return undefined;
    }
    const annotated = this.annotatedName(index - 1);
    return annotated ?? this.propertyName(index - 1);
  }

  private propertyName(index: number): string | undefined {
    const token = this.tokens[index];
    if (token?.kind === 'name') {
      return this.word(index);
    }
    return token?.kind === 'literal' ? unquoted(this.word(index)) : undefined;
  }

  /** `name` of `const name: Type =`. */
  private annotatedName(last: number): string | undefined {
    for (let at = last, steps = 0; at > 0 && steps < MAX_ANNOTATION; at--, steps++) {
      const word = this.word(at);
      if (word === ':') {
        return this.propertyName(at - 1);
      }
      if (word === ')' || word === ']' || word === '}') {
        at = this.opener[at] ?? 0;
      } else if (
        STATEMENTS.has(word) ||
        word === ';' ||
        word === ',' ||
        word === '(' ||
        word === '{' ||
        word === '?'
      ) {
        return undefined;
      }
    }
    return undefined;
  }

  private close(index: number, word: string): void {
    const depth = this.brackets.length;
    this.endArrows(depth, this.tokens[index]!.start);
    const top = this.brackets.at(-1);
    if (top === undefined || OPENING[word] !== this.word(top.token)) {
      return;
    }
    this.brackets.pop();
    this.opener[index] = top.token;
    if (top.opens !== undefined) {
      this.found[top.opens]!.end = this.tokens[index]!.end;
    }
  }

  private endArrows(depth: number, end: number, onlyAtDepth = false): void {
    for (let top = this.arrows.at(-1); top && top.depth >= depth; top = this.arrows.at(-1)) {
      if (onlyAtDepth && top.depth !== depth) {
        return;
      }
      this.found[top.found]!.end = end;
      this.arrows.pop();
    }
  }

  private enclosingClass(): string | undefined {
    return this.brackets.at(-1)?.className;
  }

  private add(name: string | undefined, token: number, className?: string): number {
    this.found.push({
      ...(name === undefined ? {} : { name }),
      ...(className === undefined || className === '' ? {} : { className }),
      start: this.tokens[token]!.start,
      // A body without end goes on to the end of the text.
      end: this.text.length,
    });
    return this.found.length - 1;
  }

  private startsLine(index: number): boolean {
    const from = index === 0 ? 0 : this.tokens[index - 1]!.end;
    return this.text.slice(from, this.tokens[index]!.start).includes('\n');
  }

  /** The text of a token; long literals are not needed. */
  private word(index: number): string {
    const token = this.tokens[index];
    return token ? this.text.slice(token.start, Math.min(token.end, token.start + 300)) : '';
  }
}

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

function unquoted(word: string): string {
  return /^['"`].*['"`]$/.test(word) ? word.slice(1, -1) : word;
}
