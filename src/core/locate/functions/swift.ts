import { braceScopes, type BraceLanguage, type Declared, type Place } from './braceScopes';
import type { CodeScope } from './codeScope';
import type { CodeTokens } from './codeTokens';
import { behind, cComment, stringEnd } from './literals';

const TYPES = new Set(['class', 'struct', 'enum', 'extension', 'protocol', 'actor']);
const MEMBERS = new Set(['init', 'deinit', 'subscript']);

/** Types, functions, initialisers and computed properties of a Swift text; closures are part of the function around them. */
export function swiftScopes(text: string): CodeScope[] {
  return braceScopes(text, SWIFT);
}

const SWIFT: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => cComment(text, at, true),
    literalEnd(text, at) {
      const raw = /^(#{1,20})("""|")/.exec(text.slice(at, at + 24));
      if (raw) {
        return behind(text, raw[2]! + raw[1]!, at + raw[0].length);
      }
      if (text.startsWith('"""', at)) {
        return stringEnd(text, at + 3, '"""', { isLong: true, code: '\\(' });
      }
      return text.startsWith('"', at) ? stringEnd(text, at + 1, '"', { code: '\\(' }) : undefined;
    },
  },
  announce: announced,
  // A property is computed where a brace follows its type directly.
  endsStatement: ({ tokens, around }, index) =>
    !/^[,(=:.<&>-]$/.test(tokens.word(index - 1)) &&
    !/^(?:[{=.,)?]|where|throws|async|rethrows)$/.test(tokens.word(index)) &&
    around !== '(',
};

function announced({ tokens, around, from }: Place, index: number): Declared | undefined {
  const word = tokens.word(index);
  if (tokens.word(index - 1) === '.') {
    return undefined;
  }
  if (
    TYPES.has(word) &&
    tokens.isName(index + 1) &&
    tokens.word(index + 1) !== 'func' &&
    tokens.word(index + 1) !== 'var'
  ) {
    return { kind: 'type', name: lastOfPath(tokens, index + 1), token: from };
  }
  if (word === 'func') {
    return { kind: 'function', name: functionName(tokens, index + 1), token: from };
  }
  if (MEMBERS.has(word) && around === 'type') {
    return { kind: 'function', name: word, token: from };
  }
  if (word === 'var' && tokens.word(index + 2) === ':' && around !== 'block') {
    return hasAssignment(tokens, index + 3)
      ? undefined
      : { kind: 'function', name: tokens.word(index + 1), token: from };
  }
  return undefined;
}

/** `extension Shop.Order` is of `Order`. */
function lastOfPath(tokens: CodeTokens, index: number): string {
  let at = index;
  while (tokens.word(at + 1) === '.' && tokens.isName(at + 2)) {
    at += 2;
  }
  return tokens.word(at);
}

function functionName(tokens: CodeTokens, index: number): string {
  if (tokens.isName(index)) {
    return tokens.word(index);
  }
  const start = tokens.starts[index] ?? 0;
  return /^[^\s\w(<]{1,20}/.exec(tokens.text.slice(start, start + 20))?.[0] ?? '';
}

/** `var total: Int = 1 {` has observers, no getter. */
function hasAssignment(tokens: CodeTokens, from: number): boolean {
  for (let at = from; at < Math.min(tokens.count, from + 60); at++) {
    const word = tokens.word(at);
    if (word === '=') {
      return true;
    }
    if (word === '{' || tokens.startsLine(at)) {
      return false;
    }
  }
  return false;
}
