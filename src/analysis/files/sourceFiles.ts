import { readFile } from 'node:fs/promises';
import { Lru } from '../../base/lru';
import { SourceText } from '../../core/locate/verifyLine';
import type { FileIndex } from './fileIndex';
import { FileStamps } from './fileStamps';

/** A file as read, with what tells one state of it from the next. */
export interface ReadFile {
  readonly source: SourceText;
  /** Changes whenever the file does. */
  readonly stamp: string;
}

/** Longest file that is read, in bytes: bundles are large, videos are not scripts. */
const MAX_BYTES = 64 << 20;
const KEPT = 200;
/** Longer files, in UTF-16 units, are bundles: few are kept. */
const LARGE = 1_000_000;
const KEPT_LARGE = 4;

/** Texts of workspace files, kept while path, time of change and size stay the same. */
export class SourceFiles {
  private readonly index: FileIndex;
  private readonly stamps: FileStamps;
  private readonly kept = new Lru<string, ReadFile>(KEPT);
  private readonly large = new Lru<string, ReadFile>(KEPT_LARGE);

  constructor(index: FileIndex, stamps: FileStamps = new FileStamps()) {
    this.index = index;
    this.stamps = stamps;
  }

  /** `undefined` where the file is gone, too long or not to be read. */
  async read(local: string): Promise<ReadFile | undefined> {
    const absolute = this.index.toAbsolute(local);
    const state = await this.stamps.of(absolute);
    if (!state || state.size > MAX_BYTES) {
      return undefined;
    }
    const { stamp } = state;
    const kept = this.kept.get(local) ?? this.large.get(local);
    if (kept?.stamp === stamp) {
      return kept;
    }
    try {
      const text = await readFile(absolute, 'utf8');
      const read = { source: new SourceText(local, text.startsWith('\ufeff') ? text.slice(1) : text), stamp };
      this.kept.delete(local);
      this.large.delete(local);
      (text.length > LARGE ? this.large : this.kept).set(local, read);
      return read;
    } catch {
      // Gone or forbidden: to a frame that is the same as not being there.
      return undefined;
    }
  }
}
