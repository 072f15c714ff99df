import { SourceMapConsumer } from 'source-map';
import type { DoubtfulSpan } from '../../core/sourcemaps/mappings';
import type { CheckedMap, MapSource } from '../../core/sourcemaps/sourceMap';

/** What a map says about a position. Lines and columns from 0, as in maps. */
export interface OriginalPosition {
  readonly source: MapSource;
  readonly line: number;
  readonly column: number;
  /** By `CheckedMap.nameOf`, what the source calls the thing at the position, where the bundler renamed it. */
  readonly nameKey: string | undefined;
  /** The map leads from the generated position to other lines, too. */
  readonly isDoubtful: boolean;
}

interface OpenPart {
  readonly opening: Promise<SourceMapConsumer>;
  readonly doubtful: readonly DoubtfulSpan[];
  /** Of the generated file, from 0. */
  readonly firstLine: number;
  consumer?: SourceMapConsumer;
  /** Number of its last use. */
  lastUse: number;
}

type Look<T> = (consumer: SourceMapConsumer, part: OpenPart) => T;

/** A decoded part takes half a megabyte of the library's memory. */
const KEPT_PARTS = 96;
/** A line of more parts is that of a minified bundle: without a column it stands for everything. */
const MAX_LINE_PARTS = 4;

/**
 * Looks positions up with the library, which decodes a whole map at once and never gives its memory back: parts of maps are
 * opened as they are needed and destroyed when unused for longest.
 */
export class SourceMapParts {
  /** Of each map, by the number of the part. */
  private readonly open = new Map<CheckedMap, (OpenPart | undefined)[]>();
  /** Asked last: the frames of a stack mostly need one map. */
  private recentMap: CheckedMap | undefined;
  private recent: (OpenPart | undefined)[] = [];
  private openCount = 0;
  private uses = 0;

  /** The source position of a generated one; `undefined` where the map leads to no source. Rejects where the library refuses. */
  positionAt(
    map: CheckedMap,
    line: number,
    column: number,
  ): OriginalPosition | undefined | Promise<OriginalPosition | undefined> {
    const number = map.partAt(line, column);
    if (number === -1) {
      return undefined;
    }
    const open = map === this.recentMap ? this.recent[number] : undefined;
    if (open?.consumer) {
      open.lastUse = ++this.uses;
      return originalPosition(map, open.consumer, open, line, column);
    }
    return this.positionIn(map, number, line, column);
  }

  /** Apart from the above, which an arrow function within it slows down by a quarter. */
  private positionIn(
    map: CheckedMap,
    number: number,
    line: number,
    column: number,
  ): OriginalPosition | undefined | Promise<OriginalPosition | undefined> {
    return this.use(map, number, (consumer, used) => originalPosition(map, consumer, used, line, column));
  }

  /** Whether a segment begins at a position, and not before it. */
  async beginsAt(map: CheckedMap, line: number, column: number): Promise<boolean> {
    const number = map.partAt(line, column);
    if (number === -1 || column === 0) {
      return number !== -1;
    }
    return this.use(map, number, (consumer, { firstLine }) => {
      const at = { line: line - firstLine + 1, column };
      const next = consumer.originalPositionFor({ ...at, bias: SourceMapConsumer.LEAST_UPPER_BOUND });
      const here = consumer.originalPositionFor(at);
      return here.source === next.source && here.line === next.line && here.column === next.column;
    });
  }

  /** Each source line that a generated line stands for, once, at its first column; `undefined` where they are too many to tell. */
  async linesAt(map: CheckedMap, line: number): Promise<readonly OriginalPosition[] | undefined> {
    const first = Math.max(map.partAt(line, 0), 0);
    const last = map.partAt(line, Infinity);
    if (last - first >= MAX_LINE_PARTS) {
      return undefined;
    }
    const found = new Map<string, OriginalPosition>();
    for (let number = first; number <= last; number++) {
      await this.use(map, number, (consumer, { firstLine }) => {
        consumer.eachMapping((mapping) => {
          const source = map.sourceOf(mapping.source);
          if (mapping.generatedLine - 1 + firstLine === line && source) {
            const key = `${mapping.source} ${mapping.originalLine}`;
            const position = {
              source,
              line: mapping.originalLine - 1,
              column: mapping.originalColumn,
              nameKey: undefined,
              isDoubtful: false,
            };
            found.set(key, found.get(key) ?? position);
          }
        });
      });
    }
    return [...found.values()];
  }

