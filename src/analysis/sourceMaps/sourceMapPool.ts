import path from 'node:path';
import { err, ok, type Result } from '../../base/result';
import { base1, type Base1 } from '../../base/units';
import type { FileMatch } from '../../core/locate/findFile';
import { baseName } from '../../core/locate/pathIndex';
import { remotePathFrom, type RemotePath } from '../../core/locate/remotePath';
import { generatedShape } from '../../core/sourcemaps/generatedShape';
import type { MapFault } from '../../core/sourcemaps/mapFault';
import {
  contentHashOf,
  inlineMap,
  mapReferenceOf,
  type MapReference,
} from '../../core/sourcemaps/mapReference';
import { checkSourceMap, type CheckedMap, type MapSource } from '../../core/sourcemaps/sourceMap';
import type { ChosenMap } from '../../protocol/analysis';
import type { FileIndex } from '../files/fileIndex';
import { FileStamps } from '../files/fileStamps';
import type { ReadFile } from '../files/sourceFiles';
import { SourceMapFiles, type MapFile } from './sourceMapFiles';
import { SourceMapParts, type OriginalPosition } from './sourceMapParts';
import { bytesFromBase64, inSlices } from './sourceMapSlices';

/** A position of a generated file that is to be mapped. */
export interface MapQuestion {
  /** The generated file as the frame prints it. */
  readonly remote: string;
  /** The same file in the workspace, where it is there. */
  readonly generated: ReadFile | undefined;
  readonly lineBase1: Base1;
  readonly columnBase1: Base1 | undefined;
  readonly chosenMaps: readonly ChosenMap[];
  /** Finds files of the same service. */
  readonly find: (remote: RemotePath) => FileMatch;
}

/** A position in a source, found through a map. */
export interface MappedPosition {
  readonly source: MapSource;
  readonly lineBase1: Base1;
  /** Absent where the generated position has none. */
  readonly columnBase1: Base1 | undefined;
  /** Path of the map, absolute; of an inline map, the generated file's. */
  readonly mapPath: string;
  /** The map leads from the generated position to other lines, too. */
  readonly isDoubtful: boolean;
  /** The text of the source, where the map holds it. */
  readonly content: () => string | undefined;
}

/** What a map says about a position. */
export type MapAnswer =
  | { readonly kind: 'position'; readonly position: MappedPosition }
  /** The frame has no column, and its line stands for these lines; none where they are too many to tell. */
  | { readonly kind: 'lines'; readonly positions: readonly MappedPosition[] }
  /** The generated file has no such position. */
  | { readonly kind: 'otherBuild' }
  /** The map leads from here to no source. */
  | { readonly kind: 'noSource' }
  /** Several maps may be meant. */
  | { readonly kind: 'ambiguous'; readonly maps: readonly string[] }
  | MapTrouble;

/** A map that is not believed. */
export interface MapTrouble {
  readonly kind: 'fault';
  readonly fault: MapFault;
  /** Absolute. */
  readonly mapPath?: string;
}

/** A map before it is read: of a file, or the URL that holds it. */
interface FoundMap {
  readonly mapPath: string;
  readonly stamp: string;
  readonly read: () => Promise<Uint8Array | undefined>;
  /** A person said that it is this file's map, whatever it says itself. */
  readonly isChosen?: boolean;
}

interface OpenMap {
  readonly checked: CheckedMap;
  readonly mapPath: string;
  /** Lengths of the generated file's lines, where it is there. */
  readonly lineLengths: readonly number[] | undefined;
}

type Opened = Result<OpenMap, MapTrouble>;

interface Entry {
  readonly opened: Promise<Opened>;
  size: number;
}

/** Bytes of maps that are kept, the newest in any case. */
const MAX_KEPT_BYTES = 128 << 20;
const MAX_KEPT = 60;

/** Source maps of generated files: found, checked, looked up, and forgotten when unused for longest. */
export class SourceMapPool {
  private readonly index: FileIndex;
  private readonly files: SourceMapFiles;
  private readonly parts = new SourceMapParts();
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly references = new WeakMap<ReadFile, MapReference>();

  constructor(index: FileIndex, stamps: FileStamps = new FileStamps()) {
    this.index = index;
    this.files = new SourceMapFiles(index, stamps);
  }

