import { isNamePart } from './scriptTokens';

/** How the characters of a language make tokens. */
export interface Lexis {
  /** Where the comment that begins at `at` ends; `undefined` where none does. */
  readonly commentEnd: (text: string, at: number) => number | undefined;
  /** Where the literal that begins at `at` ends; `undefined` where none does. `before` holds the tokens before it. */
  readonly literalEnd: (text: string, at: number, before: CodeTokens) => number | undefined;
  /** Characters that may begin a name besides letters and `_`, such as `@`. */
  readonly nameStart?: string;
  /** Characters that may end a name besides letters and digits, such as `?` and `!`. */
  readonly nameEnd?: string;
}

/** What a token is; line ends are told by `startsLine`. */
export type CodeTokenKind = 'name' | 'literal' | 'punctuation';

/** The tokens of a text without comments, as columns. */
export class CodeTokens {
  readonly text: string;
  readonly kinds: CodeTokenKind[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** For each token, the first token of its line. */
  readonly lineFirsts: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  get count(): number {
    return this.starts.length;
  }

  /** The text of a token; empty outside of the text. Long literals are cut. */
  word(index: number): string {
    const start = this.starts[index];
    return start === undefined ? '' : this.text.slice(start, Math.min(this.ends[index]!, start + 300));
  }

  isName(index: number): boolean {
    return this.kinds[index] === 'name';
  }

  /** Whether a token is the first of its line. */
  startsLine(index: number): boolean {
    return this.lineFirsts[index] === index;
  }

  /** Column, from 0, of the first token of the line of a token. */
  indentOf(index: number): number {
    const start = this.starts[this.lineFirsts[index] ?? 0] ?? 0;
    return start - (this.text.lastIndexOf('\n', start - 1) + 1);
  }

  add(kind: CodeTokenKind, start: number, end: number, startsLine: boolean): void {
    this.lineFirsts.push(startsLine ? this.count : this.lineFirsts[this.count - 1]!);
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
  }
}

/** Splits a text into tokens, in time linear in its length; broken text gives tokens, too. */
export function codeTokens(text: string, lexis: Lexis): CodeTokens {
  const tokens = new CodeTokens(text);
  let at = 0;
  let startsLine = true;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0xa0 || code === 0xfeff) {
      startsLine ||= code === 0x0a;
      at++;
      continue;
    }
    const comment = lexis.commentEnd(text, at);
    if (comment !== undefined) {
      startsLine ||= text.slice(at, comment).includes('\n');
      at = Math.max(comment, at + 1);
      continue;
    }
    const literal = lexis.literalEnd(text, at, tokens);
    if (literal !== undefined) {
      tokens.add('literal', at, literal, startsLine);
      startsLine = false;
      at = Math.max(literal, at + 1);
      continue;
    }
    const end = nameEnd(text, at, lexis);
    tokens.add(end > at ? 'name' : 'punctuation', at, Math.max(end, at + 1), startsLine);
    startsLine = false;
    at = Math.max(end, at + 1);
  }
  return tokens;
}

function nameEnd(text: string, from: number, lexis: Lexis): number {
  let at = from;
  while (lexis.nameStart?.includes(text.charAt(at)) === true && at < text.length) {
    at++;
  }
  const first = at;
  while (at < text.length && isNamePart(text.charCodeAt(at))) {
    at++;
  }
  if (at === first) {
    return from;
  }
  return lexis.nameEnd?.includes(text.charAt(at)) === true && at < text.length ? at + 1 : at;
}
