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
  const url = lastMappingUrl(text);
  const tail = text.slice(-DEBUG_ID_TAIL);
  const debugId = /^\/\/[#@] ?debugId=([\da-f-]{8,64})\s*$/im.exec(tail)?.[1];
  return { ...(url === undefined ? {} : { url }), ...(debugId === undefined ? {} : { debugId }) };
}

function lastMappingUrl(text: string): string | undefined {
  for (let at = text.lastIndexOf(MARK); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(MARK, at - 1)) {
    if (!isComment(text, at)) {
      continue;
    }
    const start = at + MARK.length;
    let end = start;
    while (end < text.length && !isEnd(text.charCodeAt(end))) {
      end++;
    }
    if (end > start) {
      return text.slice(start, end).replace(/\*\/$/, '');
    }
  }
  return undefined;
}

const MARK = 'sourceMappingURL=';

/** `//# `, `//@ ` or `/*# ` before the mark. */
function isComment(text: string, at: number): boolean {
  const before = text.slice(Math.max(at - 4, 0), at).trimEnd();
  return /(?:\/\/|\/\*)[#@]$/.test(before);
}

/** White space and quotes end a URL: what follows is code. */
function isEnd(code: number): boolean {
  return code <= 0x20 || code === 0x22 || code === 0x27 || code === 0x60;
}

/** The text of a `data:` URL, or `undefined` where it holds no JSON; base64 is given to `decode`. */
export function inlineMap(url: string, decode: (base64: string) => string): string | undefined {
  const comma = url.indexOf(',');
  if (!url.startsWith('data:') || comma === -1) {
    return undefined;
  }
  const body = url.slice(comma + 1);
  if (url.slice(5, comma).endsWith(';base64')) {
    return decode(body);
  }
  try {
    return decodeURIComponent(body);
  } catch {
    return undefined;
  }
}
