import type { CodeScope } from './codeScope';
import { indentScopes, type CodeLine } from './indentScopes';
import { lineEnd } from './literals';

/** Classes, modules and methods of a Ruby text; blocks are part of the method around them. */
export function rubyScopes(text: string): CodeScope[] {
  return indentScopes(text, hidden(text), begins, (line) =>
    /^\s*(?:end\b|\})/.test(line.text) ? 'after' : undefined,
  );
}

const METHOD =
  /^\s*(?:(?:private|protected|public|module_function|private_class_method|memoize)\s+)?def\s+(?:([\w:]{1,200})\.)?([\p{L}_][\p{L}\d_]{0,200}[?!=]?|[-+*/%<>=!~^&|[\]@]{1,5})/u;

function begins({ text }: CodeLine): Omit<CodeScope, 'start' | 'end'> | undefined {
  if (!/\b(?:def|class|module)\b/.test(text.slice(0, 200))) {
    return undefined;
  }
  const method = METHOD.exec(text.slice(0, 500));
  if (method) {
    return { kind: 'function', name: method[2]! };
  }
  const type = /^\s*(?:class|module)\s+(?:[\w]{1,200}::){0,20}([A-Z]\w{0,200})/.exec(text.slice(0, 500));
  return type ? { kind: 'type', name: type[1]! } : undefined;
}

/** Heredocs, `=begin` comments and what stands behind `__END__`. */
function hidden(text: string): [number, number][] {
  const parts: [number, number][] = [];
  // A name without end has none further down either: it is looked for once.
  const endless = new Set<string>();
  const mark = /<<([~-]?)(["'`]?)([A-Z_a-z]\w{0,100})\2|^=begin\b|^__END__$/gm;
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    if (match[0] === '__END__') {
      parts.push([match.index - 1, text.length]);
      break;
    }
    const from = lineEnd(text, match.index);
    const name = match[3] ?? '';
    const isShift = match[3] !== undefined && match[1] === '' && !/^[A-Z_]+$/.test(name);
    const end = match[3] === undefined ? '=end' : name;
    const to =
      isShift || endless.has(end) ? undefined : textEnd(text, from, end, match[1] !== '' && end === name);
    if (to === undefined) {
      if (!isShift) {
        endless.add(end);
      }
    } else {
      parts.push([from, to]);
      mark.lastIndex = to;
    }
  }
  return parts;
}

/** Behind the line that consists of `name`; `undefined` where there is none. */
function textEnd(text: string, from: number, name: string, isIndented: boolean): number | undefined {
  for (let line = from; line < text.length; line = lineEnd(text, line + 1)) {
    const next = text.slice(line + 1, lineEnd(text, line + 1)).trimEnd();
    if ((isIndented ? next.trimStart() : next) === name) {
      return lineEnd(text, line + 1);
    }
  }
  return undefined;
}
