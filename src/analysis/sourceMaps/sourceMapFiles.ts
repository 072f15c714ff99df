import { open, readFile, type FileHandle } from 'node:fs/promises';
import { baseName } from '../../core/locate/pathIndex';
import type { FileIndex } from '../files/fileIndex';
import type { FileStamps } from '../files/fileStamps';

/** A map on disk. */
export interface MapFile {
  /** Absolute. */
  readonly path: string;
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly size: number;
}

/** What a map says of itself at its beginning and end, before it is read as a whole. */
interface MapCard {
  readonly stamp: string;
  readonly file: string | undefined;
  readonly debugId: string | undefined;
}

/** Maps whose cards are read: more are those of packages or of old builds. */
const MAX_MAPS = 2000;
/** Bytes read at each end: tools write `file` first and a debug id first or last. */
const CARD_BYTES = 4096;
const READ_AT_ONCE = 16;
/** How long cards are believed without a look at their files: the frames of one stack ask one after the other. */
const FRESH_MS = 2000;

/** The source maps of the workspace: read from disk, and found by what they say of themselves. */
export class SourceMapFiles {
  private readonly index: FileIndex;
  private readonly stamps: FileStamps;
  private readonly cards = new Map<string, MapCard>();
  private listed: readonly string[] = [];
  private listedVersion = -1;
  private freshUntilMs = 0;

  constructor(index: FileIndex, stamps: FileStamps) {
    this.index = index;
    this.stamps = stamps;
  }

  /** `undefined` where there is no such file. */
  async at(absolute: string): Promise<MapFile | undefined> {
    const state = await this.stamps.of(absolute);
    return state && { path: absolute, ...state };
  }

  /** `undefined` where the file cannot be read any more. */
  async read({ path }: MapFile): Promise<Uint8Array | undefined> {
    try {
      return await readFile(path);
    } catch {
      // Gone since it was found.
      return undefined;
    }
  }

  /** Workspace paths of the maps with a debug id. */
  withDebugId(debugId: string): Promise<readonly string[]> {
    return this.withCard((card) => card.debugId === debugId.toLowerCase());
  }

  /** Workspace paths of the maps that name this generated file. */
  withFile(name: string): Promise<readonly string[]> {
    return this.withCard((card) => card.file === name);
  }

  private async withCard(fits: (card: MapCard) => boolean): Promise<readonly string[]> {
    const paths = this.list();
    if (performance.now() > this.freshUntilMs) {
      for (let at = 0; at < paths.length; at += READ_AT_ONCE) {
        await Promise.all(paths.slice(at, at + READ_AT_ONCE).map((path) => this.readCard(path)));
      }
      this.freshUntilMs = performance.now() + FRESH_MS;
    }
    return paths.filter((path) => {
      const card = this.cards.get(path);
      return card !== undefined && fits(card);
    });
  }

  private list(): readonly string[] {
    if (this.listedVersion !== this.index.paths.version) {
      this.listedVersion = this.index.paths.version;
      this.listed = this.index.paths
        .below('')
        .filter((path) => path.endsWith('.map'))
        .slice(0, MAX_MAPS);
      this.cards.clear();
      this.freshUntilMs = 0;
    }
    return this.listed;
  }

  private async readCard(local: string): Promise<void> {
    const file = await this.at(this.index.toAbsolute(local));
    if (!file || this.cards.get(local)?.stamp === file.stamp) {
      return;
    }
    const [head, tail] = await ends(file);
    const name = /"file"\s*:\s*"([^"\\]{1,500})"/.exec(head)?.[1];
    const debugId = debugIdIn(head) ?? debugIdIn(tail);
    const card = { stamp: file.stamp, file: name && baseName(name.replaceAll('\\', '/')), debugId };
    this.cards.set(local, card);
  }
}

function debugIdIn(text: string): string | undefined {
  return /"debug(?:Id|_id)"\s*:\s*"([\da-f-]{32,36})"/i.exec(text)?.[1]?.toLowerCase();
}

async function ends({ path, size }: MapFile): Promise<readonly [head: string, tail: string]> {
  const handle = await open(path).catch(() => undefined);
  try {
    return [
      await textAt(handle, 0),
      size > CARD_BYTES ? await textAt(handle, Math.max(size - CARD_BYTES, CARD_BYTES)) : '',
    ];
  } catch {
    // Not to be read: it says nothing.
    return ['', ''];
  } finally {
    await handle?.close();
  }
}

async function textAt(handle: FileHandle | undefined, position: number): Promise<string> {
  const read = await handle?.read(Buffer.alloc(CARD_BYTES), 0, CARD_BYTES, position);
  return read?.buffer.toString('utf8', 0, read.bytesRead) ?? '';
}
