import type { CodeScope } from './codeScope';

/** Functions of an Erlang text with their arities: a clause begins at the start of a line and ends with a full stop. */
export function erlangScopes(text: string): CodeScope[] {
  const found: {
    kind: 'function';
    name: string;
    arity?: readonly [number, number];
    start: number;
    end: number;
  }[] = [];
  const head = /^([a-z][\w@]{0,250}|'[^'\n]{1,250}')(?=\()/gm;
  for (let match = head.exec(text); match; match = head.exec(text)) {
    const last = found.at(-1);
    if (last) {
      last.end = match.index;
    }
    const arity = argumentCount(text, match.index + match[0].length);
    const name = match[1]!.startsWith("'") ? match[1]!.slice(1, -1) : match[1]!;
    found.push({
      kind: 'function',
      name,
      ...(arity === undefined ? {} : { arity }),
      start: match.index,
      end: text.length,
    });
  }
  // What stands behind a full stop and before the next head is an attribute.
  for (const scope of found) {
    const attribute = text.slice(scope.start, scope.end).search(/^-[a-z]/m);
    scope.end = attribute === -1 ? scope.end : scope.start + attribute;
  }
  return found;
}

/** Longest list of parameters that is counted, in UTF-16 units. */
const MAX_PARAMETERS = 1000;

/** Parameters between the parentheses that open at `open`; those with a default (`\\`) may be left out. */
export function argumentCount(text: string, open: number): readonly [number, number] | undefined {
  let depth = 0;
  let commas = 0;
  let defaults = 0;
  let isEmpty = true;
  let quote = '';
  for (let at = open; at < Math.min(text.length, open + MAX_PARAMETERS); at++) {
    const char = text.charAt(at);
    if (quote !== '') {
      at += char === '\\' ? 1 : 0;
      quote = char === quote ? '' : quote;
    } else if (char === '"' || char === "'") {
      quote = char;
      isEmpty = false;
    } else if (char === '(' || char === '[' || char === '{') {
      depth++;
      isEmpty &&= at === open;
    } else if (char === ')' || char === ']' || char === '}') {
      depth--;
      if (depth === 0) {
        const most = isEmpty ? 0 : commas + 1;
        return [most - defaults, most];
      }
    } else if (char === '$') {
      at++;
    } else if (char === '%' || char === '#') {
      isEmpty = false;
    } else if (char.trim() !== '') {
      commas += char === ',' && depth === 1 ? 1 : 0;
      defaults += char === '\\' && text.charAt(at + 1) === '\\' && depth === 1 ? 1 : 0;
      isEmpty = false;
    }
  }
  return undefined;
}
