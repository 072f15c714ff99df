import { err, ok, type Result } from '../../base/result';
import { JsonBytes, type JsonSpan, type Slices } from './jsonBytes';
import type { MapFault } from './mapFault';
import {
  decodePart,
  MappingsCheck,
  type DoubtfulSpan,
  type GeneratedShape,
  type MappingPart,
} from './mappings';
import { isIndex, readRawMap, type RawMap } from './rawMap';

/** One source of a map. */
export interface MapSource {
  /** With the map's `sourceRoot` before it; absent where the map names none. */
  readonly url?: string;
  /** As the map spells it. */
  readonly spelled?: string;
  /** Where its text stands in the map; absent where the map has none. */
  readonly content?: JsonSpan;
  /** On the map's ignore list: code of a package or a tool. */
  readonly isIgnored: boolean;
}

/** A part of a map in the form of the library's constructor: sources and names are keys that `CheckedMap` reads. */
export interface LibraryMap {
  readonly version: 3;
  readonly sources: string[];
  readonly names: string[];
  readonly mappings: string;
  readonly file: string;
}

/** What the library is given of a part, and what it cannot tell. */
export interface OpenablePart {
  readonly map: LibraryMap;
  readonly doubtful: readonly DoubtfulSpan[];
}

/** A part of a map that is looked up on its own. */
export interface MapPart extends MappingPart {
  readonly flat: FlatMap;
}

/** A map without sections, or the map of one section. */
interface FlatMap {
  readonly bytes: Uint8Array;
  readonly firstSource: number;
  readonly names: readonly number[];
}

/** Bytes of mappings that make one part: the library decodes one in about a millisecond. */
const PART_BYTES = 64 << 10;
/** Longest map that is read, in bytes. */
const MAX_MAP = 256 << 20;

/**
 * A source map whose shape and mappings were checked. It keeps the text of the map, and of all else only where it stands in it: of
 * 40 MB one source and a few parts of the mappings are ever looked at.
 */
export class CheckedMap {
  readonly sources: readonly MapSource[];
  /** In the order of the generated file. */
  readonly parts: readonly MapPart[];
  readonly debugId: string | undefined;
  /** Name of the generated file, where the map has one. */
  readonly file: string | undefined;
  private readonly json: JsonBytes;
  /** Where each part begins, for the search. */
  private readonly lines: Uint32Array;
  private readonly columns: Uint32Array;

  constructor(json: JsonBytes, raw: RawMap, sources: readonly MapSource[], parts: readonly MapPart[]) {
    this.json = json;
    this.sources = sources;
    this.parts = parts;
    this.debugId = raw.debugId;
    this.file = raw.file;
    this.lines = Uint32Array.from(parts, (part) => part.line);
    this.columns = Uint32Array.from(parts, (part) => part.column);
  }

  /** Bytes that the map keeps in memory. */
  get size(): number {
    return this.json.bytes.length;
  }

