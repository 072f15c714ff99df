/** What one commit did to one file. */
export interface FileChange {
  /** Number of the commit in the history, 0 the oldest. */
  readonly commit: number;
  readonly status: 'added' | 'modified' | 'deleted' | 'other';
  /** Object id of the text after the commit; of a deleted file, zeros. */
  readonly blob: string;
}

/** A line of commits from one commit (not part of it) to a later one, each compared with the one before it. */
export interface RawHistory {
  /** Oldest first. */
  readonly commits: readonly string[];
  /** First parent of the oldest commit; `undefined` where there is no commit. */
  readonly base: string | undefined;
  /** By path, oldest first. Renames are a deletion and an addition. */
  readonly changes: ReadonlyMap<string, readonly FileChange[]>;
}

/** What `git log` is to print before the changes of each commit, for {@link rawHistory}. */
export const RAW_HISTORY_FORMAT = '%x01%H %P';

/** Reads `git log --raw --no-abbrev --no-renames -z` with that format, newest commit first as git prints it. */
export function rawHistory(output: string): RawHistory {
  const newestFirst: { id: string; parent: string | undefined; fields: string[] }[] = [];
  const fields = output.split('\0');
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at]!.trimStart();
    if (field.startsWith('\u0001')) {
      const [id = '', parent] = field.slice(1).trim().split(' ');
      newestFirst.push({ id, parent, fields: [] });
    } else if (field.startsWith(':') && at + 1 < fields.length) {
      // What follows is a path, whatever it looks like.
      at++;
      newestFirst.at(-1)?.fields.push(field, fields[at]!);
    }
  }
  const commits = newestFirst.reverse();
  const changes = new Map<string, FileChange[]>();
  for (const [commit, record] of commits.entries()) {
    for (let at = 0; at < record.fields.length; at += 2) {
      // `:100644 100644 <before> <after> M`
      const raw = /^:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])/.exec(record.fields[at]!);
      const path = record.fields[at + 1]!;
      if (raw) {
        const change = { commit, status: statusOf(raw[3]!, raw[1]!), blob: raw[2]! };
        const present = changes.get(path);
        if (present) {
          present.push(change);
        } else {
          changes.set(path, [change]);
        }
      }
    }
  }
  return { commits: commits.map(({ id }) => id), base: commits[0]?.parent, changes };
}

/** Links and submodules are no texts. */
function statusOf(letter: string, mode: string): FileChange['status'] {
  if (letter === 'D') {
    return 'deleted';
  }
  if (!mode.startsWith('100')) {
    return 'other';
  }
  return letter === 'M' ? 'modified' : letter === 'A' ? 'added' : 'other';
}
