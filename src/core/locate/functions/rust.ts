import { braceScopes, type BraceLanguage, type Declared, type Place } from './braceScopes';
import type { CodeScope } from './codeScope';
import type { CodeTokens } from './codeTokens';
import { behind, cComment, characterEnd, stringEnd } from './literals';

/** Functions of a Rust text in the types and traits of their `impl`; closures are part of the function around them. */
export function rustScopes(text: string): CodeScope[] {
  return braceScopes(text, RUST);
}

const RUST: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => cComment(text, at, true),
    literalEnd(text, at) {
      const raw = /^(?:br|cr|r)(#{0,40})"/.exec(text.slice(at, at + 44));
      if (raw) {
        return behind(text, `"${raw[1]!}`, at + raw[0].length);
      }
      const quoted = /^[bc]?"/.exec(text.slice(at, at + 2));
      if (quoted) {
        return stringEnd(text, at + quoted[0].length, '"', { isLong: true });
      }
      return text.startsWith("b'", at) ? characterEnd(text, at + 1) : characterEnd(text, at);
    },
    nameStart: "'",
  },
  announce: announced,
};

function announced({ tokens, around }: Place, index: number): Declared | undefined {
  switch (tokens.word(index)) {
    case 'fn':
      return tokens.isName(index + 1)
        ? { kind: 'function', name: tokens.word(index + 1), token: index }
        : undefined;
    case 'mod':
    case 'trait':
    case 'struct':
    case 'enum':
    case 'union':
      return tokens.isName(index + 1)
        ? { kind: 'type', name: tokens.word(index + 1), token: index }
        : undefined;
    case 'impl':
      // `-> impl Fn()` and `x: impl Fn()` are types of values.
      return around === '(' || /^[>:&<+,=(]$/.test(tokens.word(index - 1))
        ? undefined
        : { kind: 'type', name: implementing(tokens, index), token: index };
    default:
      return undefined;
  }
}

/** The type of `impl<T> a::Trait<T> for b::Type<T> where …`. */
function implementing(tokens: CodeTokens, index: number): string {
  let name = '';
  let depth = 0;
  for (let at = index + 1; at < Math.min(tokens.count, index + 300); at++) {
    const word = tokens.word(at);
    if (depth === 0 && (word === '{' || word === 'where' || word === ';')) {
      break;
    }
    if (word === '<' || word === '(' || word === '[') {
      depth++;
    } else if ((word === '>' && tokens.word(at - 1) !== '-') || word === ')' || word === ']') {
      depth--;
    } else if (depth === 0 && tokens.isName(at)) {
      name = word === 'for' || word === 'dyn' ? '' : word;
    }
  }
  return name;
}
