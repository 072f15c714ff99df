import {
  beforeTypeArguments,
  braceScopes,
  type BraceLanguage,
  type Declared,
  type Place,
} from './braceScopes';
import type { CodeScope } from './codeScope';
import { behind, cComment, lineEnd, stringEnd } from './literals';

const TYPES = new Set(['class', 'struct', 'union', 'enum', 'namespace']);
const NO_FUNCTION = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'return',
  'sizeof',
  'decltype',
  'noexcept',
  'alignas',
]);

/** Types, namespaces and functions of a C or C++ text; lambdas are part of the function around them. */
export function cppScopes(text: string): CodeScope[] {
  return braceScopes(text, CPP);
}

const CPP: BraceLanguage = {
  lexis: {
    commentEnd: (text, at) => (isDirective(text, at) ? directiveEnd(text, at) : cComment(text, at)),
    literalEnd(text, at, before) {
      const raw = /^(?:u8|[uUL])?R"([^()\\\s]{0,16})\(/.exec(text.slice(at, at + 24));
      if (raw) {
        return behind(text, `)${raw[1]!}"`, at + raw[0].length);
      }
      const quote = text.charAt(at);
      if (quote === '"') {
        return stringEnd(text, at + 1, '"', {});
      }
      // `1'000'000`
      const isSeparator =
        quote === "'" && before.ends[before.count - 1] === at && /^\d/.test(before.word(before.count - 1));
      return quote === "'" ? (isSeparator ? at + 1 : stringEnd(text, at + 1, "'", {})) : undefined;
    },
  },
  open: opened,
  isInner(place, index) {
    // `: size_{1}` among a constructor's initialisers.
    const { tokens, from } = place;
    const before = tokens.word(index - 2);
    if (!tokens.isName(index - 1) || (before !== ':' && before !== ',')) {
      return false;
    }
    for (let at = from; at < index; at++) {
      if (tokens.word(at) === ')' && tokens.word(at + 1) === ':' && tokens.word(at + 2) !== ':') {
        return true;
      }
    }
    return false;
  },
};

function opened(place: Place, brace: number): Declared | undefined {
  const { tokens, from, around } = place;
  if (around !== 'file' && around !== 'type') {
    return localType(place, brace);
  }
  const start = behindTemplate(place);
  if (tokens.word(brace - 1) === '=') {
    return undefined;
  }
  const open = parametersOf(place, start, brace);
  const named = open === undefined ? undefined : functionAt(place, open);
  if (named) {
    return { ...named, token: from };
  }
  return localType(place, brace) ?? externBlock(place, brace);
}

/** `extern "C" {` changes nothing about what stands in it. */
function externBlock({ tokens, from }: Place, brace: number): Declared | undefined {
  return tokens.word(from) === 'extern' && brace === from + 2
    ? { kind: 'type', name: '', token: from }
    : undefined;
}

function localType(place: Place, brace: number): Declared | undefined {
  const { tokens } = place;
  for (let at = behindTemplate(place); at < brace; at++) {
    if (TYPES.has(tokens.word(at)) && tokens.isName(at)) {
      return { kind: 'type', name: typeName(place, at + 1, brace), token: place.from };
    }
    if (tokens.word(at) === '(' || tokens.word(at) === '=') {
      return undefined;
    }
  }
  return undefined;
}

/** The last name before bases and template arguments; empty where there is none. */
function typeName({ tokens }: Place, from: number, brace: number): string {
  let name = '';
  for (let at = from; at < brace; at++) {
    const word = tokens.word(at);
    const isScope = word === ':' && (tokens.word(at + 1) === ':' || tokens.word(at - 1) === ':');
    if ((word === ':' && !isScope) || word === '<') {
      break;
    }
    if (tokens.isName(at) && word !== 'final' && word !== 'class' && word !== 'struct' && word !== 'inline') {
      name = word;
    }
  }
  return name;
}

