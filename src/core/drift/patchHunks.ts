import type { LineHunk } from './lineHunk';

/** What `git diff-tree --stdin` is to print before each commit, for {@link patchHunks}. */
export const PATCH_FORMAT = '%x01%H';

/** The hunks of one file in one commit. */
interface FilePatch {
  /** As git spells it: in quotes where it has odd characters. */
  readonly path: string;
  readonly hunks: LineHunk[];
}

/**
 * Reads patches without context lines (`-U0`), each commit with one file of interest: the only one that it touches, else that of the
 * path given for the commit. In the order printed; `undefined` for a commit that has no such file.
 */
export function patchHunks(
  output: string,
  paths: readonly string[],
): readonly (readonly LineHunk[] | undefined)[] {
  const answers: (readonly LineHunk[] | undefined)[] = [];
  let files: FilePatch[] = [];
  const close = (): void => {
    const wanted = paths[answers.length];
    const file = files.length === 1 ? files[0] : files.find(({ path }) => path === wanted);
    answers.push(file?.hunks);
  };
  let isFirst = true;
  const lines = output.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.startsWith('\u0001')) {
      if (!isFirst) {
        close();
      }
      isFirst = false;
      files = [];
    } else if (line.startsWith('diff --git ')) {
      files.push({ path: '', hunks: [] });
    } else if (line.startsWith('+++ b/')) {
      files.push({ path: line.slice('+++ b/'.length), hunks: files.pop()?.hunks ?? [] });
    } else {
      const hunk = hunkFrom(line);
      if (hunk) {
        files.at(-1)?.hunks.push(hunk);
        // Their text may look like anything.
        at = endOfHunk(lines, at, hunk.oldCount + hunk.newCount);
      }
    }
  }
  if (!isFirst) {
    close();
  }
  return answers;
}

/** `@@ -old,count +new,count @@`: counts of 1 are left out, and without lines the number is that of the line before. */
function hunkFrom(line: string): LineHunk | undefined {
  const found = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
  if (!found) {
    return undefined;
  }
  const oldCount = Number(found[2] ?? 1);
  const newCount = Number(found[4] ?? 1);
  return {
    oldStart: oldCount === 0 ? Number(found[1]) : Number(found[1]) - 1,
    oldCount,
    newStart: newCount === 0 ? Number(found[3]) : Number(found[3]) - 1,
    newCount,
  };
}

/** Index of the last line of a hunk; remarks about a missing line end do not count as lines. */
function endOfHunk(lines: readonly string[], header: number, count: number): number {
  let at = header;
  for (let left = count; left > 0 && at + 1 < lines.length; left--) {
    at++;
    if (lines[at + 1]?.startsWith('\\')) {
      at++;
    }
  }
  return at;
}
