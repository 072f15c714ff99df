const foldFromCharacters = 500;
const foldFromLines = 8;
const shownLines = 4;
/** Formatting reads the whole text, so a very long one stays as it was sent. */
const formatUpToCharacters = 100_000;

/** A value as it is shown: JSON indented, SQL with a line per clause, anything else as sent. */
export function formattedValue(key: string, text: string): { readonly text: string; readonly code: boolean } {
  if (text.length > formatUpToCharacters) {
    return { text, code: false };
  }
  if (text.startsWith('{') || text.startsWith('[')) {
    const json = indentedJson(text);
    if (json !== undefined) {
      return { text: json, code: true };
    }
  }
  if (key === 'db.statement' || key === 'db.query.text') {
    return { text: formattedSql(text), code: true };
  }
  return { text, code: false };
}

/** The beginning of a value that is too long to stand among others, `undefined` for any other. */
export function foldedText(text: string): string | undefined {
  const lines = text.split('\n', foldFromLines + 1);
  if (lines.length > foldFromLines) {
    return `${lines.slice(0, shownLines).join('\n').slice(0, foldFromCharacters)}…`;
  }
  return text.length > foldFromCharacters ? `${text.slice(0, foldFromCharacters)}…` : undefined;
}

function indentedJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const oneLine = JSON.stringify(value);
    return oneLine.length <= 60 ? text : JSON.stringify(value, undefined, 2);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

const clauses = new Set([
  'FROM',
  'WHERE',
  'GROUP',
  'ORDER',
  'HAVING',
  'LIMIT',
  'OFFSET',
  'VALUES',
  'SET',
  'RETURNING',
  'UNION',
  'JOIN',
  'LEFT',
  'RIGHT',
  'INNER',
  'CROSS',
  'ON',
]);
const joins = new Set(['LEFT', 'RIGHT', 'INNER', 'CROSS', 'OUTER', 'FULL']);

/** Puts each clause on a line of its own; text in quotes and in parentheses stays together. */
export function formattedSql(text: string): string {
  if (!/^\s*(select|insert|update|delete|with|merge)\b/i.test(text) || text.includes('\n')) {
    return text;
  }
  let result = '';
  let depth = 0;
  let before = '';
  for (const token of sqlTokens(text)) {
    const word = token.toUpperCase();
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    if (depth === 0 && clauses.has(word) && !(word === 'JOIN' && joins.has(before)) && result !== '') {
      result = `${result.trimEnd()}\n`;
    }
    result += token;
    before = token.trim() === '' ? before : word;
  }
  return result;
}

/** Quoted texts, words, white space, and everything else a character at a time; one pass. */
function* sqlTokens(text: string): Generator<string> {
  const isWord = (char: string): boolean => /\w/.test(char);
  for (let i = 0; i < text.length;) {
    const char = text[i]!;
    let end = i + 1;
    if (char === "'" || char === '"' || char === '`') {
      const close = text.indexOf(char, end);
      end = close < 0 ? text.length : close + 1;
    } else if (isWord(char)) {
      while (end < text.length && isWord(text[end]!)) {
        end++;
      }
    }
    yield text.slice(i, end);
    i = end;
  }
}