  /** Maps a position of a generated file; `undefined` where no map is to be found for it. */
  async lookUp(question: MapQuestion): Promise<MapAnswer | undefined> {
    const found = await this.findMap(question);
    if (found === undefined || 'kind' in found) {
      return found;
    }
    const opened = await this.open(question.generated, question.remote, found);
    return opened.ok ? this.answer(opened.value, question) : opened.error;
  }

  /** The name that the source has for what stands at a generated position, where a segment of the map begins there. */
  async nameAt(question: MapQuestion): Promise<string | undefined> {
    const found = await this.findMap(question);
    if (found === undefined || 'kind' in found || question.columnBase1 === undefined) {
      return undefined;
    }
    const opened = await this.open(question.generated, question.remote, found);
    if (!opened.ok) {
      return undefined;
    }
    const line = question.lineBase1 - 1;
    const column = question.columnBase1 - 1;
    const { checked } = opened.value;
    const begins = await this.parts.beginsAt(checked, line, column);
    const position = begins ? await this.parts.positionAt(checked, line, column) : undefined;
    return checked.nameOf(position?.nameKey);
  }

  /** The text of a source inside a map; `map` absolute, `source` as the map spells it. */
  async sourcesContentOf(map: string, source: string): Promise<string | undefined> {
    const file = await this.files.at(map);
    const bytes = file && (await this.files.read(file));
    if (!file || !bytes) {
      return undefined;
    }
    const inline = map.endsWith('.map') ? undefined : mapReferenceOf(new TextDecoder().decode(bytes)).url;
    const found: FoundMap | undefined =
      inline === undefined
        ? mapFrom(file, () => Promise.resolve(bytes))
        : inlineFrom(inline, map, file.stamp);
    const opened = found && (await this.open(undefined, '', { ...found, isChosen: true }));
    if (opened?.ok !== true) {
      return undefined;
    }
    const { checked } = opened.value;
    const entry = checked.sources.find(({ spelled, content }) => spelled === source && content !== undefined);
    return entry && checked.contentOf(entry);
  }

  dispose(): void {
    this.entries.clear();
    this.parts.dispose();
  }

  /** The chosen map; the one that the file names; one beside it; one that says by itself that it is this file's. */
  private async findMap(question: MapQuestion): Promise<FoundMap | MapAnswer | undefined> {
    const chosen = chosenFor(question);
    if (chosen !== undefined) {
      const found = await this.fromDisk(chosen);
      return found ? { ...found, isChosen: true } : { kind: 'fault', fault: 'mapMissing', mapPath: chosen };
    }
    const { generated } = question;
    if (!generated) {
      return this.withoutFile(question);
    }
    const file = generated.source.path;
    const { url, debugId } = this.reference(generated);
    if (url?.startsWith('data:') === true) {
      const mapPath = this.index.toAbsolute(file);
      return inlineFrom(url, mapPath, generated.stamp) ?? { kind: 'fault', fault: 'mapNotJson', mapPath };
    }
    const named = url === undefined ? [] : this.named(url, question);
    for (const local of [...named, `${file}.map`]) {
      const found = await this.fromDisk(this.index.toAbsolute(local));
      if (found) {
        return this.unlessOther(found, generated, debugId);
      }
    }
    const own = debugId === undefined ? undefined : await this.only(await this.files.withDebugId(debugId));
    if (own || url === undefined) {
      return own;
    }
    const [missing] = named;
    return {
      kind: 'fault',
      fault: 'mapMissing',
      ...(missing === undefined ? {} : { mapPath: this.index.toAbsolute(missing) }),
    };
  }

  /** A map that another build left beside the file is passed over where one of the file's own debug id is there. */
  private async unlessOther(
    found: FoundMap,
    generated: ReadFile,
    debugId: string | undefined,
  ): Promise<FoundMap> {
    if (debugId === undefined) {
      return found;
    }
    const opened = await this.open(generated, '', found);
    if (opened.ok || opened.error.fault !== 'mapOtherDebugId') {
      return found;
    }
    const own = await this.only(await this.files.withDebugId(debugId));
    return own && 'read' in own ? own : found;
  }

  /** Workspace paths that a URL in a generated file may mean: beside the file, else from where the file was deployed. */
  private named(url: string, { generated, remote, find }: MapQuestion): readonly string[] {
    const paths: string[] = [];
    const beside = generated && localPath(generated.source.path, url);
    if (beside !== undefined) {
      paths.push(beside);
    }
    const deployed = remotePathFrom(resolvedUrl(remote, url));
    const match = deployed && find(deployed);
    if (match?.kind === 'found' && match.isProven) {
      paths.push(match.path);
    }
    return paths;
  }

