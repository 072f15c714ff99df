const BEGINS =
  /^\s*(?:--[^\n]{0,300}\n\s*)?(?:select|insert|update|delete|with|merge|create|call|replace|upsert|alter|drop)\s/i;

/** Whether a literal looks like a statement of a database. */
export function isStatement(text: string): boolean {
  return (
    text.length >= 12 &&
    BEGINS.test(text.slice(0, 400)) &&
    /\b(?:from|into|set|table|values|as|call|index|\()/i.test(text)
  );
}

/**
 * A statement in one spelling: lower case, one blank between words, every value and placeholder as `?`, lists of them as one.
 * Comments, also those of sqlcommenter, are left out. Linear in the text.
 */
export function statementWords(statement: string): string {
  const words: string[] = [];
  const text = statement.slice(0, MAX_STATEMENT);
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token.startsWith('/*') || token.startsWith('--')) {
      continue;
    }
    const word = isValue(token) ? '?' : token.toLowerCase().replaceAll(/["`[\]]/g, '');
    if (word === '' || word === ';') {
      continue;
    }
    // `(?, ?, ?)` and `(?)` are the same list.
    if (word === '?' && words.at(-1) === ',' && words.at(-2) === '?') {
      words.pop();
    } else {
      words.push(word);
    }
  }
  return words.join(' ');
}

const MAX_STATEMENT = 4_000;
/** Comments, texts in quotes, placeholders, names, numbers, and single characters. */
const TOKEN =
  /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|--[^\n]*|'(?:[^']|'')*'|"[^"\n]{0,200}"|`[^`\n]{0,200}`|\$\{[^}\n]{0,200}\}|#\{[^}\n]{0,200}\}|\{[\w.]{0,80}\}|%\(\w{1,80}\)s|%[sdv]|\$\d{1,5}|[:@]\w{1,80}|[\w.]{1,300}|[^\s\w]/g;

function isValue(token: string): boolean {
  return (
    token === '?' ||
    /^(?:'|\$\{|#\{|\{[\w.]*\}$|%\(|%[sdv]$|\$\d|[:@]\w|-?\d)/.test(token) ||
    /^(?:true|false)$/i.test(token)
  );
}

/** How much of two normalised statements is the same, from 0 to 1, by groups of three words. */
export function likeness(a: string, b: string): number {
  if (a === b) {
    return 1;
  }
  const groupsOfA = groups(a);
  const groupsOfB = groups(b);
  let shared = 0;
  for (const group of groupsOfA) {
    shared += groupsOfB.has(group) ? 1 : 0;
  }
  return (2 * shared) / Math.max(1, groupsOfA.size + groupsOfB.size);
}

function groups(text: string): ReadonlySet<string> {
  const words = text.split(' ');
  return new Set(words.map((_, i) => words.slice(i, i + 3).join(' ')));
}