  /** Index of the part that a position, from 0, is looked up in: the last that begins at or before it; -1 where none does. */
  partAt(line: number, column: number): number {
    const { lines, columns } = this;
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const partLine = lines[middle]!;
      if (partLine < line || (partLine === line && columns[middle]! <= column)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** A part for the library, whose lines count from the part's first one. */
  forLibrary(part: MapPart): OpenablePart {
    const { firstSource, names, bytes } = part.flat;
    const decoded = decodePart(bytes, part);
    const map: LibraryMap = {
      version: 3,
      sources: decoded.sources.map((source) => `${firstSource + source}`),
      names: decoded.names.map((name) => `${names[name]!}`),
      mappings: decoded.mappings,
      file: '',
    };
    return { map, doubtful: decoded.doubtful };
  }

  /** The source that the library calls by this key; `undefined` for a segment that leads to none. */
  sourceOf(key: string | null): MapSource | undefined {
    return key === null ? undefined : this.sources[Number(key)];
  }

  /** The name that the library calls by this key: the place where it stands in the map. */
  nameOf(key: string | undefined): string | undefined {
    if (key === undefined) {
      return undefined;
    }
    const start = Number(key);
    return stringOf(this.json.parse({ start, end: this.json.stringEnd(start) }));
  }

  /** The text of a source, where the map holds it. */
  contentOf(source: MapSource): string | undefined {
    return source.content && stringOf(this.json.parse(source.content));
  }
}

/**
 * Reads a source map (ECMA-426) and checks it before anybody believes it: version, shape, every segment's indices, and, where
 * the generated text is known, that no segment lies outside of it. With pauses, a few milliseconds apart at most.
 */
export function* checkSourceMap(
  bytes: Uint8Array,
  generated: GeneratedShape | undefined,
  partBytes = PART_BYTES,
): Slices<Result<CheckedMap, MapFault>> {
  if (bytes.length > MAX_MAP) {
    return err('mapTooLarge');
  }
  const json = new JsonBytes(bytes);
  const raw = yield* readRawMap(json);
  if (!raw) {
    return err('mapNotJson');
  }
  if (raw.version !== 3) {
    return err('mapVersion');
  }
  const check = new FlatMaps(generated, partBytes);
  const fault = yield* raw.sections === undefined ? check.add(raw, 0, 0) : check.addSections(raw);
  return fault === undefined ? ok(new CheckedMap(json, raw, check.sources, check.parts)) : err(fault);
}

/** Checks the one map, or those of the sections one after the other. */
class FlatMaps {
  readonly sources: MapSource[] = [];
  readonly parts: MapPart[] = [];
  private readonly generated: GeneratedShape | undefined;
  private readonly partBytes: number;
  /** Position of the segment that was read last. */
  private line = 0;
  private column = 0;
  /** Position of the section that was read last, and whether it has segments. */
  private sectionLine = 0;
  private sectionColumn = 0;
  private isFilled = false;

  constructor(generated: GeneratedShape | undefined, partBytes: number) {
    this.generated = generated;
    this.partBytes = partBytes;
  }

  *addSections(raw: RawMap): Slices<MapFault | undefined> {
    if (raw.isWrong || raw.mappings !== undefined) {
      return 'mapShape';
    }
    for (const { offset, map } of raw.sections ?? []) {
      const { line, column } = (offset ?? {}) as Readonly<Record<string, unknown>>;
      if (!isIndex(line) || !isIndex(column) || map?.version !== 3) {
        return 'mapShape';
      }
      // Sections stand in order, and none reaches into the next one.
      const isTaken = this.isFilled && line === this.sectionLine && column === this.sectionColumn;
      if (isTaken || line < this.line || (line === this.line && column < this.column)) {
        return 'mapShape';
      }
      const parts = this.parts.length;
      const fault = yield* this.add(map, line, column);
      if (fault) {
        return fault;
      }
      this.sectionLine = line;
      this.sectionColumn = column;
      this.isFilled = this.parts.length > parts;
    }
    return undefined;
  }

  *add(raw: RawMap, line: number, column: number): Slices<MapFault | undefined> {
    const { mappings, sources, names } = raw;
    if (raw.isWrong || raw.sections !== undefined || !mappings || !sources) {
      return 'mapShape';
    }
    const ignored = new Set(raw.ignoreList ?? raw.oldIgnoreList);
    if ([...ignored].some((index) => index >= sources.length)) {
      return 'mapSourceIndex';
    }
    const lineCounts = sources.map((_, i) => raw.contents[i]?.lines);
    const { bytes, start, end } = mappings;
    const bounds = { lineCounts, names: names.length, generated: this.generated, line, column };
    const check = new MappingsCheck(bytes, start, end, bounds, this.partBytes);
    const fault = yield* check.run();
    if (fault) {
      return fault;
    }
    this.line = check.last?.line ?? line;
    this.column = check.last?.column ?? column;
    const flat: FlatMap = { bytes, firstSource: this.sources.length, names };
    for (const part of check.parts) {
      this.parts.push({ ...part, flat });
    }
    sources.forEach((source, i) => {
      const content = raw.contents[i];
      this.sources.push({
        ...(source === null ? {} : { url: joinRoot(raw.sourceRoot, source), spelled: source }),
        ...(content === undefined ? {} : { content }),
        isIgnored: ignored.has(i),
      });
    });
    return undefined;
  }
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function joinRoot(root: string, source: string): string {
  const isAbsolute = source.startsWith('/') || /^[a-z][a-z\d+.-]*:/i.test(source);
  return root === '' || isAbsolute ? source : `${root.replace(/\/$/, '')}/${source}`;
}
