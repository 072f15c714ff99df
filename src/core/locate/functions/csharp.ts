import {
  beforeTypeArguments,
  braceScopes,
  type BraceLanguage,
  type Declared,
  type Place,
} from './braceScopes';
import type { CodeScope } from './codeScope';
import type { Lexis } from './codeTokens';
import { cComment, characterEnd, lineEnd, stringEnd } from './literals';

const TYPES = new Set(['class', 'struct', 'interface', 'enum', 'record', 'namespace']);
const ACCESSORS = new Set(['get', 'set', 'init', 'add', 'remove']);
const NO_FUNCTION = new Set([
  ...[
    'if',
    'for',
    'foreach',
    'while',
    'switch',
    'catch',
    'using',
    'lock',
    'fixed',
    'when',
    'return',
    'base',
    'this',
  ],
  ...['nameof', 'typeof', 'sizeof', 'default', 'checked', 'unchecked', 'new', 'await', 'where'],
]);
/** Words before a call, which make it none of a local function's head. */
const BEFORE_CALL = new Set([
  ...[
    'return',
    'await',
    'new',
    'else',
    'in',
    'is',
    'as',
    'case',
    'throw',
    'using',
    'when',
    'and',
    'or',
    'not',
    'do',
  ],
  ...['yield', 'out', 'ref', 'goto'],
]);

const MODIFIERS = new Set([
  ...[
    'public',
    'private',
    'protected',
    'internal',
    'static',
    'async',
    'virtual',
    'override',
    'sealed',
    'readonly',
  ],
  ...['unsafe', 'extern', 'partial', 'abstract', 'ref', 'return'],
]);

/** Types, methods, accessors and local functions of a C# text. Namespaces count as types. */
export function csharpScopes(text: string): CodeScope[] {
  return braceScopes(text, CSHARP).filter(({ name }) => !name.startsWith(PROPERTY));
}

const LEXIS: Lexis = {
  commentEnd(text, at) {
    if (text.charCodeAt(at) === 0x23 && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 80), at))) {
      return lineEnd(text, at);
    }
    return cComment(text, at);
  },
  literalEnd(text, at) {
    const head = /^[$@]{0,6}("{3,20}|")/.exec(text.slice(at, at + 26));
    if (!head) {
      return characterEnd(text, at);
    }
    const code = head[0].includes('$') ? '{' : '';
    const from = at + head[0].length;
    if (head[1]!.length >= 3) {
      return stringEnd(text, from, head[1]!, { isLong: true, escapes: false });
    }
    return head[0].includes('@') ? verbatimEnd(text, from) : stringEnd(text, from, '"', { code });
  },
};

/** Two quotes stand for one. */
function verbatimEnd(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text.charAt(at + 1) === '"') {
    at = text.indexOf('"', at + 2);
  }
  return at === -1 ? text.length : at + 1;
}

const CSHARP: BraceLanguage = {
  lexis: LEXIS,
  open: opened,
  body(place, index) {
    return place.tokens.word(index + 1) === '>' &&
      place.tokens.starts[index + 1] === place.tokens.starts[index]! + 1
      ? opened(place, index)
      : undefined;
  },
};

/** Longest head of a declaration, in tokens: what is longer is an expression. */
const MAX_HEAD = 600;

/** What the `{` or `=>` at `at` begins. */
function opened(place: Place, at: number): Declared | undefined {
  const { tokens, from, around, aroundName } = place;
  if (around === '(' || around === '[' || at - from > MAX_HEAD) {
    return undefined;
  }
  const isBrace = tokens.word(at) === '{';
  const type = isBrace ? typeName(place, at) : undefined;
  if (type !== undefined) {
    return { kind: 'type', name: type, token: from };
  }
  const isProperty = aroundName.startsWith(PROPERTY);
  if (isProperty) {
    const accessor = tokens.word(at - 1);
    return ACCESSORS.has(accessor)
      ? { kind: 'function', name: `${accessor}_${aroundName.slice(PROPERTY.length)}`, token: from }
      : undefined;
  }
  const parameters = parametersOf(place, at);
  if (parameters !== undefined) {
    return functionAt(place, parameters);
  }
  return around === 'type' && !hasAssignment(place, at) ? propertyAt(place, at, isBrace) : undefined;
}

