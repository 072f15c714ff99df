/** Lines of an old text that stand no more, and the lines of a new text in their place: a hunk without context. */
export interface LineHunk {
  /** First old line that is gone, from 0; where none is, the line before which the new ones stand. */
  readonly oldStart: number;
  readonly oldCount: number;
  /** First new line, from 0; where there is none, the line before which the old ones stood. */
  readonly newStart: number;
  readonly newCount: number;
}

/** The last of the ascending hunks that begins at or above a line, as its index; -1 where there is none. */
export function lastHunkAt(hunks: readonly LineHunk[], line: number, side: 'oldStart' | 'newStart'): number {
  let low = 0;
  let high = hunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hunks[middle]![side] <= line) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
