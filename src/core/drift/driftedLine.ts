import { base1, type Base1 } from '../../base/units';
import type { LineHunk } from './lineHunk';
import { followLine } from './lineMap';
import { mostSimilarLine, onlyEqualLine } from './similarLine';

/** Where a deployed line stands in the file as it is now. */
export type DriftedLine =
  | {
      readonly kind: 'kept';
      readonly lineBase1: Base1;
      /**
       * `untouched`: same number, and no commit nor the work tree touched it. `moved`: the same text, at a place that is told.
       * `reformatted`: the same but for white space. `unsure`: the same text, but what tells the place disagrees.
       */
      readonly how: 'untouched' | 'moved' | 'reformatted' | 'unsure';
    }
  | { readonly kind: 'gone'; readonly similarBase1?: Base1 };

/** A deployed text, the text now, and what is between them. */
export interface Drift {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Of one text against the other. */
  readonly direct: readonly LineHunk[];
  /** Of each commit that touched the file, oldest first, and of the work tree; absent where that history cannot be told. */
  readonly steps?: readonly (readonly LineHunk[])[];
  /** `direct` of the texts without white space, where most of the file was rewritten: a formatter may have been there. */
  readonly spaceless?: readonly LineHunk[];
  /** The file has another path now. */
  readonly isRenamed: boolean;
}

/** Shortest text, without white space, that tells its place by itself: braces and `return` stand anywhere. */
const MIN_TELLING = 8;

/**
 * Follows a line twice, commit by commit and from end to end. Lines like `}` are told apart by the first; a line that was taken out
 * and put back is found by the second.
 */
export function driftedLine(drift: Drift, lineBase1: Base1): DriftedLine | undefined {
  const line = lineBase1 - 1;
  const text = drift.before[line];
  if (text === undefined) {
    return undefined;
  }
  const direct = followLine(drift.direct, line);
  const directly = direct.kind === 'kept' ? direct.line : undefined;
  const stepwise = drift.steps && alongSteps(drift.steps, line);
  if (stepwise !== undefined && drift.after[stepwise] === text) {
    if (directly !== undefined && directly !== stepwise) {
      return kept(stepwise, 'unsure');
    }
    return kept(stepwise, stepwise === line && !drift.isRenamed ? 'untouched' : 'moved');
  }
  if (directly !== undefined && isTold(drift, line, text)) {
    const isUntouched = drift.steps === undefined && directly === line && !drift.isRenamed;
    return kept(directly, isUntouched ? 'untouched' : 'moved');
  }
  return direct.kind === 'kept' ? kept(direct.line, 'unsure') : rewritten(drift, line, text, direct.hunk);
}

function alongSteps(steps: readonly (readonly LineHunk[])[], line: number): number | undefined {
  let at = line;
  for (const hunks of steps) {
    const followed = followLine(hunks, at);
    if (followed.kind === 'changed') {
      return undefined;
    }
    at = followed.line;
  }
  return at;
}

/** Whether comparing the two texts can have but one answer for a line. */
function isTold({ before, after, direct, steps }: Drift, line: number, text: string): boolean {
  const first = direct[0];
  return (steps === undefined && (!first || line < first.oldStart)) || isUnique(text, before, after);
}

function isUnique(text: string, before: readonly string[], after: readonly string[]): boolean {
  return (
    isTelling(text) &&
    onlyEqualLine(text, before, same) !== undefined &&
    onlyEqualLine(text, after, same) !== undefined
  );
}

function isTelling(text: string): boolean {
  return withoutSpace(text).length >= MIN_TELLING && /[\p{L}\d]/u.test(text);
}

/** A line whose place was rewritten: it may stand elsewhere in the file, or be there with other white space. */
function rewritten(
  { before, after, spaceless }: Drift,
  line: number,
  text: string,
  { newStart, newCount }: LineHunk,
): DriftedLine {
  if (isUnique(text, before, after)) {
    return kept(onlyEqualLine(text, after, same)!, 'moved');
  }
  const there = after.slice(newStart, newStart + newCount);
  if (isTelling(text)) {
    const formatted = spaceless && followLine(spaceless, line);
    if (formatted?.kind === 'kept') {
      return kept(formatted.line, 'reformatted');
    }
    const equal = onlyEqualLine(text, there, withoutSpace);
    if (equal !== undefined && onlyEqualLine(text, before, withoutSpace) !== undefined) {
      return kept(newStart + equal, 'reformatted');
    }
  }
  const similar = mostSimilarLine(text, there);
  return similar ? { kind: 'gone', similarBase1: base1(newStart + similar.index + 1) } : { kind: 'gone' };
}

function kept(line: number, how: Extract<DriftedLine, { kind: 'kept' }>['how']): DriftedLine {
  return { kind: 'kept', lineBase1: base1(line + 1), how };
}

function same(text: string): string {
  return text;
}

/** A line as formatters leave it alone. */
export function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
