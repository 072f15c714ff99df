/** Characters of a message that take part in a fingerprint: what differs beyond is data. */
const MAX_CHARS = 1000;

/**
 * Words beside a quoted name that is part of the code, not of the data: `has no attribute 'x'`, `(reading 'x')`, `'NoneType' object`.
 * Other names are other defects, so these quotes stay.
 */
const WORDS_BEFORE = new Set([
  'argument',
  'attribute',
  'column',
  'field',
  'function',
  'import',
  'method',
  'module',
  'name',
  'named',
  'property',
  'reading',
  'relation',
  'setting',
  'table',
  'type',
  'variable',
]);
const WORDS_AFTER = new Set(['object', 'objects', 'is not a function', 'is not defined']);

/** Letters and digits, and the marks that hold ids, dates and addresses together. Classes do not overlap, hence linear. */
const WORD = /[\p{L}\p{N}]+/gu;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const HAS_DIGIT = /\p{N}/u;
/** `sku01`, `v2`: letters that name, and a number. */
const NAME_AND_NUMBER = /^(\p{L}+)\p{N}+$/u;
const LONG_HEX = /^[0-9a-f]{6,}$/i;
/** `2026-11-24`, `10.0.1.17:5099`, the groups of a UUID: one datum. */
const JOINED = /#(?:[.:+_-]#)+/g;

/**
 * A message with what differs from run to run replaced: numbers, UUIDs, hex and other words with digits by `#` (after the letters they
 * begin with), quoted data by `"…"`. Reads at most 1,000 characters, in linear time.
 */
export function normaliseMessage(message: string): string {
  const text = message.slice(0, MAX_CHARS);
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const quote = text[at]!;
    if (!isOpeningQuote(text, at)) {
      continue;
    }
    // No closing quote: from here on the text is plain, also for later quotes of this kind.
    const end = text.indexOf(quote, at + 1);
    if (end === -1) {
      break;
    }
    const keep = isCodeName(text, at, end);
    out += plain(text.slice(from, at)) + (keep ? text.slice(at, end + 1) : '"…"');
    from = end + 1;
    at = end;
  }
  return (out + plain(text.slice(from))).replace(/\s+/g, ' ').trim();
}

function isOpeningQuote(text: string, at: number): boolean {
  const char = text[at];
  // An apostrophe inside a word opens nothing.
  return char === '"' || char === '`' || (char === "'" && !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ''));
}

function isCodeName(text: string, start: number, end: number): boolean {
  const name = text.slice(start + 1, end);
  if (!/^[\p{L}_$][\p{L}\p{N}_$.]*$/u.test(name)) {
    return false;
  }
  const before = /([\p{L}]+)[\s:(]*$/u.exec(text.slice(Math.max(0, start - 24), start))?.[1];
  const after = text.slice(end + 1, end + 20).trimStart();
  return (
    (before !== undefined && WORDS_BEFORE.has(before.toLowerCase())) ||
    [...WORDS_AFTER].some((word) => after.startsWith(word))
  );
}

function plain(text: string): string {
  return text
    .replace(UUID, '#')
    .replace(WORD, (word) => {
      if (!HAS_DIGIT.test(word)) {
        return word;
      }
      const letters = NAME_AND_NUMBER.exec(word)?.[1];
      return letters === undefined || LONG_HEX.test(word) ? '#' : `${letters}#`;
    })
    .replace(JOINED, '#');
}
