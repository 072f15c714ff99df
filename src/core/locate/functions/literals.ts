const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

/** The end of the line around `from`. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Behind the next `close`, or the end of the text. */
export function behind(text: string, close: string, from: number): number {
  const at = text.indexOf(close, from);
  return at === -1 ? text.length : at + close.length;
}

/** Comments of the languages that look like C. `nests`: a comment may hold comments. */
export function cComment(text: string, at: number, nests = false): number | undefined {
  if (text.charCodeAt(at) !== 0x2f) {
    return undefined;
  }
  const next = text.charCodeAt(at + 1);
  if (next === 0x2f) {
    return lineEnd(text, at);
  }
  if (next !== 0x2a) {
    return undefined;
  }
  return nests ? nestedEnd(text, at, '/*', '*/') : behind(text, '*/', at + 2);
}

/** Behind the end that belongs to the beginning at `at`, where beginnings and ends nest. */
export function nestedEnd(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  let at = from;
  let nextOpen = text.indexOf(open, at);
  let nextClose = text.indexOf(close, at + open.length);
  while (nextClose !== -1) {
    if (nextOpen !== -1 && nextOpen < nextClose) {
      depth++;
      at = nextOpen + open.length;
      nextOpen = text.indexOf(open, at);
      nextClose = nextClose < at ? text.indexOf(close, at) : nextClose;
    } else {
      depth--;
      at = nextClose + close.length;
      if (depth <= 0) {
        return at;
      }
      nextClose = text.indexOf(close, at);
    }
  }
  return text.length;
}

/** How a string goes on and ends. */
export interface StringForm {
  /** Goes on over line ends. */
  readonly isLong?: boolean;
  /** A backslash takes the special meaning of the next character away. */
  readonly escapes?: boolean;
  /** What begins code inside the string: `${`, `#{`, `\(`, `{`. Code ends with the bracket that belongs to it. */
  readonly code?: string;
}

/**
 * The end of a string whose contents begin at `from` and end with `close`. Strings inside of its code are told by their quotes;
 * no recursion, so that no text is too deep.
 */
export function stringEnd(text: string, from: number, close: string, form: StringForm): number {
  const { isLong = false, escapes = true, code = '' } = form;
  const closeCode = close.charCodeAt(0);
  const codeCode = code === '' ? -1 : code.charCodeAt(0);
  let at = from;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === codeCode && text.startsWith(code, at)) {
      at = embeddedEnd(text, at + code.length, code.endsWith('(') ? '()' : '{}', isLong || close.length > 1);
    } else if (char === BACKSLASH && escapes) {
      at += 2;
    } else if (char === closeCode && text.startsWith(close, at)) {
      return at + close.length;
    } else if (char === LINE_FEED && !isLong) {
      return at;
    } else {
      at++;
    }
  }
  return text.length;
}

/** Behind the bracket that ends code inside a string. */
function embeddedEnd(text: string, from: number, brackets: string, isLong: boolean): number {
  let depth = 1;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\n' && !isLong) {
      return at;
    }
    if (char === '\\') {
      at++;
    } else if (quote !== '') {
      quote = char === quote || char === '\n' ? '' : quote;
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (char === brackets[0]) {
      depth++;
    } else if (char === brackets[1] && --depth === 0) {
      return at + 1;
    }
  }
  return text.length;
}

/** A character in single quotes; `undefined` where the quote begins something else: a lifetime, a type variable, a symbol. */
export function characterEnd(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) !== 0x27) {
    return undefined;
  }
  if (text.charCodeAt(at + 1) === BACKSLASH) {
    const close = text.indexOf("'", at + 3);
    return close === -1 || close - at > 14 ? undefined : close + 1;
  }
  const width = (text.codePointAt(at + 1) ?? 0) > 0xffff ? 2 : 1;
  return text.charCodeAt(at + 1 + width) === 0x27 && text.charCodeAt(at + 1) !== LINE_FEED
    ? at + 2 + width
    : undefined;
}
