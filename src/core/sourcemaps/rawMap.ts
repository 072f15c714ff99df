import type { JsonBytes, JsonSpan, Slices } from './jsonBytes';

/** The members of a source map that matter, before they are believed. */
export interface RawMap {
  readonly version: unknown;
  readonly file?: string;
  readonly debugId?: string;
  readonly sourceRoot: string;
  readonly mappings?: MappingsText;
  readonly sources?: readonly (string | null)[];
  readonly contents: readonly (SourceContent | undefined)[];
  /** Where each name stands. */
  readonly names: readonly number[];
  readonly ignoreList?: readonly number[];
  /** Of `x_google_ignoreList`, as it was called before. */
  readonly oldIgnoreList?: readonly number[];
  readonly sections?: readonly RawSection[];
  /** A member that matters is of a type that it cannot have. */
  readonly isWrong: boolean;
}

/** Part of an index map. */
export interface RawSection {
  readonly offset: unknown;
  readonly map: RawMap | undefined;
}

/** A mappings string without its quotes: in the bytes of the map, or in its own where the map escapes some of it. */
export interface MappingsText extends JsonSpan {
  readonly bytes: Uint8Array;
}

/** The text of a source, where it stands in the map. */
export interface SourceContent extends JsonSpan {
  readonly lines: number;
}

type Draft = { -readonly [K in keyof RawMap]: RawMap[K] };

/** Sections of one index map: bundlers make one for each module. */
const MAX_SECTIONS = 1_000_000;
const UUID = /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i;

/** Reads a map's JSON; `undefined` where it is no JSON object. */
export function* readRawMap(json: JsonBytes): Slices<RawMap | undefined> {
  const map = new RawMapReader(json);
  const end = yield* map.read(textStart(json));
  return end !== -1 && json.skipSpace(end) === json.bytes.length ? map.raw : undefined;
}

/** Behind a byte-order mark and the prefix `)]}'`, which servers put before JSON so that no script tag can run it. */
function textStart({ bytes }: JsonBytes): number {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (bytes[start] !== 0x29 || bytes[start + 1] !== 0x5d || bytes[start + 2] !== 0x7d) {
    return start;
  }
  const lineEnd = bytes.indexOf(0x0a, start);
  return lineEnd === -1 ? bytes.length : lineEnd + 1;
}

class RawMapReader {
  readonly raw: Draft = {
    version: undefined,
    sourceRoot: '',
    contents: [],
    names: [],
    isWrong: false,
  };
  private readonly json: JsonBytes;
  private readonly isSection: boolean;

  constructor(json: JsonBytes, isSection = false) {
    this.json = json;
    this.isSection = isSection;
  }

  /** The end of the map, or -1 where it is no object. */
  read(start: number): Slices<number> {
    return this.json.object(start, (key, at) => this.member(key, at));
  }

  private *member(key: unknown, at: number): Slices<number> {
    switch (key) {
      case 'mappings':
        return this.mappings(at);
      case 'sources':
        return yield* this.sources(at);
      case 'sourcesContent':
        return yield* this.contents(at);
      case 'names':
        return yield* this.names(at);
      case 'sections':
        return yield* this.sections(at);
      default:
        return this.small(key, at);
    }
  }

  /** Members whose whole value is used. */
  private small(key: unknown, at: number): number {
    const { raw, json } = this;
    const end = json.valueEnd(at);
    const value = (): unknown => json.parse({ start: at, end });
    if (key === 'version') {
      raw.version = value();
    } else if (key === 'file' || key === 'sourceRoot') {
      const text = value() ?? undefined;
      if (typeof text === 'string') {
        raw[key] = text;
      }
      raw.isWrong ||= text !== undefined && typeof text !== 'string';
    } else if (key === 'debugId' || key === 'debug_id') {
      const text = value();
      if (typeof text === 'string' && UUID.test(text)) {
        raw.debugId ??= text;
      }
    } else if (key === 'ignoreList' || key === 'x_google_ignoreList') {
      const list = value() ?? undefined;
      const isList = Array.isArray(list) && list.every(isIndex);
      raw.isWrong ||= list !== undefined && !isList;
      if (isList) {
        raw[key === 'ignoreList' ? 'ignoreList' : 'oldIgnoreList'] = list;
      }
    }
    return end;
  }

