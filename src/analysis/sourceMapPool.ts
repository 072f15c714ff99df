import path from 'node:path';
import { SourceMapConsumer } from 'source-map';
import { Lru } from '../base/lru';
import { err, ok, type Result } from '../base/result';
import { base1, type Base1 } from '../base/units';
import { baseName } from '../core/locate/pathIndex';
import type { MapFault } from '../core/sourcemaps/mapFault';
import { inlineMap, mapReferenceOf } from '../core/sourcemaps/mapReference';
import { checkSourceMap, type CheckedMap, type MapSource } from '../core/sourcemaps/sourceMap';
import type { ReadFile, SourceFiles } from './sourceFiles';

/** A position in a source, found through a map. */
export interface MappedPosition {
  readonly source: MapSource;
  readonly lineBase1: Base1;
  readonly columnBase1: Base1;
  /** Path of the map in the workspace; of an inline map, the generated file's. */
  readonly mapPath: string;
  /** Generated file and map name the same build. */
  readonly isSameDebugId: boolean;
}

/** What a map says about a position. */
export type MapAnswer =
  | { readonly kind: 'position'; readonly position: MappedPosition }
  /** The map leads from here to no source. */
  | { readonly kind: 'noSource' }
  | { readonly kind: 'fault'; readonly fault: MapFault; readonly mapPath?: string };

interface OpenMap {
  readonly consumer: SourceMapConsumer;
  readonly checked: CheckedMap;
  readonly mapPath: string;
  readonly isSameDebugId: boolean;
}

interface FoundMap {
  readonly text: string;
  readonly mapPath: string;
}

type Opened = Result<OpenMap, { readonly fault: MapFault; readonly mapPath?: string }>;

/** A 14 MB map takes 60 MB once decoded: few are kept. */
const KEPT = 6;

/** Source maps of generated files, decoded once and destroyed when unused for longest. */
export class SourceMapPool {
  private readonly files: SourceFiles;
  private readonly open = new Lru<string, Promise<Opened>>(KEPT, (opened) => {
    void opened.then((result) => {
      if (result.ok) {
        result.value.consumer.destroy();
      }
    });
  });

  constructor(files: SourceFiles) {
    this.files = files;
  }

  /** Maps a position of a generated file; `undefined` where the file names no map and none lies beside it. */
  async lookUp(generated: ReadFile, lineBase1: Base1, columnBase1: Base1): Promise<MapAnswer | undefined> {
    const found = await this.findMap(generated);
    if (found === undefined) {
      return undefined;
    }
    if (!found.ok) {
      return { kind: 'fault', ...found.error };
    }
    const key = `${generated.source.path}\n${generated.stamp}\n${found.value.stamp}`;
    let opened = this.open.get(key);
    if (!opened) {
      opened = this.openMap(generated, found.value.map);
      this.open.set(key, opened);
    }
    const result = await opened;
    if (!result.ok) {
      return { kind: 'fault', ...result.error };
    }
    // Nothing is awaited from here on: the consumer cannot be destroyed under the look-up.
    return positionFrom(result.value, lineBase1, columnBase1);
  }

  dispose(): void {
    this.open.clear();
  }

  /** The map that the file's last comment names, else the one beside it. */
  private async findMap(
    generated: ReadFile,
  ): Promise<Result<{ map: FoundMap; stamp: string }, { fault: MapFault; mapPath?: string }> | undefined> {
    const { path: file, text } = generated.source;
    const { url } = mapReferenceOf(text);
    if (url?.startsWith('data:')) {
      const inline = inlineMap(url, (base64) => Buffer.from(base64, 'base64').toString('utf8'));
      return inline === undefined
        ? err({ fault: 'mapNotJson' })
        : ok({ map: { text: inline, mapPath: file }, stamp: '' });
    }
    const named = url === undefined ? undefined : localPath(file, url);
    for (const mapPath of [named, `${file}.map`]) {
      const read = mapPath === undefined ? undefined : await this.files.read(mapPath);
      if (mapPath !== undefined && read) {
        return ok({ map: { text: read.source.text, mapPath }, stamp: `${mapPath}\n${read.stamp}` });
      }
    }
    return url === undefined
      ? undefined
      : err({ fault: 'mapMissing', ...(named === undefined ? {} : { mapPath: named }) });
  }

  private async openMap(generated: ReadFile, map: FoundMap): Promise<Opened> {
    const { mapPath } = map;
    const checked = checkSourceMap(map.text, {
      lineLengths: generated.source.lines.map((line) => line.length),
    });
    if (!checked.ok) {
      return err({ fault: checked.error, mapPath });
    }
    const fault = buildFault(generated, checked.value, mapPath);
    if (fault) {
      return err({ fault, mapPath });
    }
    const own = mapReferenceOf(generated.source.text).debugId?.toLowerCase();
    try {
      const consumer = await consumerOf(checked.value.forLibrary);
      const isSameDebugId = own !== undefined && own === checked.value.debugId?.toLowerCase();
      return ok({ consumer, checked: checked.value, mapPath, isSameDebugId });
    } catch {
      // What our own check let pass and the library does not take is no sound map either.
      return err({ fault: 'mapShape', mapPath });
    }
  }
}

/** The library's types name the two kinds of map in two overloads. */
function consumerOf(map: CheckedMap['forLibrary']): Promise<SourceMapConsumer> {
  return 'sections' in map ? new SourceMapConsumer(map) : new SourceMapConsumer(map);
}

/** Whether the map says that it belongs to another file or build. */
function buildFault(generated: ReadFile, map: CheckedMap, mapPath: string): MapFault | undefined {
  const own = mapReferenceOf(generated.source.text).debugId;
  if (own !== undefined && map.debugId !== undefined && own.toLowerCase() !== map.debugId.toLowerCase()) {
    return 'mapOtherDebugId';
  }
  if (map.file === undefined || map.file === '') {
    return undefined;
  }
  // Servers rename bundles after building them, then the map keeps its own name at least.
  const names = [baseName(generated.source.path), baseName(mapPath).replace(/\.map$/, '')];
  return names.includes(baseName(map.file.replaceAll('\\', '/'))) ? undefined : 'mapOtherFile';
}

function positionFrom(map: OpenMap, lineBase1: Base1, columnBase1: Base1): MapAnswer {
  const found = map.consumer.originalPositionFor({ line: lineBase1, column: columnBase1 - 1 });
  const source = found.source === null ? undefined : map.checked.sources.get(found.source);
  if (!source || found.line === null || found.column === null) {
    return { kind: 'noSource' };
  }
  return {
    kind: 'position',
    position: {
      source,
      lineBase1: base1(found.line),
      columnBase1: base1(found.column + 1),
      mapPath: map.mapPath,
      isSameDebugId: map.isSameDebugId,
    },
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
