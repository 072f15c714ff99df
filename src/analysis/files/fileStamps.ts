import { stat } from 'node:fs/promises';

/** What tells one state of a file from the next. */
export interface FileStamp {
  /** Changes whenever the file does. */
  readonly stamp: string;
  /** In bytes. */
  readonly size: number;
}

/** States of files on disk. The frames of one stack ask for the same files again and again: during a question each is looked at once. */
export class FileStamps {
  private readonly seen = new Map<string, Promise<FileStamp | undefined>>();
  private questions = 0;

  /** Answers a question by states no older than its beginning. */
  async during<T>(question: () => Promise<T>): Promise<T> {
    // What an older question saw may be too old for this one.
    this.seen.clear();
    this.questions++;
    try {
      return await question();
    } finally {
      this.questions--;
      if (this.questions === 0) {
        this.seen.clear();
      }
    }
  }

  /** By its absolute path; `undefined` where there is no such file. */
  of(absolute: string): Promise<FileStamp | undefined> {
    if (this.questions === 0) {
      return look(absolute);
    }
    let seen = this.seen.get(absolute);
    if (!seen) {
      seen = look(absolute);
      this.seen.set(absolute, seen);
    }
    return seen;
  }
}

async function look(absolute: string): Promise<FileStamp | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(absolute);
    return { stamp: `${mtimeMs}:${size}:${ino}`, size };
  } catch {
    // Gone or forbidden: to a frame that is the same as not being there.
    return undefined;
  }
}