  private mappings(at: number): number {
    const { bytes } = this.json;
    const end = this.json.stringEnd(at);
    if (end === -1) {
      return this.wrong(at);
    }
    if (!bytes.subarray(at, end).includes(0x5c)) {
      this.raw.mappings = { bytes, start: at + 1, end: end - 1 };
      return end;
    }
    const text = this.json.parse({ start: at, end });
    if (typeof text !== 'string') {
      return this.wrong(at);
    }
    const own = new TextEncoder().encode(text);
    this.raw.mappings = { bytes: own, start: 0, end: own.length };
    return end;
  }

  private *sources(at: number): Slices<number> {
    const sources: (string | null)[] = [];
    const end = yield* this.json.array(at, (start) => {
      const itemEnd = this.json.valueEnd(start);
      const item = this.json.parse({ start, end: itemEnd });
      this.raw.isWrong ||= item !== null && typeof item !== 'string';
      sources.push(typeof item === 'string' ? item : null);
      return itemEnd;
    });
    this.raw.sources = sources;
    return end === -1 ? this.wrong(at) : end;
  }

  private *contents(at: number): Slices<number> {
    const contents: (SourceContent | undefined)[] = [];
    const end = yield* this.json.array(at, (start) => {
      const itemEnd = this.json.stringEnd(start);
      if (itemEnd === -1) {
        contents.push(undefined);
        return this.isNull(start) ? start + 4 : this.wrong(start);
      }
      contents.push({ start, end: itemEnd, lines: countLines(this.json.bytes, start, itemEnd) });
      return itemEnd;
    });
    this.raw.contents = contents;
    return end === -1 ? this.absent(at) : end;
  }

  private *names(at: number): Slices<number> {
    const names: number[] = [];
    const end = yield* this.json.array(at, (start) => {
      const itemEnd = this.json.stringEnd(start);
      names.push(start);
      return itemEnd === -1 ? this.wrong(start) : itemEnd;
    });
    this.raw.names = names;
    return end === -1 ? this.absent(at) : end;
  }

  private *sections(at: number): Slices<number> {
    const sections: RawSection[] = [];
    if (this.isSection) {
      return this.wrong(at);
    }
    const end = yield* this.json.array(at, (start) => this.section(start, sections));
    this.raw.sections = sections;
    return end === -1 ? this.wrong(at) : end;
  }

  private *section(start: number, into: RawSection[]): Slices<number> {
    const { json } = this;
    const section: { -readonly [K in keyof RawSection]: RawSection[K] } = {
      offset: undefined,
      map: undefined,
    };
    const end = yield* json.object(start, function* (key, at) {
      if (key === 'map') {
        const map = new RawMapReader(json, true);
        const mapEnd = yield* map.read(at);
        section.map = mapEnd === -1 ? undefined : map.raw;
        return mapEnd === -1 ? json.valueEnd(at) : mapEnd;
      }
      const memberEnd = json.valueEnd(at);
      section.offset = key === 'offset' ? json.parse({ start: at, end: memberEnd }) : section.offset;
      return memberEnd;
    });
    into.push(section);
    this.raw.isWrong ||= end === -1 || into.length > MAX_SECTIONS;
    return end === -1 ? json.valueEnd(start) : end;
  }

  private wrong(at: number): number {
    this.raw.isWrong = true;
    return this.json.valueEnd(at);
  }

  /** What may be left out may be null. */
  private absent(at: number): number {
    return this.isNull(at) ? at + 4 : this.wrong(at);
  }

  private isNull(at: number): boolean {
    return this.json.parse({ start: at, end: at + 4 }) === null;
  }
}

/** Whether a value is a number that counts from 0. */
export function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Lines of a string as JSON writes it: line feeds, carriage returns without one, and the two separators of Unicode. */
function countLines(bytes: Uint8Array, start: number, end: number): number {
  let lines = 1;
  for (let at = start; at < end; at++) {
    const code = bytes[at];
    if (code === 0x5c) {
      const escaped = bytes[at + 1];
      const isBeforeFeed = bytes[at + 2] === 0x5c && bytes[at + 3] === 0x6e;
      // A separator or line end in hexadecimal counts as one, whichever character it is: no sound map is refused for it.
      lines += escaped === 0x6e || escaped === 0x75 || (escaped === 0x72 && !isBeforeFeed) ? 1 : 0;
      at++;
    } else if (code === 0xe2 && bytes[at + 1] === 0x80 && (bytes[at + 2]! & 0xfe) === 0xa8) {
      lines++;
    }
  }
  return lines;
}
