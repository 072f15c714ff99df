import {
  beforeTypeArguments,
  braceScopes,
  openerOf,
  type BraceLanguage,
  type Declared,
  type Place,
} from './braceScopes';
import type { CodeScope } from './codeScope';
import { cComment, stringEnd } from './literals';

const TYPES = new Set(['class', 'mixin', 'extension', 'enum']);
const NO_FUNCTION = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'return',
  'assert',
  'super',
  'this',
  'await',
  'when',
]);

/** Types, functions and getters of a Dart text; closures are part of the function around them. */
export function dartScopes(text: string): CodeScope[] {
  return braceScopes(text, DART);
}

const DART: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => cComment(text, at, true),
    literalEnd(text, at) {
      const head = /^r?('''|"""|'|")/.exec(text.slice(at, at + 4));
      if (!head) {
        return undefined;
      }
      const isRaw = head[0].startsWith('r');
      const form = { isLong: head[1]!.length === 3, escapes: !isRaw, code: isRaw ? '' : '${' };
      return stringEnd(text, at + head[0].length, head[1]!, form);
    },
  },
  open: opened,
  body(place, index) {
    const { tokens } = place;
    const isArrow = tokens.word(index + 1) === '>' && tokens.ends[index] === tokens.starts[index + 1];
    return isArrow ? opened(place, index) : undefined;
  },
};

/** Longest head of a declaration, in tokens: what is longer is an expression. */
const MAX_HEAD = 400;

function opened(place: Place, at: number): Declared | undefined {
  const { tokens, from, around } = place;
  if (at - from > MAX_HEAD) {
    return undefined;
  }
  for (let index = from; index < at - 1 && tokens.word(index) !== '('; index++) {
    if (TYPES.has(tokens.word(index)) && tokens.isName(index + 1) && tokens.word(at) === '{') {
      const isMixinClass = tokens.word(index + 1) === 'class' || tokens.word(index + 1) === 'type';
      return { kind: 'type', name: tokens.word(isMixinClass ? index + 2 : index + 1), token: from };
    }
    if (tokens.word(index) === 'get' && tokens.isName(index + 1)) {
      return { kind: 'function', name: tokens.word(index + 1), token: from };
    }
  }
  if (around === '(' || around === '[') {
    return undefined;
  }
  const open = parametersOf(place, at);
  const last = open === undefined ? -1 : beforeTypeArguments(place, open - 1);
  if (last < from || !tokens.isName(last) || NO_FUNCTION.has(tokens.word(last))) {
    return undefined;
  }
  // In a function, what has no type before its name is a call.
  const isTyped = last > from && (tokens.isName(last - 1) || '>?]'.includes(tokens.word(last - 1)));
  const isMember = around === 'type' || around === 'file' || isTyped;
  return isMember && tokens.word(last - 1) !== '='
    ? { kind: 'function', name: tokens.word(last), token: from }
    : undefined;
}

/** The first parentheses of the statement: initialisers may follow them. */
function parametersOf(place: Place, at: number): number | undefined {
  const { tokens, from } = place;
  let open: number | undefined;
  for (let close = at - 1; close >= from; close--) {
    const opener = openerOf(place, close);
    if (opener !== undefined) {
      open = tokens.word(close) === ')' && tokens.word(opener - 1) !== '@' ? opener : open;
      close = opener;
    } else if (tokens.word(close) === '=' && tokens.word(close + 1) !== '=') {
      // `x = a` among a constructor's initialisers stands behind its parameters.
      open = undefined;
    } else if (tokens.word(close) === '@') {
      return open;
    }
  }
  return open;
}
