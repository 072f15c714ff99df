import type { CodeScope } from './codeScope';
import { codeTokens, type CodeTokens, type Lexis } from './codeTokens';
import { behind, lineEnd, stringEnd } from './literals';

/** Functions of a Lua text, each with the table that it is a field of; functions without a name are closures. */
export function luaScopes(text: string): CodeScope[] {
  const tokens = codeTokens(text, LEXIS);
  const open: (number | undefined)[] = [];
  const found: { kind: 'function' | 'closure'; name: string; owner?: string; start: number; end: number }[] =
    [];
  for (let at = 0; at < tokens.count; at++) {
    switch (tokens.isName(at) && !'.:'.includes(tokens.word(at - 1) || ' ') ? tokens.word(at) : '') {
      case 'function': {
        const { name, owner } = functionName(tokens, at);
        found.push({
          kind: name === '' ? 'closure' : 'function',
          name,
          ...(owner === '' ? {} : { owner }),
          start: tokens.starts[at]!,
          end: text.length,
        });
        open.push(found.length - 1);
        break;
      }
      case 'if':
      case 'do':
      case 'repeat':
        open.push(undefined);
        break;
      case 'end':
      case 'until': {
        const scope = open.pop();
        if (scope !== undefined) {
          found[scope]!.end = tokens.ends[at]!;
        }
        break;
      }
      default:
    }
  }
  return found;
}

const LEXIS: Lexis = {
  commentEnd(text, at) {
    if (text.startsWith('#!', at) && at === 0) {
      return lineEnd(text, at);
    }
    if (!text.startsWith('--', at)) {
      return undefined;
    }
    return longEnd(text, at + 2) ?? lineEnd(text, at);
  },
  literalEnd(text, at) {
    const char = text.charAt(at);
    return char === '"' || char === "'"
      ? stringEnd(text, at + 1, char, {})
      : char === '['
        ? longEnd(text, at)
        : undefined;
  },
};

/** `[[…]]`, `[==[…]==]` */
function longEnd(text: string, at: number): number | undefined {
  const open = /^\[(={0,40})\[/.exec(text.slice(at, at + 44));
  return open ? behind(text, `]${open[1]!}]`, at + open[0].length) : undefined;
}

/** `function a.b:name(`, `local function name(`, `name = function(`, `a.name = function(`. */
function functionName(tokens: CodeTokens, at: number): { name: string; owner: string } {
  if (tokens.isName(at + 1)) {
    let last = at + 1;
    let owner = '';
    while ('.:'.includes(tokens.word(last + 1) || ' ') && tokens.isName(last + 2)) {
      owner = tokens.word(last);
      last += 2;
    }
    return { name: tokens.word(last), owner };
  }
  if (tokens.word(at - 1) !== '=' || !tokens.isName(at - 2)) {
    return { name: '', owner: '' };
  }
  return { name: tokens.word(at - 2), owner: tokens.word(at - 3) === '.' ? tokens.word(at - 4) : '' };
}
