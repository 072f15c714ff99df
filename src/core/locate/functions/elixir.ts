import type { CodeScope } from './codeScope';
import { argumentCount } from './erlang';
import { indentScopes, type CodeLine } from './indentScopes';

/** Modules and functions of an Elixir text, with their arities; anonymous functions are part of the function around them. */
export function elixirScopes(text: string): CodeScope[] {
  const scopes = indentScopes(
    text,
    heredocs(text),
    (line) => begins(text, line),
    (line) =>
      /^\s*end\b/.test(line.text)
        ? 'after'
        : /^\s*(?:def|@|use |alias |import )/.test(line.text)
          ? 'before'
          : undefined,
  );
  return scopes;
}

const FUNCTION = /^\s*def(?:p|macro|macrop|guard|delegate)?\s+([a-z_]\w{0,200}[?!]?)/;

function begins(text: string, line: CodeLine): Omit<CodeScope, 'start' | 'end'> | undefined {
  const type = /^\s*(?:defmodule|defprotocol)\s+([\w.]{1,300})/.exec(line.text.slice(0, 400));
  if (type) {
    return { kind: 'type', name: type[1]! };
  }
  const implementation = /^\s*defimpl\s+([\w.]{1,300}),\s*for:\s*([\w.]{1,300})/.exec(
    line.text.slice(0, 700),
  );
  if (implementation) {
    return { kind: 'type', name: `${implementation[1]!}.${implementation[2]!}` };
  }
  const named = FUNCTION.exec(line.text.slice(0, 300));
  if (!named) {
    return undefined;
  }
  const open = line.start + named[0].length;
  const arity = text.charAt(open) === '(' ? argumentCount(text, open) : ([0, 0] as const);
  return { kind: 'function', name: named[1]!, ...(arity === undefined ? {} : { arity }) };
}

/** Texts between three quotes. */
function heredocs(text: string): [number, number][] {
  const parts: [number, number][] = [];
  for (let from = nextMark(text, 0); from !== undefined;) {
    const mark = text.slice(from, from + 3);
    const close = text.indexOf(mark, from + 3);
    const to = close === -1 ? text.length : close + 3;
    parts.push([from, to]);
    from = nextMark(text, to);
  }
  return parts;
}

function nextMark(text: string, from: number): number | undefined {
  const mark = /"""|'''/g;
  mark.lastIndex = from;
  return mark.exec(text)?.index;
}
