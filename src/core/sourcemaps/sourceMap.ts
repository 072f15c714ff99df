import { err, ok, type Result } from '../../base/result';
import type { MapFault } from './mapFault';
import { checkMappings, type GeneratedShape } from './mappings';

/** One map of generated lines; a map with sections has several. */
interface FlatMap {
  readonly mappings: string;
  readonly sources: readonly (string | null)[];
  readonly names: readonly string[];
  readonly sourceRoot: string;
  readonly sourcesContent: readonly (string | null)[];
  readonly ignoreList: readonly number[];
}

/** A map in the form of the library's constructor. */
export interface LibraryMap {
  readonly version: 3;
  readonly sources: string[];
  readonly names: string[];
  readonly mappings: string;
  readonly file: string;
}

/** A map of sections in that form. */
export interface LibraryIndexMap {
  readonly version: 3;
  readonly sections: { readonly offset: { line: number; column: number }; readonly map: LibraryMap }[];
}

/** A source map whose shape and mappings were checked. */
export interface CheckedMap {
  /** As the library takes it: sources are numbers, and there is no `sourceRoot`, as it would resolve and merge names. */
  readonly forLibrary: LibraryMap | LibraryIndexMap;
  /** By the library's name: the source as the map means it, before its place is known. */
  readonly sources: ReadonlyMap<string, MapSource>;
  readonly debugId?: string;
  /** Name of the generated file, where the map has one. */
  readonly file?: string;
}

/** One source of a map. */
export interface MapSource {
  /** With the map's `sourceRoot` before it; absent where the map names none. */
  readonly url?: string;
  readonly content?: string;
  /** On the map's ignore list: code of a package or a tool. */
  readonly isIgnored: boolean;
}

/** Longest map that is read, in UTF-16 units. */
const MAX_MAP = 256 << 20;

/**
 * Parses a source map (ECMA-426) and checks it before anybody believes it: version, shape, every segment's indices, and, where
 * the generated text is known, that no segment lies outside of it.
 */
export function checkSourceMap(
  text: string,
  generated: GeneratedShape | undefined,
): Result<CheckedMap, MapFault> {
  if (text.length > MAX_MAP) {
    return err('mapTooLarge');
  }
  const json = parse(text);
  if (!json) {
    return err('mapNotJson');
  }
  if (json['version'] !== 3) {
    return err('mapVersion');
  }
  const sections = json['sections'];
  const sources = new Map<string, MapSource>();
  const forLibrary =
    sections === undefined
      ? checkFlat(json, generated, 0, 0, sources)
      : checkSections(sections, generated, sources);
  if (!forLibrary.ok) {
    return forLibrary;
  }
  const debugId = stringOf(json['debugId']) ?? stringOf(json['debug_id']);
  const file = stringOf(json['file']);
  return ok({
    forLibrary: forLibrary.value,
    sources,
    ...(debugId === undefined ? {} : { debugId }),
    ...(file === undefined ? {} : { file }),
  });
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string): Json | undefined {
  // Servers put `)]}'` before JSON so that no script tag can run it; the format allows it.
  const body = text.startsWith(")]}'") ? text.slice(text.indexOf('\n') + 1) : text;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function checkSections(
  value: unknown,
  generated: GeneratedShape | undefined,
  sources: Map<string, MapSource>,
): Result<LibraryIndexMap, MapFault> {
  if (!Array.isArray(value)) {
    return err('mapShape');
  }
  const sections: LibraryIndexMap['sections'] = [];
  let lastLine = 0;
  let lastColumn = 0;
  for (const section of value as readonly unknown[]) {
    const offset = isObject(section) ? section['offset'] : undefined;
    const map = isObject(section) ? section['map'] : undefined;
    if (!isObject(offset) || !isObject(map) || map['version'] !== 3 || map['sections'] !== undefined) {
      return err('mapShape');
    }
    const { line, column } = offset;
    if (!isIndex(line) || !isIndex(column) || line < lastLine || (line === lastLine && column < lastColumn)) {
      return err('mapShape');
    }
    lastLine = line;
    lastColumn = column;
    const flat = checkFlat(map, generated, line, column, sources);
    if (!flat.ok) {
      return flat;
    }
    sections.push({ offset: { line, column }, map: flat.value });
  }
  return ok({ version: 3, sections });
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function checkFlat(
  json: Json,
  generated: GeneratedShape | undefined,
  line: number,
  column: number,
  sources: Map<string, MapSource>,
): Result<LibraryMap, MapFault> {
  const map = flatMap(json);
  if (!map) {
    return err('mapShape');
  }
  const lineCounts = map.sources.map((_, i) => lineCount(map.sourcesContent[i]));
  const fault = checkMappings(map.mappings, { lineCounts, names: map.names.length, generated, line, column });
  if (fault) {
    return err(fault);
  }
  const firstKey = sources.size;
  const keys = map.sources.map((_, i) => `${firstKey + i}`);
  map.sources.forEach((source, i) => {
    const content = map.sourcesContent[i];
    sources.set(keys[i]!, {
      ...(source === null ? {} : { url: joinRoot(map.sourceRoot, source) }),
      ...(typeof content === 'string' ? { content } : {}),
      isIgnored: map.ignoreList.includes(i),
    });
  });
  return ok({ version: 3, sources: keys, names: [...map.names], mappings: map.mappings, file: '' });
}

function flatMap(json: Json): FlatMap | undefined {
  const mappings = stringOf(json['mappings']);
  const sources = listOf(json['sources'], isStringOrNull);
  const names = json['names'] === undefined ? [] : listOf(json['names'], (item) => typeof item === 'string');
  const contents = json['sourcesContent'] ?? [];
  const sourcesContent = listOf(contents, isStringOrNull);
  const ignored = json['ignoreList'] ?? json['x_google_ignoreList'] ?? [];
  const ignoreList = listOf(ignored, isIndex);
  if (mappings === undefined || !sources || !names || !sourcesContent || !ignoreList) {
    return undefined;
  }
  return {
    mappings,
    sources,
    names,
    sourceRoot: stringOf(json['sourceRoot']) ?? '',
    sourcesContent,
    ignoreList,
  };
}

function listOf<T>(value: unknown, is: (item: unknown) => item is T): readonly T[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const items: readonly unknown[] = value;
  return items.every(is) ? items : undefined;
}

function isStringOrNull(item: unknown): item is string | null {
  return item === null || typeof item === 'string';
}

function lineCount(content: string | null | undefined): number | undefined {
  if (typeof content !== 'string') {
    return undefined;
  }
  let count = 1;
  for (let at = content.indexOf('\n'); at !== -1; at = content.indexOf('\n', at + 1)) {
    count++;
  }
  return count;
}

function joinRoot(root: string, source: string): string {
  const isAbsolute = source.startsWith('/') || /^[a-z][a-z\d+.-]*:/i.test(source);
  return root === '' || isAbsolute ? source : `${root.replace(/\/$/, '')}/${source}`;
}
