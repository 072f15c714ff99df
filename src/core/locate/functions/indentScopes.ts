import type { CodeScope } from './codeScope';

/** A line of code: where its text is, and how far it is indented. */
export interface CodeLine {
  readonly start: number;
  readonly text: string;
  readonly indent: number;
}

/** What a line begins; the scope ends with the line of the same indent that `ends` takes. */
export type BeginsScope = (line: CodeLine) => Omit<CodeScope, 'start' | 'end'> | undefined;

/**
 * The scopes of a language whose blocks end with a line of their own, by the indent that every formatter of it gives. `mask`
 * tells the offsets of strings and comments, whose lines count for nothing. Linear in the text.
 */
export function indentScopes(
  text: string,
  mask: readonly (readonly [from: number, to: number])[],
  begins: BeginsScope,
  ends: (line: CodeLine, indent: number) => 'after' | 'before' | undefined,
): CodeScope[] {
  const found: { -readonly [K in keyof CodeScope]: CodeScope[K] }[] = [];
  const open: { readonly scope: number; readonly indent: number }[] = [];
  for (const line of codeLines(text, mask)) {
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const end = line.indent <= top.indent ? ends(line, top.indent) : undefined;
      if (end === undefined) {
        break;
      }
      open.pop();
      found[top.scope]!.end = end === 'after' ? line.start + line.text.length : line.start;
      if (end === 'after') {
        break;
      }
    }
    const scope = begins(line);
    if (scope) {
      const isOneLine = isWhole(line.text);
      found.push({
        ...scope,
        start: line.start,
        end: isOneLine ? line.start + line.text.length : text.length,
      });
      if (!isOneLine) {
        open.push({ scope: found.length - 1, indent: line.indent });
      }
    }
  }
  return found;
}

/** A definition that ends on its own line. */
function isWhole(line: string): boolean {
  return (
    /(?:[;\s]end\b[ \t]*$|,\s*do:)/.test(line.slice(-400)) ||
    /^\s*def\s+[^\s(=;]{1,200}(?:\([^()]{0,300}\))?\s=\s/.test(line.slice(0, 800))
  );
}

/** Lines that begin outside of the masked parts, without blank ones. */
function* codeLines(text: string, mask: readonly (readonly [number, number])[]): Generator<CodeLine> {
  let nextMask = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const to = end === -1 ? text.length : end;
    while (nextMask < mask.length && mask[nextMask]![1] <= start) {
      nextMask++;
    }
    const isMasked = nextMask < mask.length && mask[nextMask]![0] < start;
    const line = text.slice(start, to).trimEnd();
    const indent = line.length - line.trimStart().length;
    if (!isMasked && line.length > indent) {
      yield { start, text: line, indent };
    }
    start = to + 1;
  }
}