  /** A map whose generated file is not in the workspace: where the file would be, or by what it says of itself. */
  private async withoutFile({ remote, find }: MapQuestion): Promise<FoundMap | MapAnswer | undefined> {
    const file = remotePathFrom(remote);
    if (!file) {
      return undefined;
    }
    const match = find({ ...file, path: `${file.path}.map` });
    if (match.kind === 'found') {
      return this.only([match.path, ...(match.rivals ?? []).map(({ path: rival }) => rival)]);
    }
    const named = match.kind === 'ambiguous' ? match.candidates.map((candidate) => candidate.path) : [];
    return this.only(named.length > 0 ? named : await this.files.withFile(baseName(file.path)));
  }

  private async only(paths: readonly string[]): Promise<FoundMap | MapAnswer | undefined> {
    if (paths.length > 1) {
      return { kind: 'ambiguous', maps: [...paths].sort() };
    }
    const [local] = paths;
    return local === undefined ? undefined : this.fromDisk(this.index.toAbsolute(local));
  }

  private async fromDisk(absolute: string): Promise<FoundMap | undefined> {
    const file = await this.files.at(absolute);
    return file && mapFrom(file, () => this.files.read(file));
  }

  private reference(generated: ReadFile): MapReference {
    let reference = this.references.get(generated);
    if (!reference) {
      reference = mapReferenceOf(generated.source.text);
      this.references.set(generated, reference);
    }
    return reference;
  }

  private async open(generated: ReadFile | undefined, remote: string, found: FoundMap): Promise<Opened> {
    const own = generated ? `${generated.source.path}\n${generated.stamp}` : baseName(remote);
    const key = `${found.mapPath}\n${found.stamp}\n${own}\n${found.isChosen === true}`;
    let entry = this.entries.get(key);
    this.entries.delete(key);
    if (!entry) {
      const opening: Entry = { opened: this.openMap(generated, remote, found), size: 0 };
      entry = opening;
      void opening.opened.then((opened) => {
        opening.size = opened.ok ? opened.value.checked.size : 0;
        this.forget();
      });
    }
    this.entries.set(key, entry);
    return entry.opened;
  }

  /** Drops what was unused for longest until the rest is small enough. */
  private forget(): void {
    let bytes = 0;
    for (const { size } of this.entries.values()) {
      bytes += size;
    }
    for (const [key, { size, opened }] of this.entries) {
      if ((bytes <= MAX_KEPT_BYTES && this.entries.size <= MAX_KEPT) || this.entries.size === 1) {
        return;
      }
      bytes -= size;
      this.entries.delete(key);
      void opened.then((result) => {
        if (result.ok) {
          this.parts.close(result.value.checked);
        }
      });
    }
  }

  private async openMap(generated: ReadFile | undefined, remote: string, found: FoundMap): Promise<Opened> {
    const { mapPath } = found;
    const bytes = await found.read();
    if (!bytes) {
      return err({ kind: 'fault', fault: 'mapMissing', mapPath });
    }
    const shape = generated && (await inSlices(generatedShape(generated.source.text)));
    const checked = await inSlices(checkSourceMap(bytes, shape));
    if (!checked.ok) {
      return err({ kind: 'fault', fault: checked.error, mapPath });
    }
    const names = generated ? baseName(generated.source.path) : baseName(remotePathFrom(remote)?.path ?? '');
    const debugId = generated && this.reference(generated).debugId;
    const fault = buildFault(names, debugId, checked.value, found);
    return fault
      ? err({ kind: 'fault', fault, mapPath })
      : ok({ checked: checked.value, mapPath, lineLengths: shape?.lineLengths });
  }

