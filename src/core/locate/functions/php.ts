import { braceScopes, type BraceLanguage, type Declared, type Place } from './braceScopes';
import type { CodeScope } from './codeScope';
import { cComment, lineEnd, stringEnd } from './literals';

/** Types, functions and closures of a PHP text. */
export function phpScopes(text: string): CodeScope[] {
  return braceScopes(text, PHP);
}

const PHP: BraceLanguage = {
  lexis: {
    commentEnd(text, at) {
      if (at === 0 && !text.startsWith('<?')) {
        return htmlEnd(text, 0);
      }
      if (text.startsWith('?>', at)) {
        return htmlEnd(text, at + 2);
      }
      if (text.startsWith('<?php', at) || text.startsWith('<?=', at)) {
        return at + (text.startsWith('<?=', at) ? 3 : 5);
      }
      const isLine = text.startsWith('//', at) || (text.startsWith('#', at) && !text.startsWith('#[', at));
      if (!isLine) {
        return cComment(text, at);
      }
      const end = lineEnd(text, at);
      const tag = text.slice(at, end).indexOf('?>');
      return tag === -1 ? end : at + tag;
    },
    literalEnd(text, at) {
      const quote = text.charAt(at);
      if (quote === "'" || quote === '"' || quote === '`') {
        return stringEnd(text, at + 1, quote, { isLong: true, code: quote === "'" ? '' : '{$' });
      }
      const here =
        quote === '<' ? /^<<<[ \t]*(["']?)([A-Za-z_]\w{0,100})\1\r?\n/.exec(text.slice(at, at + 120)) : null;
      return here ? heredocEnd(text, at + here[0].length - 1, here[2]!) : undefined;
    },
  },
  announce: announced,
  body(place, index) {
    const { tokens, from } = place;
    if (tokens.word(index + 1) !== '>' || tokens.ends[index] !== tokens.starts[index + 1]) {
      return undefined;
    }
    // `fn(…): type =>`
    for (let at = index - 1, depth = 0; at >= from && at > index - 100; at--) {
      const word = tokens.word(at);
      depth += word === ')' ? 1 : word === '(' ? -1 : 0;
      if (word === 'fn' && depth === 0) {
        return { kind: 'closure', name: '', token: at };
      }
      if (word === ',' && depth === 0) {
        return undefined;
      }
    }
    return undefined;
  },
};

/** Names of PHP do not tell upper from lower case. */
function announced({ tokens }: Place, index: number): Declared | undefined {
  const before = tokens.word(index - 1);
  if (before === '>' || before === ':' || before === '$') {
    return undefined;
  }
  switch (tokens.word(index).toLowerCase()) {
    case 'class':
      return {
        kind: 'type',
        name: before === 'new' || !tokens.isName(index + 1) ? '' : tokens.word(index + 1),
        token: index,
      };
    case 'trait':
      // Its methods run under the names of the classes that use it.
      return tokens.isName(index + 1) ? { kind: 'type', name: '', token: index } : undefined;
    case 'interface':
    case 'enum':
      return tokens.isName(index + 1)
        ? { kind: 'type', name: tokens.word(index + 1), token: index }
        : undefined;
    case 'function': {
      const at = tokens.word(index + 1) === '&' ? index + 2 : index + 1;
      return tokens.isName(at)
        ? { kind: 'function', name: tokens.word(at), token: index }
        : { kind: 'closure', name: '', token: index };
    }
    default:
      return undefined;
  }
}

function htmlEnd(text: string, from: number): number {
  const open = text.indexOf('<?', from);
  return open === -1 ? text.length : open;
}

/** A heredoc ends with its name, which may be indented. */
function heredocEnd(text: string, from: number, name: string): number {
  for (let line = from; line !== -1 && line < text.length; line = text.indexOf('\n', line + 1)) {
    let at = line + 1;
    while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) {
      at++;
    }
    if (text.startsWith(name, at) && !/\w/.test(text.charAt(at + name.length))) {
      return at + name.length;
    }
  }
  return text.length;
}
