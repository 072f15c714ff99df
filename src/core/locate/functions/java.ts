import {
  beforeTypeArguments,
  braceScopes,
  openerOf,
  type BraceLanguage,
  type Declared,
  type Place,
} from './braceScopes';
import type { CodeScope } from './codeScope';
import type { Lexis } from './codeTokens';
import { behind, cComment, lineEnd, stringEnd } from './literals';

const TYPES = new Set(['class', 'interface', 'enum', 'record', 'trait']);
const CONTROLS = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'synchronized',
  'try',
  'return',
  'super',
  'this',
]);

/** Types and methods of a Java text. */
export function javaScopes(text: string): CodeScope[] {
  return braceScopes(text, JAVA);
}

/** Types, methods and the functions of scripts of a Groovy text; closures are part of the method around them. */
export function groovyScopes(text: string): CodeScope[] {
  return braceScopes(text, GROOVY);
}

const JAVA_LEXIS: Lexis = {
  commentEnd: (text, at) => cComment(text, at),
  literalEnd(text, at) {
    if (text.startsWith('"""', at)) {
      return stringEnd(text, at + 3, '"""', { isLong: true });
    }
    const quote = text.charAt(at);
    return quote === '"' || quote === "'" ? stringEnd(text, at + 1, quote, {}) : undefined;
  },
};

const GROOVY_LEXIS: Lexis = {
  commentEnd: (text, at) => (text.startsWith('#!', at) && at === 0 ? lineEnd(text, at) : cComment(text, at)),
  literalEnd(text, at, before) {
    const quote = text.charAt(at);
    if (quote === '"' || quote === "'") {
      const code = quote === '"' ? '${' : '';
      return text.startsWith(quote.repeat(3), at)
        ? stringEnd(text, at + 3, quote.repeat(3), { isLong: true, code })
        : stringEnd(text, at + 1, quote, { code });
    }
    if (text.startsWith('$/', at)) {
      return behind(text, '/$', at + 2);
    }
    // A slash begins a pattern where no operand stands before it.
    const isPattern = quote === '/' && '=(,~[:'.includes(before.word(before.count - 1) || ';');
    return isPattern ? stringEnd(text, at + 1, '/', {}) : undefined;
  },
};

const JAVA: BraceLanguage = { lexis: JAVA_LEXIS, open: (place, index) => opened(place, index, false) };
const GROOVY: BraceLanguage = { lexis: GROOVY_LEXIS, open: (place, index) => opened(place, index, true) };

function opened(place: Place, brace: number, isScript: boolean): Declared | undefined {
  const { tokens, from, around } = place;
  if (tokens.word(brace - 1) === '>' && tokens.word(brace - 2) === '-') {
    return { kind: 'closure', name: '', token: brace };
  }
  const type = typeName(place, brace);
  if (type !== undefined) {
    return { kind: 'type', name: type, token: from };
  }
  const close = beforeThrows(place, brace - 1);
  const open = tokens.word(close) === ')' ? openerOf(place, close) : undefined;
  if (open === undefined) {
    // The short form of a record's constructor.
    const isCompact =
      around === 'type' && place.aroundName !== '' && tokens.word(brace - 1) === place.aroundName;
    if (isCompact) {
      return { kind: 'function', name: place.aroundName, token: from };
    }
    const constant = tokens.word(from) === ',' ? from + 1 : from;
    const isConstant = around === 'type' && constant === brace - 1 && tokens.isName(constant);
    return isConstant && tokens.word(constant) !== 'static'
      ? { kind: 'type', name: '', token: constant }
      : undefined;
  }
  const last = beforeTypeArguments(place, open - 1);
  if (hasNew(place, last)) {
    return { kind: 'type', name: '', token: from };
  }
  return methodAt(place, open - 1, isScript);
}

function methodAt(place: Place, at: number, isScript: boolean): Declared | undefined {
  const { tokens, from, around } = place;
  const isNamed = tokens.isName(at) || (isScript && tokens.kinds[at] === 'literal');
  const name = isNamed ? unquoted(tokens.word(at)) : '';
  const isMember = around === 'type' || (isScript && around === 'file');
  if (!isMember || name === '' || CONTROLS.has(name)) {
    return undefined;
  }
  const isTyped = at > from && (tokens.isName(at - 1) || '>]'.includes(tokens.word(at - 1)));
  if (isTyped || name === place.aroundName) {
    return { kind: 'function', name, token: from };
  }
  // A constant of an enumeration with a body of its own.
  return around === 'type' ? { kind: 'type', name: '', token: from } : undefined;
}

/** `class Name`, but not `Name.class`. */
function typeName({ tokens, from }: Place, brace: number): string | undefined {
  for (let at = from; at < brace - 1; at++) {
    if (
      tokens.isName(at) &&
      TYPES.has(tokens.word(at)) &&
      tokens.word(at - 1) !== '.' &&
      tokens.isName(at + 1)
    ) {
      return tokens.word(at) === 'record' && tokens.word(at + 2) !== '(' && tokens.word(at + 2) !== '<'
        ? undefined
        : tokens.word(at + 1);
    }
  }
  return undefined;
}

/** The token before `throws A, B`. */
function beforeThrows({ tokens, from }: Place, last: number): number {
  for (let at = last; at > from && (tokens.isName(at) || '.,@<>'.includes(tokens.word(at))); at--) {
    if (tokens.word(at) === 'throws') {
      return at - 1;
    }
  }
  return last;
}

/** `new Name` or `new a.b.Name` ending at `last`. */
function hasNew({ tokens, from }: Place, last: number): boolean {
  let at = last;
  while (at > from && (tokens.isName(at) || tokens.word(at) === '.')) {
    if (tokens.word(at) === 'new') {
      return true;
    }
    at--;
  }
  return tokens.word(at) === 'new';
}

function unquoted(word: string): string {
  return /^(['"]).*\1$/.test(word) ? word.slice(1, -1) : word;
}
