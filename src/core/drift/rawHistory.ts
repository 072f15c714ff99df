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
  const records = output.split('\u0001').slice(1).reverse();
  const commits: string[] = [];
  const changes = new Map<string, FileChange[]>();
  let base: string | undefined;
  for (const [commit, record] of records.entries()) {
    const [header = '', ...fields] = record.split('\0');
    const [id = '', parent] = header.trim().split(' ');
    commits.push(id);
    base = commit === 0 ? parent : base;
    for (let at = 0; at + 1 < fields.length; at++) {
      // `:100644 100644 <before> <after> M`, then the path.
      const raw = /^\n*:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])/.exec(fields[at]!);
      if (raw) {
        at++;
        const change = { commit, status: statusOf(raw[3]!, raw[1]!), blob: raw[2]! };
        const present = changes.get(fields[at]!);
        if (present) {
          present.push(change);
        } else {
          changes.set(fields[at]!, [change]);
        }
      }
    }
  }
  return { commits, base, changes };
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
