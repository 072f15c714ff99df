/** One condition of a search; texts are in lower case and match anywhere in the value. */
export type FindTerm =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'service'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'error'; readonly error: boolean }
  /** An attribute whose key is `key` and whose value holds `text`. */
  | { readonly kind: 'attribute'; readonly key: string; readonly text: string };

/**
 * The terms of a search, all of which must hold: `service:orders`, `name:find`, `error:true`, `db.host=mongo`, or plain text for name,
 * service, attribute keys and values. Double quotes keep spaces together. What fits no form is plain text; nothing is an error.
 */
export function findQueryFromText(text: string): readonly FindTerm[] {
  return words(text.toLowerCase()).map(termFromWord);
}

/** Splits at spaces outside double quotes; a quote that is never closed stands for itself. */
function words(text: string): string[] {
  const found: string[] = [];
  let word = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const close = char === '"' ? text.indexOf('"', i + 1) : -1;
    if (close > i) {
      word += text.slice(i + 1, close);
      i = close;
    } else if (char === ' ' || char === '\t') {
      found.push(word);
      word = '';
    } else {
      word += char;
    }
  }
  found.push(word);
  return found.filter((each) => each !== '');
}

function termFromWord(word: string): FindTerm {
  const colon = word.indexOf(':');
  if (colon > 0 && colon < word.length - 1) {
    const value = word.slice(colon + 1);
    switch (word.slice(0, colon)) {
      case 'service':
        return { kind: 'service', text: value };
      case 'name':
        return { kind: 'name', text: value };
      case 'error':
        if (value === 'true' || value === 'false') {
          return { kind: 'error', error: value === 'true' };
        }
    }
  }
  const equals = word.indexOf('=');
  if (equals > 0 && equals < word.length - 1) {
    return { kind: 'attribute', key: word.slice(0, equals), text: word.slice(equals + 1) };
  }
  return { kind: 'text', text: word };
}
