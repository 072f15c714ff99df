import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { encodeSpanTable } from '../../core/model/batchCodec';
import { exceptionOfLog } from '../../core/model/exceptions';
import { stringsOf } from '../../core/model/attributes';
import { selectSpans } from '../../core/model/spanCopier';
import { SegmentKind, TraceBit } from '../../protocol/storeSchema';
import { AbandonedRows } from './abandonedRows';
import { AwaitedRoots } from './awaitedRoots';
import { contributionFromText, textFromContribution, type Contribution } from './contribution';
import { CountDeltas } from './countDeltas';
import { FailureRows } from './failureRows';
import { NameTables } from './nameTables';
import { hexFromKey, type SegmentView } from './segmentView';
import { counterOfKind } from './segmentLog';
import type { SegmentViews } from './segmentViews';
import { isDirty, TraceTable, type TraceEntry } from './traceEntry';
import { isRoot, runsOfTrace, startMsOf, type VerdictRun } from './traceVerdict';

/** A trace above this size is analysed again only when it has grown by half, or after a pause: each analysis reads all of it. */
const eagerSpans = 2000;

/**
 * Derives rows of traces, runs, failures and counts from segments in order of arrival. Everything of one step is one transaction with the
 * mark up to where segments are indexed, so that a crash repeats a step or finds it done. The caller opens and ends the transaction.
 */
export class Indexer {
  private readonly views: SegmentViews;
  private readonly names: NameTables;
  private readonly traces: TraceTable;
  private readonly failures: FailureRows;
  private readonly counts: CountDeltas;
  private readonly abandoned: AbandonedRows;
  private readonly pending: StatementSync;
  private readonly counter: StatementSync;
  private readonly setCounter: StatementSync;
  private readonly bumpCounter: StatementSync;
  private readonly rewrite: StatementSync;
  private readonly removeSegment: StatementSync;
  private readonly addRun: StatementSync;
  private readonly removeRun: StatementSync;
  private readonly dirtyTraces: StatementSync;
  private readonly awaitingTraces: StatementSync;
  private readonly awaited = new AwaitedRoots();
  private readonly nowMs: () => number;
  private readonly onError: (error: Error) => void;
  private newTraces = 0;
  /** Which traces wait is to be read from the store: after a start, and after a rollback. */
  private awaitedUnknown = true;

