import { braceScopes, type BraceLanguage, type Declared, type Place } from './braceScopes';
import type { CodeScope } from './codeScope';
import { behind, cComment, stringEnd } from './literals';

/** Functions, methods with the type of their receiver, and closures of a Go text. */
export function goScopes(text: string): CodeScope[] {
  return braceScopes(text, GO);
}

const GO: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => cComment(text, at),
    literalEnd(text, at) {
      const quote = text.charAt(at);
      if (quote === '`') {
        return behind(text, '`', at + 1);
      }
      return quote === '"' || quote === "'" ? stringEnd(text, at + 1, quote, {}) : undefined;
    },
  },
  announce(place, index) {
    return place.tokens.word(index) === 'func' ? announced(place, index) : undefined;
  },
  isInner({ tokens }, index) {
    const before = tokens.word(index - 1);
    return before === 'interface' || before === 'struct';
  },
  // A function's head ends where a line begins that does not go on with it.
  endsStatement: ({ tokens }, index) => !',(=+-*/&|.'.includes(tokens.word(index - 1) || ';'),
};

function announced({ tokens, around }: Place, index: number): Declared {
  if (around !== 'file') {
    return { kind: 'closure', name: '', token: index };
  }
  if (tokens.word(index + 1) !== '(') {
    return tokens.isName(index + 1)
      ? { kind: 'function', name: tokens.word(index + 1), token: index }
      : { kind: 'closure', name: '', token: index };
  }
  // `func (r *Repo[T]) Get(`: the type is the last name outside of brackets.
  let owner = '';
  let depth = 0;
  for (let at = index + 2; at < index + 60; at++) {
    const word = tokens.word(at);
    if (word === ')' && depth === 0) {
      const isMethod = tokens.isName(at + 1) && (tokens.word(at + 2) === '(' || tokens.word(at + 2) === '[');
      return isMethod
        ? { kind: 'function', name: tokens.word(at + 1), owner, token: index }
        : { kind: 'closure', name: '', token: index };
    }
    depth += word === '[' ? 1 : word === ']' ? -1 : 0;
    if (tokens.isName(at) && depth === 0) {
      owner = word;
    }
  }
  return { kind: 'closure', name: '', token: index };
}
