import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Lru } from '../../base/lru';
import { columnFromSegments, segmentsFromColumn, TraceBit } from '../../protocol/storeSchema';
import { bytesOfKey, type SegmentView } from './segmentView';
import type { SegmentViews } from './segmentViews';
import { SpanIdMap } from './spanIdMap';
import type { LogPart, SpanPart } from './traceVerdict';

/** What is stored of a trace; `rows` counts its spans, repeated ids included. */
interface TraceParts {
  readonly spans: readonly SpanPart[];
  readonly logs: readonly LogPart[];
  readonly rows: number;
}

/** Segments with another version of one span that a new one is compared with at most. */
const comparedSegments = 64;

/** A trace while batches of it are indexed. */
export class TraceEntry {
  readonly key: string;
  /** Row of `traces`; absent until it is written. */
  id: number | undefined;
  readonly segments: number[] = [];
  spanCount = 0;
  flags = 0;
  startMs = Infinity;
  endMs = -Infinity;
  readonly services = new Set<string>();
  /** What is counted of it, as text. */
  runs = '[]';
  /** Spans that came since it was last analysed. */
  freshSpans = 0;
  /** Made when a second batch of the trace comes. */
  ids: SpanIdMap | undefined;
  private only: SpanPart | undefined;
  private readonly views: SegmentViews;

  constructor(key: string, views: SegmentViews) {
    this.key = key;
    this.views = views;
  }

  /** True where the span is stored already, in a segment before this one: a sender repeated it. */
  has(view: SegmentView, row: number): boolean {
    if (this.segments.length === 0) {
      return false;
    }
    // Its newest versions suffice: a sender repeats what it sent last.
    const holders = this.idMap().segmentsOf(view.spanKeys[row]!).slice(-comparedSegments);
    return holders.some((id) => this.views.get(id)?.holdsSpan(this.key, view, row) === true);
  }

  /** Adds the rows of a segment; gives how many span ids are new to the trace. */
  addSpans(view: SegmentView, rows: readonly number[]): number {
    const ids = this.segments.length > 0 ? this.idMap() : undefined;
    this.only = ids ? undefined : { spans: view.spans!, rows };
    const added = countNewIds(view, rows, ids);
    this.segments.push(view.id);
    ids?.add(view, rows);
    this.spanCount += added;
    this.freshSpans += rows.length;
    return added;
  }

  addLogs(view: SegmentView): void {
    this.segments.push(view.id);
    this.freshSpans++;
  }

  /** All stored rows of the trace. */
  parts(): TraceParts {
    // Most traces come whole in one batch: its rows are at hand.
    return this.only && this.segments.length === 1
      ? { spans: [this.only], logs: [], rows: this.only.rows.length }
      : this.readParts();
  }

  private readParts(): TraceParts {
    const spans: SpanPart[] = [];
    const logs: LogPart[] = [];
    let rowCount = 0;
    for (const id of this.segments) {
      const view = this.views.get(id);
      const rows = view?.rowsOf(this.key) ?? [];
      if (view?.spans && rows.length > 0) {
        spans.push({ spans: view.spans, rows });
        rowCount += rows.length;
      } else if (view?.logs) {
        logs.push({ logs: view.logs, rows });
      }
    }
    return { spans, logs, rows: rowCount };
  }

  private idMap(): SpanIdMap {
    if (!this.ids) {
      this.ids = new SpanIdMap();
      for (const id of this.segments) {
        const view = this.views.get(id);
        if (view?.spans) {
          this.ids.add(view, view.rowsOf(this.key));
        }
      }
    }
    return this.ids;
  }
}

function countNewIds(view: SegmentView, rows: readonly number[], ids: SpanIdMap | undefined): number {
  if (rows.length === 1) {
    return ids?.has(view.spanKeys[rows[0]!]!) === true ? 0 : 1;
  }
  const seen = new Set<string>();
  for (const row of rows) {
    const spanKey = view.spanKeys[row]!;
    if (ids?.has(spanKey) !== true) {
      seen.add(spanKey);
    }
  }
  return seen.size;
}

