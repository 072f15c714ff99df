import { behind, characterEnd, lineEnd, stringEnd } from '../locate/functions/literals';
import { isNamePart } from '../locate/functions/scriptTokens';
import type { Dialect } from './dialect';

/** What a token is. */
export const TokenKind = { name: 0, text: 1, punctuation: 2 } as const;

/** The tokens of a source text without comments, as columns, with the bracket that belongs to each bracket. */
export class SourceTokens {
  readonly text: string;
  readonly dialect: Dialect;
  readonly kinds: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Lines, from 1. */
  readonly lines: number[] = [];
  /** Of an opening bracket the closing one and the reverse; -1 where there is none. */
  readonly mates: number[] = [];

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  get count(): number {
    return this.kinds.length;
  }

  /** The text of a token; empty outside of the file. Long literals are cut. */
  word(index: number): string {
    const start = this.starts[index];
    return start === undefined ? '' : this.text.slice(start, Math.min(this.ends[index]!, start + 200));
  }

  /** Whether a token is that one character. */
  is(index: number, char: string): boolean {
    return this.kinds[index] === TokenKind.punctuation && this.text.charAt(this.starts[index]!) === char;
  }

  isName(index: number): boolean {
    return this.kinds[index] === TokenKind.name;
  }

  isText(index: number): boolean {
    return this.kinds[index] === TokenKind.text;
  }

  /** Whether nothing stands between two neighbours. */
  touches(index: number): boolean {
    return this.ends[index] === this.starts[index + 1];
  }

