import type { CodeScope } from './codeScope';
import { codeTokens, type CodeTokens, type Lexis } from './codeTokens';

/** What stands directly around a token: a bracket of a declaration, or of none (`block`, `(`, `[`). */
export type Surrounding = 'file' | CodeScope['kind'] | 'block' | '(' | '[';

/** A declaration whose body is to come, or has just begun. */
export interface Declared {
  readonly kind: CodeScope['kind'] | 'block';
  readonly name: string;
  readonly owner?: string | undefined;
  /** First token of the declaration. */
  readonly token: number;
  /** Of an expression: it ends where the line's indent is met again, not with a bracket. */
  readonly isIndented?: boolean;
}

/** Where the reader of a text stands. */
export interface Place {
  readonly tokens: CodeTokens;
  /** First token of the statement. */
  readonly from: number;
  readonly around: Surrounding;
  /** Name of the innermost declaration around. */
  readonly aroundName: string;
  /** For closing brackets, the index of the opening one. */
  readonly opener: readonly number[];
}

/** How declarations of a language with braces are told. Each is asked once per token. */
export interface BraceLanguage {
  readonly lexis: Lexis;
  /** What a keyword at `index` declares: the next `{` in the same brackets opens it. `undefined` where it is none. */
  readonly announce?: (place: Place, index: number) => Declared | undefined;
  /** What the `{` at `index` opens where nothing was announced. */
  readonly open?: (place: Place, index: number) => Declared | undefined;
  /** What the code behind the token at `index` (`=`, also of `=>`, or `:`) is the body of; it ends with the statement. */
  readonly body?: (place: Place, index: number) => Declared | undefined;
  /** Whether a `{` is a part of its statement rather than its body: a type `interface{}`, an initialiser `x{1}`. */
  readonly isInner?: (place: Place, index: number) => boolean;
  /** Whether statements end with their line; a token there decides. */
  readonly endsStatement?: (place: Place, index: number) => boolean;
}

interface Bracket {
  readonly token: number;
  readonly around: Surrounding;
  readonly name: string;
  /** Index among the found scopes. */
  readonly scope: number | undefined;
  readonly from: number;
}

interface Open {
  readonly scope: number;
  readonly depth: number;
  /** Column of the declaration's line, for bodies that end with their indent. */
  readonly indent: number | undefined;
}

/** The scopes of a text, found by its tokens and brackets alone in linear time. */
export function braceScopes(text: string, language: BraceLanguage): CodeScope[] {
  return new Finder(text, language).find();
}

type Draft = { -readonly [K in keyof CodeScope]: CodeScope[K] };

class Finder {
  private readonly language: BraceLanguage;
  private readonly tokens: CodeTokens;
  private readonly opener: number[] = [];
  private readonly brackets: Bracket[] = [];
  private readonly found: Draft[] = [];
  private readonly announced: { readonly declared: Declared; readonly depth: number }[] = [];
  private readonly bodies: Open[] = [];
  private from = 0;

  constructor(text: string, language: BraceLanguage) {
    this.language = language;
    this.tokens = codeTokens(text, language.lexis);
  }

  find(): CodeScope[] {
    const { kinds, count } = this.tokens;
    for (let index = 0; index < count; index++) {
      this.endLine(index);
      const kind = kinds[index]!;
      if (kind === 'name') {
        this.takeName(index);
      } else if (kind === 'punctuation') {
        this.takePunctuation(index, this.tokens.word(index));
      }
    }
    return this.found.sort((a, b) => a.start - b.start || b.end - a.end);
  }

  private place(): Place {
    const top = this.brackets.at(-1);
    return {
      tokens: this.tokens,
      from: this.from,
      around: top?.around ?? 'file',
      aroundName: top?.name ?? '',
      opener: this.opener,
    };
  }

  /** A new line may end a statement, an announcement and a body. */
  private endLine(index: number): void {
    const { endsStatement } = this.language;
    if ((!endsStatement && this.bodies.length === 0) || !this.tokens.startsLine(index)) {
      return;
    }
    const isClosing = ')]}'.includes(this.tokens.word(index));
    for (let top = this.bodies.at(-1); top?.indent !== undefined; top = this.bodies.at(-1)) {
      if (top.depth !== this.brackets.length || isClosing || this.tokens.indentOf(index) > top.indent) {
        break;
      }
      this.endBody(index);
    }
    if (endsStatement?.(this.place(), index) === true) {
      this.from = index;
      this.cancel(this.brackets.length);
    }
  }

  private takeName(index: number): void {
    const declared = this.language.announce?.(this.place(), index);
    if (declared) {
      this.announced.push({ declared, depth: this.brackets.length });
    }
  }