  private async answer(map: OpenMap, question: MapQuestion): Promise<MapAnswer> {
    const { lineBase1, columnBase1 } = question;
    const length = map.lineLengths?.[lineBase1 - 1];
    if (map.lineLengths && (length === undefined || length < (columnBase1 ?? 1) - 1)) {
      return { kind: 'otherBuild' };
    }
    try {
      if (columnBase1 === undefined) {
        const lines = await this.parts.linesAt(map.checked, lineBase1 - 1);
        const positions = (lines ?? []).map((line) => mappedPosition(map, line, false));
        return lines?.length === 0
          ? { kind: 'noSource' }
          : positions.length === 1
            ? { kind: 'position', position: positions[0]! }
            : { kind: 'lines', positions };
      }
      const found = await this.parts.positionAt(map.checked, lineBase1 - 1, columnBase1 - 1);
      return found ? { kind: 'position', position: mappedPosition(map, found, true) } : { kind: 'noSource' };
    } catch {
      // What our own check let pass and the library does not take is no sound map either.
      return { kind: 'fault', fault: 'mapShape', mapPath: map.mapPath };
    }
  }
}

function mapFrom({ path: mapPath, stamp }: MapFile, read: FoundMap['read']): FoundMap {
  return { mapPath, stamp, read };
}

/** The map of a `data:` URL; `undefined` where it holds none. */
function inlineFrom(url: string, mapPath: string, stamp: string): FoundMap | undefined {
  const inline = inlineMap(url);
  return (
    inline && {
      mapPath,
      stamp,
      read: () =>
        'json' in inline
          ? Promise.resolve(new TextEncoder().encode(inline.json))
          : inSlices(bytesFromBase64(inline.base64)),
    }
  );
}

/** By the whole printed path first, then by the file's name alone. */
function chosenFor({ remote, chosenMaps }: MapQuestion): string | undefined {
  const file = remotePathFrom(remote)?.path;
  if (file === undefined || chosenMaps.length === 0) {
    return undefined;
  }
  const whole = chosenMaps.find((chosen) => remotePathFrom(chosen.file)?.path === file);
  return (whole ?? chosenMaps.find((chosen) => chosen.file === baseName(file)))?.map;
}

/** Whether the map says that it belongs to another file or build. */
function buildFault(
  name: string,
  debugId: string | undefined,
  map: CheckedMap,
  found: FoundMap,
): MapFault | undefined {
  if (debugId !== undefined && map.debugId !== undefined) {
    return debugId.toLowerCase() === map.debugId.toLowerCase() ? undefined : 'mapOtherDebugId';
  }
  if (map.file === undefined || map.file === '' || found.isChosen === true) {
    return undefined;
  }
  // Servers rename bundles after building them, then the map keeps its own name at least; parcel writes the map's.
  const own = path.basename(found.mapPath);
  const names = [name, own.replace(/\.map$/, ''), own];
  const file = baseName(map.file.replaceAll('\\', '/'));
  // Webpack hashes what it wrote once more and renames both, but does not tell the map.
  const isSame = names.some(
    (candidate) => candidate === file || withoutHash(candidate) === withoutHash(file),
  );
  return isSame ? undefined : 'mapOtherFile';
}

function withoutHash(name: string): string {
  const hash = contentHashOf(name);
  return hash === undefined ? name : name.replace(hash, '');
}

function mappedPosition(map: OpenMap, found: OriginalPosition, hasColumn: boolean): MappedPosition {
  return {
    source: found.source,
    lineBase1: base1(found.line + 1),
    columnBase1: hasColumn ? base1(found.column + 1) : undefined,
    mapPath: map.mapPath,
    isDoubtful: found.isDoubtful,
    content: () => map.checked.contentOf(found.source),
  };
}

/** A URL relative to a workspace file, as a workspace path; `undefined` for other schemes and places outside. */
export function localPath(from: string, url: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(url) || url.startsWith('/')) {
    return undefined;
  }
  const query = url.search(/[?#]/);
  let bare = query === -1 ? url : url.slice(0, query);
  try {
    bare = decodeURIComponent(bare);
  } catch {
    // A stray % is part of the name.
  }
  const joined = path.posix.normalize(path.posix.join(path.posix.dirname(from), bare.replaceAll('\\', '/')));
  return joined.startsWith('../') ? undefined : joined;
}

/** A URL relative to a printed path or URL. */
function resolvedUrl(remote: string, url: string): string {
  if (/^[a-z][a-z\d+.-]+:/i.test(url)) {
    return url;
  }
  const origin = /^[a-z][a-z\d+.-]+:\/\/[^/]*/i.exec(remote)?.[0] ?? '';
  return url.startsWith('/') ? origin + url : remote.slice(0, remote.lastIndexOf('/') + 1) + url;
}
