import { SourceMapConsumer } from 'source-map';
import { Lru } from '../base/lru';
import type { DoubtfulSpan } from '../core/sourcemaps/mappings';
import type { CheckedMap, MapPart, MapSource } from '../core/sourcemaps/sourceMap';

/** What a map says about a position. Lines and columns from 0, as in maps. */
export interface OriginalPosition {
  readonly source: MapSource;
  readonly line: number;
  readonly column: number;
  /** What the source calls the thing at the position, where the bundler renamed it. */
  readonly name: string | undefined;
  /** The map leads from the generated position to other lines, too. */
  readonly isDoubtful: boolean;
}

interface OpenPart {
  readonly opening: Promise<SourceMapConsumer>;
  readonly doubtful: readonly DoubtfulSpan[];
  consumer?: SourceMapConsumer;
}

type Look<T> = (consumer: SourceMapConsumer, doubtful: readonly DoubtfulSpan[]) => T;

/** A decoded part takes half a megabyte of the library's memory. */
const KEPT_PARTS = 96;
/** A line of more parts is that of a minified bundle: without a column it stands for everything. */
const MAX_LINE_PARTS = 4;

/**
 * Looks positions up with the library, which decodes a whole map at once and never gives its memory back: parts of maps are
 * opened as they are needed and destroyed when unused for longest.
 */
export class SourceMapParts {
  private readonly open = new Lru<MapPart, OpenPart>(KEPT_PARTS, (part) => {
    void part.opening.then(
      (consumer) => {
        consumer.destroy();
      },
      // Told to whoever asked for the part.
      () => undefined,
    );
  });

  /** The source position of a generated one; `undefined` where the map leads to no source. Rejects where the library refuses. */
  positionAt(
    map: CheckedMap,
    line: number,
    column: number,
  ): OriginalPosition | undefined | Promise<OriginalPosition | undefined> {
    const part = map.parts[map.partAt(line, column)];
    return (
      part &&
      this.use(map, part, (consumer, doubtful) => {
        const found = consumer.originalPositionFor({ line: line - part.line + 1, column });
        const source = map.sourceOf(found.source);
        if (!source || found.line === null || found.column === null) {
          return undefined;
        }
        const name = found.name === null ? undefined : map.nameOf(found.name);
        const isDoubtful = doubtful.some(
          (span) => span.line === line && span.start <= column && span.end > column,
        );
        return { source, line: found.line - 1, column: found.column, name, isDoubtful };
      })
    );
  }

  /** Whether a segment begins at a position, and not before it. */
  async beginsAt(map: CheckedMap, line: number, column: number): Promise<boolean> {
    const part = map.parts[map.partAt(line, column)];
    if (!part || column === 0) {
      return part !== undefined;
    }
    return this.use(map, part, (consumer) => {
      const at = { line: line - part.line + 1, column };
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
    for (const part of map.parts.slice(first, last + 1)) {
      await this.use(map, part, (consumer) => {
        consumer.eachMapping((mapping) => {
          const source = map.sourceOf(mapping.source);
          if (mapping.generatedLine - 1 + part.line === line && source) {
            const key = `${mapping.source} ${mapping.originalLine}`;
            const position = {
              source,
              line: mapping.originalLine - 1,
              column: mapping.originalColumn,
              name: undefined,
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
    for (const part of map.parts) {
      this.open.delete(part);
    }
  }

  dispose(): void {
    this.open.clear();
  }

  /** At once where the part is open: nothing can destroy it before `look` returns. */
  private use<T>(map: CheckedMap, part: MapPart, look: Look<T>): T | Promise<T> {
    let open = this.open.get(part);
    if (open?.consumer) {
      return look(open.consumer, open.doubtful);
    }
    if (!open) {
      const { map: own, doubtful } = map.forLibrary(part);
      open = { opening: new SourceMapConsumer(own), doubtful };
      this.open.set(part, open);
    }
    const waited = open;
    return waited.opening.then((consumer) => {
      if (this.open.get(part) !== waited) {
        return this.use(map, part, look);
      }
      waited.consumer = consumer;
      return look(consumer, waited.doubtful);
    });
  }
}
