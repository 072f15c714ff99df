import { lastHunkAt, type LineHunk } from './lineHunk';

/** Where an old line stands in the new text, from 0; or the hunk in which it went. */
export type FollowedLine =
  { readonly kind: 'kept'; readonly line: number } | { readonly kind: 'changed'; readonly hunk: LineHunk };

/** Follows an old line, from 0, through ascending hunks, in logarithmic time. */
export function followLine(hunks: readonly LineHunk[], line: number): FollowedLine {
  const hunk = hunks[lastHunkAt(hunks, line, 'oldStart')];
  if (hunk === undefined) {
    return { kind: 'kept', line };
  }
  const oldEnd = hunk.oldStart + hunk.oldCount;
  return line < oldEnd
    ? { kind: 'changed', hunk }
    : { kind: 'kept', line: hunk.newStart + hunk.newCount + (line - oldEnd) };
}
