import { braceScopes, type BraceLanguage, type Declared, type Place } from './braceScopes';
import type { CodeScope } from './codeScope';
import type { CodeTokens } from './codeTokens';
import { behind, cComment, characterEnd, stringEnd } from './literals';

/** Types, functions and accessors of a Kotlin text; lambdas are part of the function around them, as inlining makes them. */
export function kotlinScopes(text: string): CodeScope[] {
  return braceScopes(text, KOTLIN);
}

const KOTLIN: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => cComment(text, at, true),
    literalEnd(text, at) {
      if (text.startsWith('"""', at)) {
        return stringEnd(text, at + 3, '"""', { isLong: true, escapes: false, code: '${' });
      }
      if (text.startsWith('"', at)) {
        return stringEnd(text, at + 1, '"', { code: '${' });
      }
      return text.startsWith('`', at) ? behind(text, '`', at + 1) : characterEnd(text, at);
    },
  },
  announce: announced,
  body(place, index) {
    const { tokens, from } = place;
    if (!isSingleEquals(tokens, index)) {
      return undefined;
    }
    for (let at = index - 1, depth = 0; at >= from && at > index - 200; at--) {
      const word = tokens.word(at);
      depth += word === ')' ? 1 : word === '(' ? -1 : 0;
      const declared = depth === 0 && tokens.isName(at) ? announced(place, at) : undefined;
      if (declared) {
        return declared.kind === 'function' ? { ...declared, isIndented: true } : undefined;
      }
    }
    return undefined;
  },
  endsStatement: ({ tokens, around }, index) =>
    // A head may go on behind its parameters: a result type, a base class, a brace of its own.
    !/^[,(=:.<&|?+-]$/.test(tokens.word(index - 1)) &&
    !/^(?:[:{=.,)?]|where)$/.test(tokens.word(index)) &&
    around !== '(',
};

function announced({ tokens, around, from }: Place, index: number): Declared | undefined {
  const next = tokens.word(index + 1);
  switch (tokens.word(index)) {
    case 'class':
    case 'interface':
      return tokens.isName(index + 1) && tokens.word(index - 1) !== ':'
        ? { kind: 'type', name: next, token: from }
        : undefined;
    case 'object': {
      const isCompanion = tokens.word(index - 1) === 'companion';
      return {
        kind: 'type',
        name:
          tokens.isName(index + 1) && !tokens.startsLine(index + 1) ? next : isCompanion ? 'Companion' : '',
        token: isCompanion ? index - 1 : index,
      };
    }
    case 'fun':
      return functionFrom(tokens, index, from);
    case 'constructor':
      return next === '(' && around === 'type' && !hasWord(tokens, from, index, 'class')
        ? { kind: 'function', name: 'constructor', token: from }
        : undefined;
    case 'get':
    case 'set':
      return next === '(' && tokens.startsLine(index)
        ? { kind: 'function', name: tokens.word(index), token: index }
        : undefined;
    default:
      return undefined;
  }
}

/** `fun <T> Receiver<T>.name(`; without a name it is a value. */
function functionFrom(tokens: CodeTokens, index: number, from: number): Declared | undefined {
  let name = '';
  let depth = 0;
  for (let at = index + 1; at < Math.min(tokens.count, index + 100); at++) {
    const word = tokens.word(at);
    if (word === '(' && depth === 0) {
      return name === ''
        ? { kind: 'closure', name: '', token: index }
        : { kind: 'function', name, token: Math.min(from, index) };
    }
    depth += word === '<' ? 1 : word === '>' && tokens.word(at - 1) !== '-' ? -1 : 0;
    if (depth === 0 && tokens.kinds[at] !== 'punctuation') {
      name = word.startsWith('`') ? word.slice(1, -1) : word;
    }
    if (word === '{' || word === '=') {
      return undefined;
    }
  }
  return undefined;
}

function hasWord(tokens: CodeTokens, from: number, to: number, word: string): boolean {
  for (let at = from; at < to; at++) {
    if (tokens.word(at) === word) {
      return true;
    }
  }
  return false;
}

/** `=`, but not `==`, `<=`, `=>` or `+=`. */
export function isSingleEquals(tokens: CodeTokens, index: number): boolean {
  const start = tokens.starts[index]!;
  return (
    tokens.text.charAt(start) === '=' &&
    !'=!<>+-*/%&|^:'.includes(tokens.text.charAt(start - 1) || ' ') &&
    !'=>'.includes(tokens.text.charAt(start + 1) || ' ')
  );
}
