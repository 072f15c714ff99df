import { sourceLanguageOf } from '../locate/functions/sourceLanguage';
import { scriptFunctions } from '../locate/functions/scriptFunctions';
import { dialectOf } from './dialect';
import { sourceTokens, type SourceTokens } from './sourceTokens';

/** A function of a source text by its lines, from 1. */
export interface FunctionRange {
  /** Absent: anonymous. */
  readonly name?: string;
  /** The type whose member it is. */
  readonly owner?: string;
  readonly start: number;
  readonly end: number;
}

/** The functions of a file in order of their starts; empty for languages that are not read. */
export function functionRanges(path: string, text: string): readonly FunctionRange[] {
  const dialect = dialectOf(path);
  if (dialect?.family === 'script') {
    return scriptFunctions(text).map(({ name, className, start, end }) => ({
      ...(name !== undefined && { name }),
      ...(className !== undefined && { owner: className }),
      start,
      end,
    }));
  }
  if (dialect?.family === 'python') {
    return pythonRanges(sourceTokens(text, dialect));
  }
  const scopes = sourceLanguageOf(path)?.scopes(text) ?? [];
  const types: { readonly name: string; readonly end: number }[] = [];
  const ranges: FunctionRange[] = [];
  for (const { kind, name, owner, start, end } of scopes) {
    while (types.length > 0 && types.at(-1)!.end <= start) {
      types.pop();
    }
    if (kind === 'type') {
      types.push({ name, end });
      continue;
    }
    const around = owner ?? types.at(-1)?.name;
    const at = name === '' ? start : nameIn(text, name, start, end);
    ranges.push({
      ...(name !== '' && { name }),
      ...(around !== undefined && around !== '' && { owner: around }),
      start: at,
      end,
    });
  }
  return ranges;
}

/** Where the name of a declaration stands: annotations, which may be long, stand before it. */
function nameIn(text: string, name: string, start: number, end: number): number {
  const head = text.slice(start, Math.min(end, start + 2_000));
  for (let at = head.indexOf(name); at !== -1; at = head.indexOf(name, at + name.length)) {
    const next = head
      .slice(at + name.length)
      .trimStart()
      .charAt(0);
    if (!/\w/.test(head.charAt(at - 1)) && (next === '(' || next === '<' || next === ',' || next === '[')) {
      return start + at;
    }
  }
  return start;
}

function pythonRanges(tokens: SourceTokens): readonly FunctionRange[] {
  interface Open {
    readonly indent: number;
    readonly name: string;
    readonly range?: { end: number };
  }
  const ranges: (FunctionRange & { end: number })[] = [];
  const open: Open[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.count; at++) {
    const isFirst = at === 0 || tokens.lines[at]! > tokens.lines[at - 1]!;
    if (isFirst && depth === 0) {
      const indent = columnOf(tokens, at);
      while (open.length > 0 && open.at(-1)!.indent >= indent) {
        const closed = open.pop()!;
        if (closed.range) {
          closed.range.end = tokens.ends[at - 1]!;
        }
      }
      const keyword = tokens.word(at) === 'async' ? at + 1 : at;
      const word = tokens.word(keyword);
      if ((word === 'def' || word === 'class') && tokens.isName(keyword + 1)) {
        const name = tokens.word(keyword + 1);
        const around = open.at(-1);
        if (word === 'class') {
          open.push({ indent, name });
        } else {
          const range = {
            name,
            ...(around && !around.range && { owner: around.name }),
            start: tokens.starts[at]!,
            end: tokens.text.length,
          };
          ranges.push(range);
          open.push({ indent, name, range });
        }
      }
    }
    if (tokens.is(at, '(') || tokens.is(at, '[') || tokens.is(at, '{')) {
      depth += tokens.mates[at] === -1 ? 0 : 1;
    } else if (tokens.is(at, ')') || tokens.is(at, ']') || tokens.is(at, '}')) {
      depth -= tokens.mates[at] === -1 ? 0 : 1;
    }
  }
  return ranges;
}

function columnOf(tokens: SourceTokens, at: number): number {
  const start = tokens.starts[at]!;
  let column = 0;
  while (column < start && column < 400 && tokens.text.charCodeAt(start - column - 1) !== 0x0a) {
    column++;
  }
  return column;
}

/** The innermost function around an offset. */
export function rangeAt(ranges: readonly FunctionRange[], offset: number): FunctionRange | undefined {
  let innermost: FunctionRange | undefined;
  for (const range of ranges) {
    if (range.start > offset) {
      break;
    }
    if (range.end > offset) {
      innermost = range;
    }
  }
  return innermost;
}