  private takePunctuation(index: number, word: string): void {
    switch (word) {
      case '(':
      case '[':
        this.brackets.push({ token: index, around: word, name: '', scope: undefined, from: this.from });
        this.from = index + 1;
        break;
      case '{':
        this.openBrace(index);
        break;
      case ')':
      case ']':
      case '}':
        this.close(index, word);
        break;
      case ';':
        this.endBodies(index + 1, this.brackets.length);
        this.cancel(this.brackets.length);
        this.from = index + 1;
        break;
      case ',':
        this.endClosures(index);
        break;
      case '=':
      case ':':
        this.openBody(index);
        break;
      default:
    }
  }

  private openBrace(index: number): void {
    const place = this.place();
    const pending = this.announced.at(-1);
    const isPending = pending?.depth === this.brackets.length;
    if (this.language.isInner?.(place, index) === true) {
      this.push(index, { kind: 'block', name: '', token: index }, true);
      return;
    }
    if (isPending) {
      this.announced.pop();
      this.push(index, pending.declared);
      return;
    }
    this.push(index, this.language.open?.(place, index) ?? { kind: 'block', name: '', token: index });
  }

  private push(index: number, declared: Declared, keepsStatement = false): void {
    const { kind, name } = declared;
    const scope = kind === 'block' ? undefined : this.add({ ...declared, kind });
    this.brackets.push({
      token: index,
      around: kind,
      name,
      scope,
      from: keepsStatement ? this.from : -1,
    });
    this.from = index + 1;
  }

  private add(declared: Declared & { readonly kind: CodeScope['kind'] }): number {
    const { kind, name, owner, token } = declared;
    this.found.push({
      kind,
      name,
      ...(owner === undefined ? {} : { owner }),
      start: this.tokens.starts[Math.min(token, this.tokens.count - 1)]!,
      // A body without end goes on to the end of the text.
      end: this.tokens.text.length,
    });
    return this.found.length - 1;
  }

  private close(index: number, word: string): void {
    this.endBodies(index, this.brackets.length);
    this.cancel(this.brackets.length);
    const top = this.brackets.at(-1);
    if (top === undefined || OPENING[word] !== this.tokens.word(top.token)) {
      return;
    }
    this.brackets.pop();
    this.opener[index] = top.token;
    if (top.scope !== undefined) {
      this.found[top.scope]!.end = this.tokens.ends[index]!;
    }
    this.from = word === '}' && top.from === -1 ? index + 1 : top.from;
  }

  private openBody(index: number): void {
    const declared = this.language.body?.(this.place(), index);
    if (!declared || declared.kind === 'block') {
      return;
    }
    const depth = this.brackets.length;
    this.cancel(depth);
    const scope = this.add({ ...declared, kind: declared.kind });
    this.from = index + 1;
    const indent = declared.isIndented === true ? this.tokens.indentOf(declared.token) : undefined;
    this.bodies.push({ scope, depth, indent });
  }

  private endBodies(index: number, depth: number): void {
    for (let top = this.bodies.at(-1); top && top.depth >= depth; top = this.bodies.at(-1)) {
      this.endBody(index);
    }
  }

  /** A closure that is an expression ends with the argument or element that it is. */
  private endClosures(index: number): void {
    const depth = this.brackets.length;
    for (let top = this.bodies.at(-1); top?.depth === depth; top = this.bodies.at(-1)) {
      if (this.found[top.scope]!.kind !== 'closure') {
        return;
      }
      this.endBody(index);
    }
  }

  private endBody(index: number): void {
    const body = this.bodies.pop();
    if (body) {
      this.found[body.scope]!.end = index === 0 ? 0 : this.tokens.ends[index - 1]!;
    }
  }

  private cancel(depth: number): void {
    while (this.announced.length > 0 && this.announced.at(-1)!.depth >= depth) {
      this.announced.pop();
    }
  }
}

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Index of the bracket that opens what ends at `close`; `undefined` where it is no closing bracket. */
export function openerOf(place: Place, close: number): number | undefined {
  return ')]}'.includes(place.tokens.word(close)) ? place.opener[close] : undefined;
}

/** The token before the type arguments that end at `index` with `>`; `index` itself where none do. Looks at 200 tokens at most. */
export function beforeTypeArguments(place: Place, index: number): number {
  const { tokens } = place;
  if (tokens.word(index) !== '>') {
    return index;
  }
  let depth = 0;
  for (let at = index, steps = 0; at >= place.from && steps < 200; at--, steps++) {
    const word = tokens.word(at);
    if (word === '>') {
      // `->` is no bracket.
      depth += tokens.word(at - 1) === '-' ? 0 : 1;
    } else if (word === '<' && --depth === 0) {
      return at - 1;
    } else if (word === ')' || word === ']') {
      at = place.opener[at] ?? at;
    }
  }
  return index;
}
