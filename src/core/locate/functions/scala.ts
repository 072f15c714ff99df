import { braceScopes, type BraceLanguage, type Declared, type Place } from './braceScopes';
import type { CodeScope } from './codeScope';
import type { CodeTokens } from './codeTokens';
import { isSingleEquals } from './kotlin';
import { behind, cComment, characterEnd, stringEnd } from './literals';

/** Types and methods of a Scala text, with braces or by indent; closures are part of the method around them. */
export function scalaScopes(text: string): CodeScope[] {
  return braceScopes(text, SCALA);
}

const SCALA: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => cComment(text, at, true),
    literalEnd(text, at, before) {
      const last = before.count - 1;
      const isInterpolated = before.isName(last) && before.ends[last] === at;
      const code = isInterpolated ? '${' : '';
      if (text.startsWith('"""', at)) {
        return stringEnd(text, at + 3, '"""', { isLong: true, escapes: false, code });
      }
      if (text.startsWith('"', at)) {
        return stringEnd(text, at + 1, '"', { code });
      }
      return text.startsWith('`', at) ? behind(text, '`', at + 1) : characterEnd(text, at);
    },
  },
  announce(place, index) {
    const declared = announced(place, index);
    return declared?.kind === 'function' ? undefined : declared;
  },
  body(place, index) {
    const { tokens, from } = place;
    if (tokens.word(index) === ':') {
      return tokens.startsLine(index + 1) ? indentedType(place, index) : undefined;
    }
    if (!isSingleEquals(tokens, index)) {
      return undefined;
    }
    for (let at = index - 1, depth = 0; at >= from && at > index - 300; at--) {
      const word = tokens.word(at);
      depth += word === ')' || word === ']' ? 1 : word === '(' || word === '[' ? -1 : 0;
      const declared = depth === 0 && tokens.isName(at) ? announced(place, at) : undefined;
      if (declared) {
        return declared.kind === 'function' ? { ...declared, isIndented: true } : undefined;
      }
    }
    return undefined;
  },
  endsStatement: ({ tokens, around }, index) =>
    !/^[,(=.[:&|]$/.test(tokens.word(index - 1)) &&
    !/^(?:[{=.,)(:\]]|extends|with|derives)$/.test(tokens.word(index)) &&
    around !== '(' &&
    around !== '[',
};

/** `object Shop:` before its members. */
function indentedType(place: Place, colon: number): Declared | undefined {
  for (let at = place.from; at < Math.min(colon, place.from + 40); at++) {
    const declared = announced(place, at);
    if (declared) {
      return declared.kind === 'type' ? { ...declared, isIndented: true } : undefined;
    }
  }
  return undefined;
}

function announced({ tokens, from }: Place, index: number): Declared | undefined {
  switch (tokens.word(index)) {
    case 'class':
    case 'object':
    case 'trait':
    case 'enum':
      return tokens.isName(index + 1)
        ? { kind: 'type', name: tokens.word(index + 1), token: from }
        : undefined;
    case 'def':
      return { kind: 'function', name: nameFrom(tokens, index + 1), token: Math.min(from, index) };
    default:
      return undefined;
  }
}

/** A name of letters, of operators, or of anything between back-ticks. */
function nameFrom(tokens: CodeTokens, index: number): string {
  const word = tokens.word(index);
  if (tokens.isName(index)) {
    return word;
  }
  if (word.startsWith('`')) {
    return word.slice(1, -1);
  }
  const start = tokens.starts[index] ?? 0;
  return /^[^\s\w([{;,."'`]{1,40}/.exec(tokens.text.slice(start, start + 40))?.[0] ?? '';
}
