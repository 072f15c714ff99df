import { Lru } from '../../base/lru';
import { base1, type Base1 } from '../../base/units';
import type { SourceText } from '../../core/locate/verifyLine';
import { dialectOf } from '../../core/spanCode/dialect';
import { functionRanges, rangeAt, type FunctionRange } from '../../core/spanCode/functionRanges';
import { sourceTokens, type SourceTokens } from '../../core/spanCode/sourceTokens';
import type { SourceFiles } from '../files/sourceFiles';

/** A source file with its tokens and functions, each read when first asked for. */
export class CodeFile {
  readonly path: string;
  readonly source: SourceText;
  private foundTokens: SourceTokens | undefined;
  private foundRanges: readonly FunctionRange[] | undefined;

  constructor(path: string, source: SourceText) {
    this.path = path;
    this.source = source;
  }

  get tokens(): SourceTokens | undefined {
    const dialect = dialectOf(this.path);
    return (this.foundTokens ??= dialect && sourceTokens(this.source.text, dialect));
  }

  get ranges(): readonly FunctionRange[] {
    return (this.foundRanges ??= functionRanges(this.path, this.source.text));
  }

  /** The text of a line, trimmed and cut. */
  lineText(lineBase1: number): string {
    return (this.source.lines[lineBase1 - 1] ?? '').trim().slice(0, 200);
  }

  /** The line of an offset; logarithmic in the number of lines. */
  lineOf(offset: number): Base1 {
    let low = 1;
    let high = this.source.lines.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.source.startOfLine(base1(middle)) ?? Infinity) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return base1(low);
  }

  /** The innermost named function around a line; anonymous ones are part of it. */
  functionAround(lineBase1: number): FunctionRange | undefined {
    const start = this.source.startOfLine(base1(lineBase1));
    if (start === undefined) {
      return undefined;
    }
    const line = this.source.lines[lineBase1 - 1]!;
    const offset = start + line.length - line.trimStart().length;
    const named = this.ranges.filter(({ name }) => name !== undefined);
    // `export async` and the like stand before the first character of a function.
    const declared = named.find((range) => range.start >= start && range.start < start + line.length);
    return declared ?? rangeAt(named, offset) ?? rangeAt(this.ranges, offset);
  }

  /** The call that a literal of a line is an argument of, where it takes a function, too: `inSpan('charge', () => …)`. */
  callWithWork(lineBase1: number): { readonly start: number; readonly end: number } | undefined {
    const { tokens } = this;
    if (!tokens) {
      return undefined;
    }
    for (let at = firstAt(tokens.lines, lineBase1); tokens.lines[at] === lineBase1; at++) {
      for (let open = at - 1; tokens.isText(at) && open >= Math.max(0, at - 8); open--) {
        const end = tokens.is(open, '(') ? tokens.mates[open]! : -1;
        if (end > at) {
          const start = tokens.starts[open]!;
          const hasWork = this.ranges.some((range) => range.start > start && range.end <= tokens.ends[end]!);
          return hasWork ? { start, end: tokens.ends[end]! } : undefined;
        }
      }
    }
    return undefined;
  }

  /** The function that begins in a line or right below it: the code in a registration. */
  functionFrom(lineBase1: number): FunctionRange | undefined {
    const start = this.source.startOfLine(base1(lineBase1));
    const end = this.source.startOfLine(base1(lineBase1 + 4)) ?? Infinity;
    return start === undefined
      ? undefined
      : this.ranges.find((range) => range.start >= start && range.start < end);
  }
}

/** A path without what follows the last dot of its name. */
export function withoutExtension(local: string): string {
  return local.replace(/\.\w{1,8}$/, '');
}

/** The first index whose value is not below `least`; logarithmic. */
export function firstAt(sorted: readonly number[], least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

const KEPT = 300;

/** Files of the workspace as code, kept while they stay the same. */
export class CodeFiles {
  private readonly sources: SourceFiles;
  private readonly kept = new Lru<string, { readonly stamp: string; readonly file: CodeFile }>(KEPT);

  constructor(sources: SourceFiles) {
    this.sources = sources;
  }

  async read(local: string): Promise<CodeFile | undefined> {
    const read = await this.sources.read(local);
    if (!read) {
      return undefined;
    }
    const kept = this.kept.get(local);
    if (kept?.stamp === read.stamp) {
      return kept.file;
    }
    const file = new CodeFile(local, read.source);
    this.kept.set(local, { stamp: read.stamp, file });
    return file;
  }
}