function functionAt(place: Place, open: number): Omit<Declared, 'token'> | undefined {
  const { tokens, from } = place;
  for (let at = open - 1; at > open - 5 && at >= from; at--) {
    if (tokens.word(at) === 'operator') {
      const name = tokens.text.slice(tokens.starts[at], tokens.starts[open]).replaceAll(/\s/g, '');
      return { kind: 'function', name: name === 'operator' ? 'operator()' : name, ...ownerBefore(place, at) };
    }
  }
  const at = beforeTypeArguments(place, open - 1);
  const name = tokens.isName(at) ? tokens.word(at) : '';
  if (name === '' || NO_FUNCTION.has(name)) {
    return undefined;
  }
  const isDestructor = tokens.word(at - 1) === '~';
  return {
    kind: 'function',
    name: isDestructor ? `~${name}` : name,
    ...ownerBefore(place, isDestructor ? at - 1 : at),
  };
}

/** `Order<T>::charge` belongs to `Order`. */
function ownerBefore(place: Place, name: number): { owner?: string } {
  const { tokens } = place;
  if (tokens.word(name - 1) !== ':' || tokens.word(name - 2) !== ':') {
    return {};
  }
  const at = beforeTypeArguments(place, name - 3);
  return tokens.isName(at) ? { owner: tokens.word(at) } : {};
}

/** The first parentheses of a head that follow a name. */
function parametersOf({ tokens }: Place, from: number, brace: number): number | undefined {
  let depth = 0;
  for (let at = from; at < brace; at++) {
    const word = tokens.word(at);
    if (word === '(' && depth === 0) {
      const before = tokens.word(at - 1);
      const isOperator = before === 'operator' && tokens.word(at + 1) === ')';
      if (isOperator) {
        return at + 2;
      }
      const isAttribute =
        before === '__attribute__' || before === 'alignas' || before === 'noexcept' || before === 'explicit';
      const isOperatorName =
        at > from + 1 && [1, 2, 3, 4].some((back) => tokens.word(at - back) === 'operator');
      if ((tokens.isName(at - 1) && !isAttribute) || before === '>' || isOperatorName) {
        return at;
      }
    }
    if (
      word === '=' &&
      depth === 0 &&
      tokens.word(at - 1) !== 'operator' &&
      tokens.word(at - 2) !== 'operator'
    ) {
      return undefined;
    }
    depth += word === '(' ? 1 : word === ')' ? -1 : 0;
  }
  return undefined;
}

/** Behind `template <…>`, `public:` and attributes of a statement. */
function behindTemplate({ tokens, from }: Place): number {
  let at = from;
  for (let steps = 0; steps < 8; steps++) {
    if (/^(?:public|private|protected)$/.test(tokens.word(at)) && tokens.word(at + 1) === ':') {
      at += 2;
    } else if (tokens.word(at) === 'template' && tokens.word(at + 1) === '<') {
      let depth = 0;
      let end = at + 1;
      for (; end < Math.min(tokens.count, at + 300); end++) {
        depth += tokens.word(end) === '<' ? 1 : tokens.word(end) === '>' ? -1 : 0;
        if (depth === 0) {
          break;
        }
      }
      at = end + 1;
    } else {
      return at;
    }
  }
  return at;
}

function isDirective(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x23 && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 80), at));
}

/** A directive goes on over `\`; of alternatives the first counts, so that braces stay in pairs. */
function directiveEnd(text: string, at: number): number {
  let end = logicalLineEnd(text, at);
  if (!/^#[ \t]*(?:else|elif)/.test(text.slice(at, at + 40))) {
    return end;
  }
  let depth = 0;
  while (end < text.length) {
    const line = end + 1;
    const next = logicalLineEnd(text, line);
    const directive = /^[ \t]*#[ \t]*(if|endif)/.exec(text.slice(line, Math.min(next, line + 80)));
    end = next;
    if (directive?.[1] === 'if') {
      depth++;
    } else if (directive && --depth < 0) {
      return end;
    }
  }
  return end;
}

function logicalLineEnd(text: string, from: number): number {
  let end = lineEnd(text, from);
  while (end < text.length && (text.charAt(end - 1) === '\\' || text.startsWith('\\\r', end - 2))) {
    end = lineEnd(text, end + 1);
  }
  return end;
}
