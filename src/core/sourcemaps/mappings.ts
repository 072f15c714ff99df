import type { MapFault } from './mapFault';

/** The generated text that a map is to fit: its line lengths. */
export interface GeneratedShape {
  readonly lineLengths: readonly number[];
}

/** What the segments of a mappings string may point at. */
export interface MappingBounds {
  /** Lines of each source, where its text is known. */
  readonly lineCounts: readonly (number | undefined)[];
  readonly names: number;
  readonly generated: GeneratedShape | undefined;
  /** Where in the generated file the mappings begin, from 0. */
  readonly line: number;
  readonly column: number;
}

/**
 * A part of a mappings string that stands for itself: it begins at a segment, and what the segment's numbers are relative to is
 * kept with it. Lines and columns of the generated file, from 0.
 */
export interface MappingPart {
  /** Bytes of the text; the end is not one of them. */
  readonly start: number;
  end: number;
  /** Line of the first segment, and its column, or the least of its line where segments go back. */
  readonly line: number;
  column: number;
  /** Column, source, line, column in it and name that came before the first segment. */
  readonly before: readonly number[];
  /** What is added to columns of the first line: the section of an index map may begin within one. */
  readonly columnBase: number;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const DIGITS = new Int8Array(256).fill(-1);
for (let i = 0; i < BASE64.length; i++) {
  DIGITS[BASE64.charCodeAt(i)] = i;
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
/** The format bounds every number by 32 bits, a sign among them. */
const MAX_FIELD = 2 ** 31 - 1;

/** Bytes that are read between two pauses of the walk. */
const SLICE = 512 << 10;

/** The segment that was read last, as absolute numbers. */
class Segment {
  readonly fields = [0, 0, 0, 0, 0];
  count = 0;

  /** Reads the segment at `start` and answers where it ends, or -1 where it is none. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const { fields } = this;
    let count = 0;
    let at = start;
    while (at < end) {
      let digit = DIGITS[bytes[at]!]!;
      if (digit < 0) {
        if (bytes[at] === COMMA || bytes[at] === SEMICOLON) {
          break;
        }
        return -1;
      }
      at++;
      let value = digit & 31;
      for (let factor = 32; digit & 32; factor *= 32) {
        digit = at < end ? DIGITS[bytes[at++]!]! : -1;
        // A number may have zeros before it without end, in digits that only say that more follow.
        const more = (digit & 31) === 0 ? 0 : (digit & 31) * factor;
        if (digit < 0 || more > 2 * MAX_FIELD + 1) {
          return -1;
        }
        value += more;
      }
      if (count === 5) {
        return -1;
      }
      const magnitude = Math.floor(value / 2);
      // A minus alone is the least number of 32 bits.
      fields[count]! += value % 2 === 0 ? magnitude : magnitude === 0 ? -MAX_FIELD - 1 : -magnitude;
      count++;
    }
    this.count = count;
    return at;
  }
}

/** Where a segment stands in the generated file, from 0. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Decodes every segment once, says what is wrong with the first bad one, and cuts the string into parts that the library can
 * decode one by one. The library trusts what it is given: a wrong index there would give a wrong line.
 */
export class MappingsCheck {
  readonly parts: MappingPart[] = [];
  private readonly bytes: Uint8Array;
  private readonly bounds: MappingBounds;
  private readonly segment = new Segment();
  private readonly end: number;
  private readonly partBytes: number;
  private at: number;
  private line: number;
  private columnBase: number;
  private part: MappingPart | undefined;
  private lastLine = -1;
  private lastColumn = -1;
  private cutsLines = true;
  private hasCutLine = false;
  private isUnordered = false;

  /** `partBytes`: how long a part becomes before it is cut. */
  constructor(bytes: Uint8Array, start: number, end: number, bounds: MappingBounds, partBytes: number) {
    this.partBytes = partBytes;
    this.bytes = bytes;
    this.bounds = bounds;
    this.at = start;
    this.end = end;
    this.line = bounds.line;
    this.columnBase = bounds.column;
  }

  /** Position of the segment that was read last. */
  get last(): Position | undefined {
    return this.lastColumn === -1 ? undefined : { line: this.lastLine, column: this.lastColumn };
  }

  /** Reads to the end, with pauses. */
  *run(): Generator<undefined, MapFault | undefined> {
    const start = this.at;
    while (this.at < this.end) {
      const fault = this.readUntil(Math.min(this.at + SLICE, this.end));
      if (fault) {
        return fault;
      }
      if (this.isUnordered) {
        this.restart(start);
      }
      yield;
    }
    if (this.part) {
      this.part.end = this.end;
    }
    return undefined;
  }

  /** A line whose segments go back cannot be cut: what is left of the cut would be looked for to its right. */
  private restart(start: number): void {
    this.parts.length = 0;
    this.part = undefined;
    this.segment.fields.fill(0);
    this.lastLine = -1;
    this.lastColumn = -1;
    this.at = start;
    this.line = this.bounds.line;
    this.columnBase = this.bounds.column;
    this.hasCutLine = false;
    this.isUnordered = false;
  }

  private readUntil(limit: number): MapFault | undefined {
    const { bytes, segment, bounds, end } = this;
    const { fields } = segment;
    const { lineCounts, names, generated } = bounds;
    const before = [...fields];
    let at = this.at;
    while (at < limit) {
      const code = bytes[at]!;
      if (code === SEMICOLON) {
        this.line++;
        fields[0] = 0;
        this.columnBase = 0;
        at++;
        continue;
      }
      // Commas stand between segments and nowhere else.
      if (code === COMMA) {
        return 'mapMappings';
      }
      const start = at;
      const mayCut =
        this.part === undefined ||
        (start - this.part.start >= this.partBytes && (this.cutsLines || this.line > this.lastLine));
      if (mayCut) {
        before.splice(0, 5, ...fields);
      }
      at = segment.read(bytes, start, end);
      if (at !== -1 && bytes[at] === COMMA && at < end) {
        at++;
        if (at === end || bytes[at] === SEMICOLON) {
          return 'mapMappings';
        }
      }
      if (at === -1) {
        return 'mapMappings';
      }
      const fault = segmentFault(segment, lineCounts, names);
      if (fault) {
        return fault;
      }
      const column = this.columnBase + fields[0]!;
      if (generated && isBeyond(generated, this.line, column)) {
        return 'mapBeyondFile';
      }
      if (this.line === this.lastLine && column < this.lastColumn) {
        this.cutsLines = false;
        if (this.line === this.part?.line) {
          this.part.column = Math.min(this.part.column, column);
        }
        if (this.hasCutLine) {
          this.isUnordered = true;
          return undefined;
        }
      } else if (mayCut) {
        this.hasCutLine ||= this.line === this.lastLine;
        this.cut(start, column, before);
      }
      this.lastLine = this.line;
      this.lastColumn = column;
    }
    this.at = at;
    return undefined;
  }

  private cut(start: number, column: number, before: readonly number[]): void {
    if (this.part) {
      this.part.end = start;
    }
    this.part = {
      start,
      end: start,
      line: this.line,
      column,
      before: [...before],
      columnBase: this.columnBase,
    };
    this.parts.push(this.part);
  }
}

function segmentFault(
  { fields, count }: Segment,
  lineCounts: readonly (number | undefined)[],
  names: number,
): MapFault | undefined {
  const [column, source, line, sourceColumn, name] = fields as [number, number, number, number, number];
  if (count === 2 || count === 3 || column < 0 || column > MAX_FIELD) {
    return 'mapMappings';
  }
  if (count === 1) {
    return undefined;
  }
  if (source < 0 || source >= lineCounts.length) {
    return 'mapSourceIndex';
  }
  if (line < 0 || line > MAX_FIELD || sourceColumn < 0 || line >= (lineCounts[source] ?? Infinity)) {
    return 'mapSourceLine';
  }
  if (sourceColumn > MAX_FIELD) {
    return 'mapMappings';
  }
  return count === 5 && (name < 0 || name >= names) ? 'mapSourceIndex' : undefined;
}

/** Bundlers map the line after the last one and the column after a line's last character, too. */
function isBeyond(generated: GeneratedShape, line: number, column: number): boolean {
  const length = generated.lineLengths[line];
  return length === undefined ? line > generated.lineLengths.length || column > 0 : column > length;
}

/** Columns of a generated line, the end not among them, that a map leads to more than one source line. From 0. */
export interface DoubtfulSpan {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** A part as the library takes it: numbers of its own for the few sources and names it uses, and lines from its first one. */
export interface DecodedPart {
  readonly mappings: string;
  /** By the part's own numbers, those of the map. */
  readonly sources: readonly number[];
  readonly names: readonly number[];
  readonly doubtful: readonly DoubtfulSpan[];
}

/**
 * Writes one checked part anew, so that it needs nothing of what stands before it. Of several segments at one position the last is
 * kept: minifiers end one token and begin the next in the same place, and the library would take any of them.
 */
export function decodePart(bytes: Uint8Array, part: MappingPart): DecodedPart {
  const writer = new PartWriter(part);
  const segment = new Segment();
  const { fields } = segment;
  fields.splice(0, 5, ...part.before);
  let columnBase = part.columnBase;
  let at = part.start;
  while (at < part.end) {
    const code = bytes[at]!;
    if (code === SEMICOLON) {
      writer.endLine();
      fields[0] = 0;
      columnBase = 0;
      at++;
      continue;
    }
    if (code === COMMA) {
      at++;
      continue;
    }
    at = segment.read(bytes, at, part.end);
    writer.add(columnBase + fields[0]!, segment);
  }
  return writer.done();
}

/** Writes mappings with sources and names numbered in the order of their use. */
class PartWriter {
  private readonly sources = new Map<number, number>();
  private readonly names = new Map<number, number>();
  private readonly doubtful: DoubtfulSpan[] = [];
  private readonly last = [0, 0, 0, 0, 0];
  private bytes: Uint8Array;
  private length = 0;
  private line: number;
  private isFirst = true;
  /** The segment that is written once it is known to be the last of its position; its first field is its whole column. */
  private readonly waiting = [-1, 0, 0, 0, 0];
  private waitingCount = 0;
  private isDoubtful = false;

  constructor(part: MappingPart) {
    this.bytes = new Uint8Array(part.end - part.start + 1024);
    this.line = part.line;
  }

  endLine(): void {
    this.flush(Infinity);
    this.put(SEMICOLON);
    this.last[0] = 0;
    this.isFirst = true;
    this.line++;
  }

  add(column: number, { fields, count }: Segment): void {
    const { waiting } = this;
    if (column === waiting[0]) {
      const isOther = count > 1 && (fields[1] !== waiting[1] || fields[2] !== waiting[2]);
      this.isDoubtful ||= this.waitingCount > 1 && isOther;
    } else {
      this.flush(column);
    }
    for (let i = 1; i < 5; i++) {
      waiting[i] = fields[i]!;
    }
    waiting[0] = column;
    this.waitingCount = count;
  }

  done(): DecodedPart {
    this.flush(Infinity);
    return {
      mappings: new TextDecoder().decode(this.bytes.subarray(0, this.length)),
      sources: [...this.sources.keys()],
      names: [...this.names.keys()],
      doubtful: this.doubtful.sort((a, b) => a.line - b.line || a.start - b.start),
    };
  }

  /** Writes the segment that waits; `next` is where the following one of its line begins. */
  private flush(next: number): void {
    const [column, source, line, sourceColumn, name] = this.waiting as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (column === -1) {
      return;
    }
    if (!this.isFirst) {
      this.put(COMMA);
    }
    this.isFirst = false;
    this.number(0, column);
    if (this.waitingCount > 1) {
      this.number(1, numberOf(this.sources, source));
      this.number(2, line);
      this.number(3, sourceColumn);
    }
    if (this.waitingCount > 4) {
      this.number(4, numberOf(this.names, name));
    }
    if (this.isDoubtful) {
      this.doubtful.push({ line: this.line, start: column, end: next });
    }
    this.waiting[0] = -1;
    this.isDoubtful = false;
  }

  private number(field: number, value: number): void {
    const delta = value - this.last[field]!;
    this.last[field] = value;
    let rest = delta < 0 ? -delta * 2 + 1 : delta * 2;
    do {
      const digit = rest % 32;
      rest = Math.floor(rest / 32);
      this.put(BASE64.charCodeAt(rest > 0 ? digit + 32 : digit));
    } while (rest > 0);
  }

  private put(code: number): void {
    if (this.length === this.bytes.length) {
      const longer = new Uint8Array(this.length * 2);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[this.length++] = code;
  }
}

function numberOf(numbers: Map<number, number>, key: number): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}