/** A property is a type whose name only its accessors see. */
const PROPERTY = '{property}';

function propertyAt({ tokens, from }: Place, at: number, isBrace: boolean): Declared | undefined {
  // `this[int index]` is the property `Item`.
  const name = tokens.word(at - 1) === ']' ? 'Item' : tokens.word(at - 1);
  if ((name !== 'Item' && !tokens.isName(at - 1)) || at - 1 <= from) {
    return undefined;
  }
  return isBrace
    ? { kind: 'type', name: PROPERTY + name, token: from }
    : { kind: 'function', name: `get_${name}`, token: from };
}

/** The token that opens the parameters: of the first parentheses in the statement's head, so that `: base(…)` and `where` count for nothing. */
function parametersOf(place: Place, at: number): number | undefined {
  const { tokens, from } = place;
  let open: number | undefined;
  for (let close = at - 1; close >= from; close--) {
    const word = tokens.word(close);
    if (word === ')' || word === ']' || word === '}') {
      const opener = place.opener[close];
      if (opener === undefined || opener < from) {
        return open;
      }
      const before = tokens.word(opener - 1);
      const isNamed = before === '>' || (tokens.isName(opener - 1) && !MODIFIERS.has(before));
      if (word === ')' && (isNamed || isOperator(place, opener))) {
        open = opener;
      }
      close = opener;
    } else if (word === '=' && tokens.word(close - 1) !== 'operator' && tokens.word(close - 1) !== '=') {
      return undefined;
    }
  }
  return open;
}

/** `operator +` or `operator >>` before the parentheses at `open`. */
function isOperator({ tokens }: Place, open: number): boolean {
  return [1, 2, 3].some((back) => tokens.word(open - back) === 'operator');
}

function functionAt(place: Place, open: number): Declared | undefined {
  const { tokens, from, around } = place;
  if (isOperator(place, open)) {
    return { kind: 'function', name: 'operator', token: from };
  }
  const at = beforeTypeArguments(place, open - 1);
  const name = tokens.isName(at) ? tokens.word(at) : '';
  if (name === '' || NO_FUNCTION.has(name)) {
    return undefined;
  }
  if (around === 'type') {
    return { kind: 'function', name: tokens.word(at - 1) === '~' ? 'Finalize' : name, token: from };
  }
  const before = tokens.word(at - 1);
  const isTyped = at > from && (tokens.isName(at - 1) ? !BEFORE_CALL.has(before) : '>]?)'.includes(before));
  return isTyped ? { kind: 'function', name, token: from } : undefined;
}

function hasAssignment(place: Place, at: number): boolean {
  const { tokens, from } = place;
  for (let index = from; index < at; index++) {
    if (tokens.word(index) === '=') {
      return true;
    }
  }
  return false;
}

function typeName(place: Place, brace: number): string | undefined {
  const { tokens, from } = place;
  let depth = 0;
  for (let at = from; at < brace - 1; at++) {
    const word = tokens.word(at);
    if (word === '(' && depth === 0) {
      return undefined;
    }
    depth += word === '[' ? 1 : word === ']' ? -1 : 0;
    if (tokens.isName(at) && TYPES.has(word) && tokens.isName(at + 1)) {
      if (word !== 'namespace' && word !== 'record') {
        return tokens.word(at + 1);
      }
      const isClass = tokens.word(at + 1) === 'class' || tokens.word(at + 1) === 'struct';
      return word === 'namespace' ? tokens.word(brace - 1) : tokens.word(isClass ? at + 2 : at + 1);
    }
  }
  return undefined;
}
