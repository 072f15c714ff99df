import { rightOf, type Score } from './score';

/** A row of a table, its cells as text. */
export type Row = readonly string[];

/** Rows below one another, their first column to the left and the others to the right. */
export function tableText(rows: readonly Row[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** The words above the cells of `scoreCells`. */
export const SCORE_HEADINGS: Row = [
  'stacks',
  'frames',
  'in workspace',
  'exact right',
  'likely right',
  'moved right',
  'wrong',
  'wrong as exact',
  'unknown',
  'right',
  'exact',
];

/** A score as cells. */
export function scoreCells(score: Score): Row {
  const { stacks, frames, inWorkspace, exactRight, likelyRight, movedRight, wrong, wrongAsExact, unknown } =
    score;
  return [
    ...[stacks, frames, inWorkspace, exactRight, likelyRight, movedRight, wrong, wrongAsExact, unknown].map(
      String,
    ),
    percent(rightOf(score), inWorkspace),
    percent(exactRight, inWorkspace),
  ];
}

/** `97.3 %`; a hundred only where it is all. */
export function percent(part: number, whole: number): string {
  if (whole === 0) {
    return '–';
  }
  const value = Math.floor((part / whole) * 1000) / 10;
  return `${value.toFixed(1)} %`;
}
