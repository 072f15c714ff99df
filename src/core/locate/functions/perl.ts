import { braceScopes, type BraceLanguage } from './braceScopes';
import type { CodeScope } from './codeScope';
import type { CodeTokens } from './codeTokens';
import { lineEnd, stringEnd } from './literals';

/** Packages, subs and anonymous subs of a Perl text. */
export function perlScopes(text: string): CodeScope[] {
  const scopes = braceScopes(text, PERL);
  return [...filePackages(text), ...scopes].sort((a, b) => a.start - b.start || b.end - a.end);
}

const PERL: BraceLanguage = {
  lexis: {
    commentEnd(text, at) {
      const isLineStart = at === 0 || text.charCodeAt(at - 1) === 0x0a;
      if (isLineStart && /^=[a-z]/.test(text.slice(at, at + 2))) {
        const cut = text.indexOf('\n=cut', at);
        return cut === -1 ? text.length : lineEnd(text, cut + 5);
      }
      if (isLineStart && /^__(?:END|DATA)__/.test(text.slice(at, at + 8))) {
        return text.length;
      }
      // `$#rows` is the last index of an array.
      return text.charCodeAt(at) === 0x23 && text.charAt(at - 1) !== '$' ? lineEnd(text, at) : undefined;
    },
    literalEnd,
    nameStart: '$@%',
  },
  announce({ tokens }, index) {
    if (tokens.word(index) === 'sub' && !(tokens.word(index - 1) === '>' && tokens.word(index - 2) === '-')) {
      const name = qualified(tokens, index + 1);
      return { kind: name === '' ? 'closure' : 'function', name, token: index };
    }
    const isBlock = tokens.word(index) === 'package' && tokens.isName(index + 1);
    return isBlock ? { kind: 'type', name: qualified(tokens, index + 1), token: index } : undefined;
  },
};

/** `Shop::Order`: names and pairs of colons. */
function qualified(tokens: CodeTokens, from: number): string {
  let at = from;
  let name = tokens.isName(at) ? tokens.word(at) : '';
  while (name !== '' && tokens.word(at + 1) === ':' && tokens.word(at + 2) === ':' && tokens.isName(at + 3)) {
    at += 3;
    name += `::${tokens.word(at)}`;
  }
  return name;
}

/** `package Name;` goes on to the next one. */
function filePackages(text: string): CodeScope[] {
  const packages: { kind: 'type'; name: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(/^package[ \t]+([\w:']{1,300})[^;{\n]{0,40};/gm)) {
    const last = packages.at(-1);
    if (last) {
      last.end = match.index;
    }
    packages.push({ kind: 'type', name: match[1]!, start: match.index, end: text.length });
  }
  return packages;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

function literalEnd(text: string, at: number, before: CodeTokens): number | undefined {
  const char = text.charAt(at);
  if (char === '"' || char === "'" || char === '`') {
    return stringEnd(text, at + 1, char, { isLong: true });
  }
  const last = before.word(before.count - 1);
  if (char === '<') {
    return hereEnd(text, at);
  }
  if (char === '/') {
    const isPattern =
      last === '' ||
      '(,=~{;!&|?:'.includes(last) ||
      /^(?:if|unless|and|or|not|return|split|grep|map|while)$/.test(last);
    return isPattern ? stringEnd(text, at + 1, '/', { isLong: true }) : undefined;
  }
  const quote = /^(q[qwrx]?|m|s|tr|y)[ \t]*([^\w\s=,;)>])/.exec(text.slice(at, at + 12));
  if (!quote || last === '>' || last === '{' || /[\w$@%]/.test(text.charAt(at - 1))) {
    return undefined;
  }
  const end = delimitedEnd(text, at + quote[0].length - 1);
  const isPair = /^(?:s|tr|y)$/.test(quote[1]!);
  if (!isPair) {
    return end;
  }
  if (CLOSING[quote[2]!] === undefined) {
    return stringEnd(text, end, quote[2]!, { isLong: true });
  }
  const second = /^\s{0,200}/.exec(text.slice(end, end + 200))![0].length + end;
  return delimitedEnd(text, second);
}

/** Behind the delimiter that closes the one at `at`; brackets nest. */
function delimitedEnd(text: string, at: number): number {
  const open = text.charAt(at);
  const close = CLOSING[open];
  if (close === undefined) {
    return stringEnd(text, at + 1, open, { isLong: true });
  }
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '\\') {
      index++;
    } else if (char === open) {
      depth++;
    } else if (char === close && --depth === 0) {
      return index + 1;
    }
  }
  return text.length;
}

/** A here-document, taken as if it began where its mark stands. */
function hereEnd(text: string, at: number): number | undefined {
  const here = /^<<(~?)(?:"([^"\n]{1,80})"|'([^'\n]{1,80})'|([A-Za-z_]\w{0,80}))/.exec(
    text.slice(at, at + 90),
  );
  if (!here) {
    return undefined;
  }
  const name = here[2] ?? here[3] ?? here[4]!;
  for (let line = lineEnd(text, at); line < text.length; line = lineEnd(text, line + 1)) {
    const next = text.slice(line + 1, lineEnd(text, line + 1)).trimEnd();
    if ((here[1] === '~' ? next.trimStart() : next) === name) {
      return lineEnd(text, line + 1);
    }
  }
  return at + here[0].length;
}
