/** What a generated file says about its source map. */
export interface MapReference {
  /** Of the last `sourceMappingURL` comment: a URL relative to the file, or `data:`. */
  readonly url?: string;
  /** Of a `debugId` comment in the last lines. */
  readonly debugId?: string;
}

/** Comments of interest stand at the end; a data URL may make the last line long. */
const DEBUG_ID_TAIL = 2000;

/** Reads the comments at the end of a generated file; linear in its length. */
export function mapReferenceOf(text: string): MapReference {
  const found = lastMappingUrl(text);
  const debugId = debugIdIn(text.slice(-DEBUG_ID_TAIL)) ?? debugIdIn(textBefore(text, found?.start));
  return {
    ...(found === undefined ? {} : { url: found.url }),
    ...(debugId === undefined ? {} : { debugId }),
  };
}

/** An inline map pushes the id far from the end. */
function textBefore(text: string, end = 0): string {
  return text.slice(Math.max(end - DEBUG_ID_TAIL, 0), end);
}

function debugIdIn(text: string): string | undefined {
  return /^\/\/[#@] ?debugId=([\da-f-]{8,64})\s*$/im.exec(text)?.[1];
}

function lastMappingUrl(text: string): { readonly url: string; readonly start: number } | undefined {
  for (let at = text.lastIndexOf(MARK); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(MARK, at - 1)) {
    if (!isComment(text, at)) {
      continue;
    }
    const start = at + MARK.length;
    const end = urlEnd(text, start);
    if (end === start) {
      continue;
    }
    // A comment with code behind it came along with a file that was pasted into this one.
    const isLast = onlyComments(text, lineEnd(text, end));
    return isLast ? { url: text.slice(start, end).replace(/\*\/$/, ''), start } : undefined;
  }
  return undefined;
}

const MARK = 'sourceMappingURL=';

/** `//# `, `//@ ` or `/*# ` before the mark. */
function isComment(text: string, at: number): boolean {
  const before = text.slice(Math.max(at - 4, 0), at).trimEnd();
  return /(?:\/\/|\/\*)[#@]$/.test(before);
}

/** White space and quotes end a URL: what follows is code. The end of a data URL of megabytes is where its line ends. */
function urlEnd(text: string, start: number): number {
  if (text.startsWith('data:', start)) {
    return start + text.slice(start, lineEnd(text, start)).trimEnd().length;
  }
  let end = start;
  while (end < text.length && !isEnd(text.charCodeAt(end))) {
    end++;
  }
  return end;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function isEnd(code: number): boolean {
  return code <= 0x20 || code === 0x22 || code === 0x27 || code === 0x60;
}

/** Whether nothing but comments and white space follows. */
function onlyComments(text: string, from: number): boolean {
  let at = from;
  while (at < text.length) {
    if (text.charCodeAt(at) <= 0x20) {
      at++;
    } else if (text.startsWith('//', at)) {
      at = lineEnd(text, at);
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      at = end === -1 ? text.length : end + 2;
    } else {
      return false;
    }
  }
  return true;
}

/** The text of a `data:` URL: its base64, or its JSON; `undefined` where it is no such URL. */
export function inlineMap(url: string): { readonly base64: string } | { readonly json: string } | undefined {
  const comma = url.indexOf(',');
  if (!url.startsWith('data:') || comma === -1) {
    return undefined;
  }
  const body = url.slice(comma + 1);
  if (url.slice(5, comma).endsWith(';base64')) {
    return { base64: body };
  }
  try {
    return { json: decodeURIComponent(body) };
  } catch {
    return undefined;
  }
}

/**
 * The hash of its content that a bundler wrote into a file's name, or `undefined`: two files of one such name are the same build.
 * Words and years are not taken for one: hexadecimal digits with both letters and digits, or eight characters that mix digits
 * with capitals and, in base 64, with small letters.
 */
export function contentHashOf(name: string): string | undefined {
  const parts = name.slice(0, MAX_NAME).split(/[.\-~]/);
  return parts.find((part) => isHex(part) || isShortHash(part) || isShortHash(part.split('_').at(-1)!));
}

const MAX_NAME = 255;

function isHex(part: string): boolean {
  return /^[\da-f]{8,64}$/.test(part) && /\d/.test(part) && /[a-f]/.test(part);
}

function isShortHash(part: string): boolean {
  const mixed = /\d/.test(part) && /[A-Z]/.test(part);
  return mixed && (/^[A-Z\d]{8}$/.test(part) || (/^[\w-]{8}$/.test(part) && /[a-z]/.test(part)));
}