/** Sizes of traces whose span ids stay in memory: below, reading them again costs little; above, keeping them costs much. */
const keptIdsFrom = 1000;
const keptIdsTo = 200_000;
const keptIdMaps = 8;

/** Reads and writes rows of `traces`. */
export class TraceTable {
  private readonly idMaps = new Lru<string, { readonly ids: SpanIdMap; readonly segments: number }>(
    keptIdMaps,
  );
  private last: { readonly services: ReadonlySet<string>; readonly text: string } = {
    services: new Set(),
    text: '[]',
  };
  private readonly views: SegmentViews;
  private readonly find: StatementSync;
  private readonly insert: StatementSync;
  private readonly update: StatementSync;
  private readonly remove: StatementSync;

  constructor(database: DatabaseSync, views: SegmentViews) {
    this.views = views;
    this.find = database.prepare('SELECT * FROM traces WHERE traceId = ?');
    this.insert = database.prepare(
      `INSERT INTO traces (segments, spanCount, flags, startMs, durationMs, operation, services, runs, traceId)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.update = database.prepare(
      `UPDATE traces SET segments = ?, spanCount = ?, flags = ?, startMs = ?, durationMs = ?, operation = ?,
       services = ?, runs = ? WHERE id = ?`,
    );
    this.remove = database.prepare('DELETE FROM traces WHERE id = ?');
  }

  /** The trace as stored, or a new one. */
  load(key: string): TraceEntry {
    const entry = new TraceEntry(key, this.views);
    const row = this.find.get(bytesOfKey(key));
    if (row) {
      entry.id = Number(row['id']);
      entry.segments.push(...segmentsFromColumn(row['segments']));
      entry.spanCount = Number(row['spanCount']);
      entry.flags = Number(row['flags']);
      if (row['startMs'] !== null) {
        entry.startMs = Number(row['startMs']);
        entry.endMs = entry.startMs + Number(row['durationMs']);
      }
      for (const service of JSON.parse(String(row['services'])) as string[]) {
        entry.services.add(service);
      }
      entry.runs = String(row['runs']);
      const kept = this.idMaps.get(key);
      entry.ids = kept?.segments === entry.segments.length ? kept.ids : undefined;
    }
    return entry;
  }

  save(entry: TraceEntry, operation: number | undefined): void {
    const timed = entry.startMs !== Infinity;
    const values = [
      columnFromSegments(entry.segments),
      entry.spanCount,
      entry.flags,
      timed ? entry.startMs : null,
      timed ? entry.endMs - entry.startMs : null,
      operation ?? null,
      this.servicesText(entry.services),
      entry.runs,
    ] as const;
    if (entry.id === undefined) {
      entry.id = Number(this.insert.run(...values, bytesOfKey(entry.key)).lastInsertRowid);
    } else {
      this.update.run(...values, entry.id);
    }
    const { ids, spanCount } = entry;
    if (ids && spanCount >= keptIdsFrom && spanCount <= keptIdsTo) {
      this.idMaps.set(entry.key, { ids, segments: entry.segments.length });
    }
  }

  /** JSON of the names; most traces in a row have the same. */
  private servicesText(services: ReadonlySet<string>): string {
    const { last } = this;
    if (last.services.size !== services.size || ![...services].every((name) => last.services.has(name))) {
      this.last = { services, text: JSON.stringify([...services]) };
    }
    return this.last.text;
  }

  /** Forgets what memory holds of rows that a rollback took away. */
  forget(): void {
    this.idMaps.clear();
  }

  delete(entry: TraceEntry): void {
    this.idMaps.delete(entry.key);
    if (entry.id !== undefined) {
      this.remove.run(entry.id);
    }
  }
}

/** True where spans came since the trace was last analysed. */
export function isDirty(entry: TraceEntry): boolean {
  return (entry.flags & TraceBit.dirty) !== 0;
}