  /** Destroys what is open of a map that nobody needs any more. */
  close(map: CheckedMap): void {
    this.open.get(map)?.forEach((part, number) => {
      if (part) {
        this.destroy(map, number);
      }
    });
    this.open.delete(map);
    this.recentMap = undefined;
  }

  dispose(): void {
    for (const map of [...this.open.keys()]) {
      this.close(map);
    }
  }

  /** At once where the part is open: nothing can destroy it before `look` returns. */
  private use<T>(map: CheckedMap, number: number, look: Look<T>): T | Promise<T> {
    const parts = this.partsOf(map);
    const open = parts[number] ?? this.start(map, number);
    open.lastUse = ++this.uses;
    if (open.consumer) {
      return look(open.consumer, open);
    }
    return open.opening.then((consumer) => {
      if (parts[number] !== open) {
        return this.use(map, number, look);
      }
      open.consumer = consumer;
      return look(consumer, open);
    });
  }

  private partsOf(map: CheckedMap): (OpenPart | undefined)[] {
    if (map !== this.recentMap) {
      this.recentMap = map;
      this.recent = this.open.get(map) ?? [];
      this.open.set(map, this.recent);
    }
    return this.recent;
  }

  private start(map: CheckedMap, number: number): OpenPart {
    if (this.openCount >= KEPT_PARTS) {
      this.destroyOldest();
    }
    const part = map.parts[number]!;
    const { map: own, doubtful } = map.forLibrary(part);
    const opening = new SourceMapConsumer(own);
    const open: OpenPart = { opening, doubtful, firstLine: part.line, lastUse: 0 };
    this.partsOf(map)[number] = open;
    this.openCount++;
    return open;
  }

  private destroyOldest(): void {
    let oldest: { readonly map: CheckedMap; readonly number: number; readonly lastUse: number } | undefined;
    for (const [map, parts] of this.open) {
      parts.forEach((part, number) => {
        if (part && part.lastUse < (oldest?.lastUse ?? Infinity)) {
          oldest = { map, number, lastUse: part.lastUse };
        }
      });
    }
    if (oldest) {
      this.destroy(oldest.map, oldest.number);
    }
  }

  private destroy(map: CheckedMap, number: number): void {
    const parts = this.open.get(map);
    const open = parts?.[number];
    if (!parts || !open) {
      return;
    }
    parts[number] = undefined;
    this.openCount--;
    void open.opening.then(
      (consumer) => {
        consumer.destroy();
      },
      // Told to whoever asked for the part.
      () => undefined,
    );
  }
}

/** One for all look-ups, which end before the next begins. The library looks for a bias in any case, and takes longer to find none. */
const question = { line: 1, column: 0, bias: SourceMapConsumer.GREATEST_LOWER_BOUND };

function originalPosition(
  map: CheckedMap,
  consumer: SourceMapConsumer,
  { doubtful, firstLine }: OpenPart,
  line: number,
  column: number,
): OriginalPosition | undefined {
  question.line = line - firstLine + 1;
  question.column = column;
  const found = consumer.originalPositionFor(question);
  const source = map.sourceOf(found.source);
  if (!source || found.line === null || found.column === null) {
    return undefined;
  }
  const isDoubtful = doubtful.length > 0 && isWithin(doubtful, line, column);
  return { source, line: found.line - 1, column: found.column, nameKey: found.name ?? undefined, isDoubtful };
}

/** Whether one of the spans, which stand in order, holds a position. */
function isWithin(spans: readonly DoubtfulSpan[], line: number, column: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle]!;
    if (span.line < line || (span.line === line && span.end <= column)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const span = spans[low];
  return span?.line === line && span.start <= column;
}