  /** Contents of a literal without quotes and prefixes, escapes of quotes and slashes resolved; `undefined` for other tokens. */
  literal(index: number): string | undefined {
    if (!this.isText(index)) {
      return undefined;
    }
    const raw = this.text.slice(
      this.starts[index],
      Math.min(this.ends[index]!, this.starts[index]! + MAX_LITERAL),
    );
    if (raw.startsWith('<<')) {
      const first = raw.indexOf('\n');
      return raw.slice(first + 1, raw.lastIndexOf('\n'));
    }
    const open = /^[A-Za-z@$#]{0,4}("""|'''|"|'|`)/.exec(raw);
    if (!open) {
      return raw;
    }
    const quote = open[1]!;
    const hashes = open[0].length - quote.length;
    const isRust = this.dialect.family === 'rust' && raw.startsWith('r#');
    const end = raw.length - quote.length - (isRust ? hashes - 1 : 0);
    const inner = raw.slice(open[0].length, Math.max(end, open[0].length));
    return inner.includes('\\') ? inner.replaceAll(/\\(["'`\\/])/g, '$1') : inner;
  }

  /** Whether a literal holds code: a template, an f-string, an interpolation. */
  isTemplate(index: number): boolean {
    const start = this.starts[index]!;
    const head = this.text.slice(start, start + 3);
    const { family, code } = this.dialect;
    if (family === 'python' || family === 'dotnet') {
      return /^(?:[rb]?f[rb]?|@?\$@?)["']/i.test(head);
    }
    if (code === '') {
      return false;
    }
    return (
      (family !== 'script' || head.startsWith('`')) && this.text.slice(start, this.ends[index]).includes(code)
    );
  }

  /** @internal */
  add(kind: number, start: number, end: number, line: number): void {
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
    this.lines.push(line);
    this.mates.push(-1);
  }
}

/** Longest literal that is kept, in UTF-16 units: statements are long, data are longer. */
const MAX_LITERAL = 8_000;
const OPEN = '([{';
const CLOSE = ')]}';

/** Splits a text into tokens in time linear in its length; broken text gives tokens, too. */
export function sourceTokens(text: string, dialect: Dialect): SourceTokens {
  const tokens = new SourceTokens(text, dialect);
  const open: number[] = [];
  let line = 1;
  let at = text.startsWith('#!') ? lineEnd(text, 0) : 0;
  const endless = new Set<string>();
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) {
      line++;
      at++;
      continue;
    }
    if (code <= 0x20 || code === 0xa0 || code === 0xfeff) {
      at++;
      continue;
    }
    const comment = commentEnd(text, at, code, dialect);
    if (comment !== undefined) {
      line += lineFeeds(text, at, comment);
      at = comment;
      continue;
    }
    const literal = literalEnd(tokens, at, code, endless);
    if (literal !== undefined) {
      tokens.add(TokenKind.text, at, literal, line);
      line += lineFeeds(text, at, literal);
      at = literal;
      continue;
    }
    if (isNamePart(code)) {
      let end = at + 1;
      while (end < text.length && isNamePart(text.charCodeAt(end))) {
        end++;
      }
      tokens.add(TokenKind.name, at, end, line);
      at = end;
      continue;
    }
    tokens.add(TokenKind.punctuation, at, at + 1, line);
    pair(tokens, open);
    at++;
  }
  return tokens;
}

/** A closing bracket belongs to the nearest open one of its kind; what is open in between stays without. */
function pair(tokens: SourceTokens, open: number[]): void {
  const index = tokens.count - 1;
  const char = tokens.text.charAt(tokens.starts[index]!);
  if (OPEN.includes(char)) {
    open.push(index);
    return;
  }
  const kind = CLOSE.indexOf(char);
  if (kind === -1 || open.length === 0) {
    return;
  }
  const top = open.at(-1)!;
  if (tokens.is(top, OPEN[kind]!)) {
    open.pop();
    tokens.mates[index] = top;
    tokens.mates[top] = index;
  } else if (open.length > 1 && tokens.is(open.at(-2)!, OPEN[kind]!)) {
    open.pop();
    pair(tokens, open);
  }
}

function commentEnd(text: string, at: number, code: number, dialect: Dialect): number | undefined {
  if (code === 0x2f && dialect.comments !== 'hash') {
    const next = text.charCodeAt(at + 1);
    return next === 0x2f ? lineEnd(text, at) : next === 0x2a ? behind(text, '*/', at + 2) : undefined;
  }
  if (code === 0x23 && dialect.comments !== 'c') {
    // `#[` begins an attribute of PHP.
    return dialect.comments === 'both' && text.charCodeAt(at + 1) === 0x5b ? undefined : lineEnd(text, at);
  }
  if (code === 0x3d && dialect.family === 'ruby' && text.startsWith('=begin', at) && startsLine(text, at)) {
    return behind(text, '\n=end', at);
  }
  return undefined;
}

function literalEnd(
  tokens: SourceTokens,
  at: number,
  code: number,
  endless: Set<string>,
): number | undefined {
  const { text, dialect } = tokens;
  switch (code) {
    case 0x22:
    case 0x27:
      return quotedEnd(text, at, dialect);
    case 0x60:
      return dialect.backtick === 'template'
        ? templateEnd(text, at + 1)
        : dialect.backtick === 'raw'
          ? behind(text, '`', at + 1)
          : undefined;
    case 0x2f:
      return dialect.hasPatterns && beginsPattern(tokens, at) ? patternEnd(text, at) : undefined;
    case 0x3c:
      return dialect.family === 'ruby' || dialect.family === 'php'
        ? heredocEnd(text, at, endless)
        : undefined;
    default:
      return prefixedEnd(text, at, code, dialect);
  }
}

function quotedEnd(
  text: string,
  at: number,
  { single, hasTriple, code, isLong }: Dialect,
): number | undefined {
  const quote = text.charAt(at);
  if (quote === "'" && single === 'character') {
    return characterEnd(text, at);
  }
  if (hasTriple && text.startsWith(quote.repeat(3), at)) {
    return stringEnd(text, at + 3, quote.repeat(3), { isLong: true });
  }
  const form = { isLong, ...(quote === '"' && code === '#{' && { code }) };
  return stringEnd(text, at + 1, quote, form);
}

/** `f"…"`, `r#"…"#`, `@"…"`, `$"…"`. */
function prefixedEnd(text: string, at: number, code: number, dialect: Dialect): number | undefined {
  if (
    dialect.family === 'python' &&
    /[rbfuRBFU]/.test(text.charAt(at)) &&
    !isNamePart(text.charCodeAt(at - 1))
  ) {
    const prefix = /^[rbfu]{1,2}(?=["'])/i.exec(text.slice(at, at + 3));
    return prefix ? quotedEnd(text, at + prefix[0].length, dialect) : undefined;
  }
  if (dialect.family === 'rust' && code === 0x72) {
    const raw = /^r(#{0,8})"/.exec(text.slice(at, at + 10));
    return raw && !isNamePart(text.charCodeAt(at - 1))
      ? behind(text, `"${raw[1]!}`, at + raw[0].length)
      : undefined;
  }
  if (dialect.family === 'dotnet' && (code === 0x40 || code === 0x24)) {
    const prefix = /^[@$]{1,2}(?=")/.exec(text.slice(at, at + 3))?.[0];
    if (prefix === undefined) {
      return undefined;
    }
    return prefix.includes('@')
      ? stringEnd(text, at + prefix.length + 1, '"', { isLong: true, escapes: false })
      : quotedEnd(text, at + prefix.length, dialect);
  }
  return undefined;
}

/** Behind the backtick that ends a template; templates inside of its code nest. */
function templateEnd(text: string, from: number): number {
  // Depth of braces at which the code of each open template began.
  const codes: number[] = [];
  let depth = 0;
  let inText = true;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) {
      at++;
    } else if (inText) {
      if (code === 0x60) {
        if (codes.length === 0) {
          return at + 1;
        }
        inText = false;
      } else if (code === 0x24 && text.charCodeAt(at + 1) === 0x7b) {
        codes.push(depth);
        depth++;
        at++;
        inText = false;
      }
    } else if (code === 0x60) {
      codes.push(-1);
      inText = true;
    } else if (code === 0x7b) {
      depth++;
    } else if (code === 0x7d) {
      depth--;
      if (codes.at(-1) === depth) {
        codes.pop();
        inText = true;
      }
    }
    if (!inText && codes.at(-1) === -1) {
      codes.pop();
    }
  }
  return text.length;
}

const BEFORE_PATTERN = new Set(['return', 'typeof', 'case', 'in', 'of', 'when', 'if', 'unless', 'and', 'or']);

function beginsPattern(tokens: SourceTokens, at: number): boolean {
  const last = tokens.count - 1;
  if (last < 0) {
    return true;
  }
  if (tokens.isText(last)) {
    return false;
  }
  if (tokens.isName(last)) {
    return BEFORE_PATTERN.has(tokens.word(last));
  }
  return !')]}<'.includes(tokens.text.charAt(tokens.ends[last]! - 1)) && at > 0;
}

function patternEnd(text: string, from: number): number | undefined {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) {
      return undefined;
    }
    if (code === 0x5c) {
      at++;
    } else if (code === 0x5b) {
      inClass = true;
    } else if (code === 0x5d) {
      inClass = false;
    } else if (code === 0x2f && !inClass) {
      return at + 1;
    }
  }
  return undefined;
}

/** Behind the last line of `<<~SQL … SQL` or `<<<SQL … SQL`. A name without end is looked for once. */
function heredocEnd(text: string, at: number, endless: Set<string>): number | undefined {
  const begin = /^<<[<~-]["'`]?([A-Z_a-z]\w{0,60})["'`]?/.exec(text.slice(at, at + 70));
  const name = begin?.[1];
  if (name === undefined || endless.has(name)) {
    return undefined;
  }
  for (let start = lineEnd(text, at); start < text.length; start = lineEnd(text, start + 1)) {
    let word = start + 1;
    while (text.charCodeAt(word) === 0x20 || text.charCodeAt(word) === 0x09) {
      word++;
    }
    if (text.startsWith(name, word) && !isNamePart(text.charCodeAt(word + name.length))) {
      return word + name.length;
    }
  }
  endless.add(name);
  return undefined;
}

function startsLine(text: string, at: number): boolean {
  return at === 0 || text.charCodeAt(at - 1) === 0x0a;
}

function lineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  // Not by `indexOf`: on a line without end it would look through the rest of the file for every token.
  for (let at = from; at < to; at++) {
    count += text.charCodeAt(at) === 0x0a ? 1 : 0;
  }
  return count;
}