  constructor(
    database: DatabaseSync,
    views: SegmentViews,
    options: { readonly nowMs: () => number; readonly onError: (error: Error) => void },
  ) {
    this.nowMs = options.nowMs;
    this.onError = options.onError;
    this.views = views;
    this.names = new NameTables(database);
    this.traces = new TraceTable(database, views);
    this.failures = new FailureRows(database);
    this.counts = new CountDeltas(database);
    this.abandoned = new AbandonedRows(database);
    this.pending = database.prepare('SELECT id FROM segments WHERE id > ? ORDER BY id LIMIT ?');
    this.counter = database.prepare('SELECT value FROM counters WHERE name = ?');
    this.setCounter = database.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    this.bumpCounter = database.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
    );
    this.rewrite = database.prepare('UPDATE segments SET rows = ?, body = ? WHERE id = ?');
    this.removeSegment = database.prepare('DELETE FROM segments WHERE id = ? RETURNING kind, rows');
    this.addRun = database.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?)');
    this.removeRun = database.prepare('DELETE FROM runs WHERE startMs = ? AND trace = ? AND ordinal = ?');
    this.dirtyTraces = database.prepare('SELECT traceId FROM traces WHERE flags & 2 LIMIT ?');
    this.awaitingTraces = database.prepare('SELECT traceId FROM traces WHERE flags & 4');
  }

  /** Indexes at most `limit` segments; says how many traces changed, and how many segments were taken. */
  step(limit: number): { readonly traces: number; readonly segments: number } {
    const ids = this.pending.all(this.indexedSegment(), limit).map((row) => Number(row['id']));
    const touched = new Map<string, TraceEntry>();
    let spans = 0;
    for (const id of ids) {
      const view = this.views.get(id);
      if (view?.spans) {
        spans += this.takeSpans(view, touched);
      } else if (view?.logs) {
        this.takeLogs(view, touched);
      }
    }
    for (const entry of touched.values()) {
      if (entry.freshSpans > 0) {
        this.settle(entry, false);
      }
    }
    this.writeCounts();
    if (ids.length > 0) {
      this.setCounter.run('indexedSegment', ids.at(-1)!);
      this.bumpCounter.run('spans', spans);
      this.bumpCounter.run('traces', this.newTraces);
      this.newTraces = 0;
    }
    return { traces: touched.size, segments: ids.length };
  }

  /** Analyses at most `limit` traces whose analysis was put off; gives how many. */
  settleDirty(limit: number): number {
    const rows = this.dirtyTraces.all(limit);
    for (const row of rows) {
      this.settle(this.traces.load(keyOf(row)), true);
    }
    this.writeCounts();
    return rows.length;
  }

  /** Analyses at most `limit` traces whose root did not come in time, or all that wait for one; gives how many. */
  settleAwaiting(limit: number, all = false): number {
    if (this.awaitedUnknown) {
      this.awaitedUnknown = false;
      this.awaited.clear();
      for (const row of this.awaitingTraces.all()) {
        this.awaited.add(keyOf(row), this.nowMs());
      }
    }
    const keys = this.awaited.takeDue(all ? Infinity : this.nowMs(), limit);
    for (const key of keys) {
      const entry = this.traces.load(key);
      if (entry.id !== undefined) {
        this.settle(entry, true);
      }
    }
    this.writeCounts();
    return keys.length;
  }

  /** How long until {@link settleAwaiting} has something to do; `undefined` where no trace waits. */
  awaitingForMs(): number | undefined {
    const dueMs = this.awaitedUnknown ? this.nowMs() : this.awaited.nextDueMs();
    return dueMs === undefined ? undefined : Math.max(0, dueMs - this.nowMs());
  }

  /** Up to which segment everything is derived. */
  indexedSegment(): number {
    return Number(this.counter.get('indexedSegment')?.['value'] ?? 0);
  }

  /** Deletes a segment, and with it every trace that it holds a part of: half a trace would be counted as something it is not. */
  evict(id: number): void {
    const view = this.views.get(id);
    let spans = 0;
    let traces = 0;
    for (const key of view?.rowsByTrace.keys() ?? []) {
      const entry = this.traces.load(key);
      if (entry.id !== undefined && entry.segments.includes(id)) {
        this.takeBack(entry);
        this.traces.delete(entry);
        spans += entry.spanCount;
        traces++;
      }
    }
    this.writeCounts();
    this.bumpCounter.run('spans', -spans);
    this.bumpCounter.run('traces', -traces);
    const row = this.removeSegment.get(id);
    const counter = row && counterOfKind[Number(row['kind']) as SegmentKind];
    if (counter !== undefined) {
      this.bumpCounter.run(counter, -Number(row?.['rows']));
    }
    this.views.forget(id);
  }

  /** Forgets what memory holds of rows that a rollback took away. */
  reset(): void {
    this.awaitedUnknown = true;
    this.newTraces = 0;
    this.counts.clear();
    this.abandoned.clear();
    this.names.forget();
    this.traces.forget();
    this.failures.reset();
  }

  private takeSpans(view: SegmentView, touched: Map<string, TraceEntry>): number {
    const spans = view.spans!;
    const strings = stringsOf(spans);
    const repeated = new Set<number>();
    let added = 0;
    for (const [key, rows] of view.rowsByTrace) {
      const entry = this.entry(key, touched);
      const fresh = entry.segments.length === 0 ? rows : rows.filter((row) => !entry.has(view, row));
      if (fresh.length < rows.length) {
        for (const row of rows) {
          repeated.add(row);
        }
        for (const row of fresh) {
          repeated.delete(row);
        }
      }
      if (fresh.length > 0) {
        added += entry.addSpans(view, fresh);
        for (const row of fresh) {
          widen(entry, spans, row);
          if (isRoot(spans, row)) {
            entry.flags |= TraceBit.rooted;
          }
          entry.services.add(strings.get(spans.resources.services[spans.resource[row]!]!));
        }
      }
    }
    if (repeated.size > 0) {
      this.dropRows(view, repeated);
    }
    return added;
  }

  private takeLogs(view: SegmentView, touched: Map<string, TraceEntry>): void {
    for (const [key, rows] of view.rowsByTrace) {
      if (rows.some((row) => exceptionOfLog(view.logs!, row))) {
        this.entry(key, touched).addLogs(view);
      }
    }
  }

  private entry(key: string, touched: Map<string, TraceEntry>): TraceEntry {
    let entry = touched.get(key);
    if (!entry) {
      entry = this.traces.load(key);
      touched.set(key, entry);
    }
    return entry;
  }

  /** Takes rows that are stored already out of a segment, or the whole segment away. */
  private dropRows(view: SegmentView, repeated: ReadonlySet<number>): void {
    const kept: number[] = [];
    for (let row = 0; row < view.spans!.count; row++) {
      if (!repeated.has(row)) {
        kept.push(row);
      }
    }
    this.views.forget(view.id);
    if (kept.length === 0) {
      this.removeSegment.run(view.id);
      return;
    }
    const spans = selectSpans(view.spans!, kept);
    const body = encodeSpanTable(spans);
    this.rewrite.run(spans.count, body, view.id);
    this.views.remember(view.id, SegmentKind.spans, body);
  }

  /** Brings the rows and counts of a trace up to what is stored of it. */
  private settle(entry: TraceEntry, now: boolean): void {
    const known = entry.spanCount - entry.freshSpans;
    if (
      !now &&
      entry.id !== undefined &&
      known > eagerSpans &&
      (isDirty(entry) || entry.freshSpans * 2 < known)
    ) {
      entry.flags |= TraceBit.dirty;
      this.traces.save(entry, contributionFromText(entry.runs)[0]?.operation);
      return;
    }
    if (!now && (entry.flags & TraceBit.rooted) === 0 && this.awaited.add(entry.key, this.nowMs())) {
      if (entry.id === undefined) {
        this.newTraces++;
      }
      entry.flags |= TraceBit.awaitsRoot;
      this.traces.save(entry, contributionFromText(entry.runs)[0]?.operation);
      return;
    }
    this.awaited.remove(entry.key);
    const { spans, logs, rows } = entry.parts();
    const runs = this.runsOf(entry, () => runsOfTrace(spans, logs, rows === entry.spanCount));
    const isNew = entry.id === undefined;
    const contribution = runs.map((run) => {
      const operation = this.names.operation(run.entryService, run.operation);
      return {
        operation,
        startMs: run.startMs,
        failed: run.failed,
        failures: run.failures.map((failure) => ({
          group: this.failures.group(failure, operation, run.startMs),
          recovered: !failure.failedRun,
        })),
      };
    });
    const text = textFromContribution(contribution);
    // The same failures may now have another origin: their rows are written anew.
    const changed = text !== entry.runs || runs.some((run) => run.failures.length > 0);
    if (changed && !isNew) {
      this.takeBack(entry);
    }
    entry.runs = text;
    entry.flags = (entry.flags & TraceBit.rooted) | (runs.some((run) => run.failed) ? TraceBit.failed : 0);
    this.traces.save(entry, contribution[0]?.operation);
    if (isNew) {
      this.newTraces++;
    }
    if (changed) {
      this.count(entry.id!, contribution);
      runs.forEach((run, ordinal) => {
        run.failures.forEach((failure, i) => {
          const { group } = contribution[ordinal]!.failures[i]!;
          this.failures.add(group, failure, run.startMs, entry.id!, entry.key);
        });
      });
    }
  }

  /** A trace that breaks the analysis must not stop those behind it: it is listed without runs, and the error is told. */
  private runsOf(entry: TraceEntry, analyse: () => readonly VerdictRun[]): readonly VerdictRun[] {
    try {
      return analyse();
    } catch (error) {
      this.onError(new Error(`trace ${hexFromKey(entry.key)} cannot be analysed`, { cause: error }));
      return [];
    }
  }

  private count(trace: number, contribution: Contribution): void {
    this.counts.add(contribution, 1);
    contribution.forEach((run, ordinal) => {
      this.addRun.run(run.startMs, trace, ordinal, run.operation, run.failed ? 1 : 0);
    });
  }

  /** Writes what changed in counts, and lets go of what then counts nothing. */
  private writeCounts(): void {
    this.counts.write();
    this.failures.write();
    if (this.abandoned.remove()) {
      this.names.forget();
      this.failures.forget();
    }
  }

  private takeBack(entry: TraceEntry): void {
    const contribution = contributionFromText(entry.runs);
    this.counts.add(contribution, -1);
    contribution.forEach((run, ordinal) => {
      this.abandoned.note(run);
      this.removeRun.run(run.startMs, entry.id!, ordinal);
    });
    if (contribution.some((run) => run.failures.length > 0)) {
      this.failures.removeOfTrace(entry.id!);
    }
  }
}

function keyOf(row: Record<string, unknown>): string {
  return Buffer.from(row['traceId'] as Uint8Array).toString('latin1');
}

function widen(entry: TraceEntry, spans: NonNullable<SegmentView['spans']>, row: number): void {
  const startMs = startMsOf(spans, row);
  const endNs = spans.endUnixNano[row]!;
  entry.startMs = Math.min(entry.startMs, startMs);
  entry.endMs = Math.max(entry.endMs, endNs === 0n ? startMs : Number(endNs) / 1e6);
}
