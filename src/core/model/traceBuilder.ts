import { exceptionOfLog, exceptionsOfSpan, isSameException, type SpanException } from './exceptions';
import { bytesFromHex, type TraceId } from './ids';
import { ProblemList } from './problemList';
import { SpanCopier } from './spanCopier';
import { SpanIdIndex } from './spanIndex';
import { isSameSpan, isMoreComplete } from './spanComparison';
import { SpanMark, type LogTable, type SpanTable } from './spanTable';
import { cutHere, inCycle, spanTree, type SpanTree } from './spanTree';
import { SpanFlag, type Trace } from './trace';
import { traceTimes, type TraceTimes } from './traceTimes';
import { isUtf8 } from './utf8';

/** Rows of one table that may belong to a trace; all rows where none are given. Rows of other traces are passed over. */
export interface TraceSource<Table> {
  readonly table: Table;
  readonly rows?: ArrayLike<number>;
}

/** Some SDKs start spans at whole milliseconds with exact durations, so that children seem to leave their parent by up to 2 ms. */
const skewToleranceNs = 2_000_000;

/** One span of the trace by the table and row it comes from. */
interface Entry {
  readonly table: SpanTable;
  readonly row: number;
}

/**
 * One trace out of batches in order of arrival. Spans with the same id become one: equal ones are listed as
 * `duplicateSpans`; of different ones the most complete is shown and listed (`conflictingSpans`): an ended one before an open one,
 * then the one with more attributes and events, then the first. Exceptions of `logs` become events of their span.
 */
export function traceFromTables(
  traceId: TraceId,
  sources: readonly TraceSource<SpanTable>[],
  logs: readonly TraceSource<LogTable>[] = [],
): Trace {
  const idBytes = bytesFromHex(traceId);
  const candidates: Entry[] = [];
  for (const { table, rows } of sources) {
    forRowsOfTrace(table.traceIds, table.count, rows, idBytes, (row) => candidates.push({ table, row }));
  }
  const { entries, duplicates, conflicting } = withoutDuplicates(candidates);
  const ids = gatherIds(entries, (table) => table.spanIds);
  const index = new SpanIdIndex(ids, entries.length);
  for (let entry = 0; entry < entries.length; entry++) {
    index.add(entry);
  }
  const starts = BigUint64Array.from(entries, ({ table, row }) => table.startUnixNano[row]!);
  const tree = spanTree(
    ids,
    gatherIds(entries, (table) => table.parentSpanIds),
    index,
    (a, b) => (starts[a]! < starts[b]! ? -1 : starts[a]! > starts[b]! ? 1 : a - b),
  );
  const spans = copySpans(entries, tree.order, logEventsBySpan(idBytes, logs, index));
  return assemble(traceId, spans, tree, duplicates, conflicting);
}

function forRowsOfTrace(
  traceIds: Uint8Array,
  count: number,
  rows: ArrayLike<number> | undefined,
  id: Uint8Array,
  visit: (row: number) => void,
): void {
  const total = rows ? rows.length : count;
  for (let i = 0; i < total; i++) {
    const row = rows ? rows[i]! : i;
    let same = 0;
    while (same < 16 && traceIds[row * 16 + same] === id[same]) {
      same++;
    }
    if (same === 16) {
      visit(row);
    }
  }
}

function gatherIds(entries: readonly Entry[], column: (table: SpanTable) => Uint8Array): Uint8Array {
  const ids = new Uint8Array(entries.length * 8);
  entries.forEach(({ table, row }, entry) => {
    const from = column(table);
    for (let i = 0; i < 8; i++) {
      ids[entry * 8 + i] = from[row * 8 + i]!;
    }
  });
  return ids;
}

function withoutDuplicates(candidates: readonly Entry[]): {
  readonly entries: readonly Entry[];
  readonly duplicates: ReadonlySet<number>;
  readonly conflicting: ReadonlySet<number>;
} {
  const ids = gatherIds(candidates, (table) => table.spanIds);
  const index = new SpanIdIndex(ids, candidates.length);
  const entries: Entry[] = [];
  /** Entry by candidate, for candidates that came first. */
  const entryOf = new Int32Array(candidates.length);
  const duplicates = new Set<number>();
  const conflicting = new Set<number>();
  candidates.forEach((candidate, i) => {
    const before = index.add(i);
    if (before < 0) {
      entryOf[i] = entries.length;
      entries.push(candidate);
      return;
    }
    const entry = entryOf[before]!;
    const kept = entries[entry]!;
    const isSame = isSameSpan(kept.table, kept.row, candidate.table, candidate.row);
    (isSame ? duplicates : conflicting).add(entry);
    if (!isSame && isMoreComplete(candidate.table, candidate.row, kept.table, kept.row)) {
      entries[entry] = candidate;
    }
  });
  return { entries, duplicates, conflicting };
}

interface LogRow {
  readonly logs: LogTable;
  readonly row: number;
}

/** Log records with exceptions by the entry of their span; records of unknown spans have no place in the trace. */
function logEventsBySpan(
  id: Uint8Array,
  logs: readonly TraceSource<LogTable>[],
  index: SpanIdIndex,
): ReadonlyMap<number, LogRow[]> {
  const bySpan = new Map<number, LogRow[]>();
  for (const { table, rows } of logs) {
    forRowsOfTrace(table.traceIds, table.count, rows, id, (row) => {
      const entry = index.find(table.spanIds, row);
      if (entry >= 0 && exceptionOfLog(table, row)) {
        const list = bySpan.get(entry) ?? [];
        list.push({ logs: table, row });
        bySpan.set(entry, list);
      }
    });
  }
  return bySpan;
}

function copySpans(
  entries: readonly Entry[],
  order: Uint32Array,
  logEvents: ReadonlyMap<number, readonly LogRow[]>,
): SpanTable {
  const copier = new SpanCopier();
  for (const entry of order) {
    const { table, row } = entries[entry]!;
    copier.open(table, row);
    const added = logEvents.get(entry);
    if (added) {
      const known: Pick<SpanException, 'type' | 'message' | 'stack'>[] = exceptionsOfSpan(table, row);
      for (const log of added) {
        const exception = exceptionOfLog(log.logs, log.row);
        // A retried export repeats the record; past this many the comparison would no longer be linear.
        const isKnown =
          exception !== undefined &&
          known.length <= 32 &&
          known.some(
            (other) => isSameException(other, exception) && (other.stack !== '' || exception.stack === ''),
          );
        if (exception && !isKnown) {
          known.push(exception);
          copier.addLogEvent(log.logs, log.row);
        }
      }
    }
    copier.close();
  }
  return copier.build();
}

function assemble(
  traceId: TraceId,
  spans: SpanTable,
  tree: SpanTree,
  duplicates: ReadonlySet<number>,
  conflicting: ReadonlySet<number>,
): Trace {
  const { count } = spans;
  const rowOf = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    rowOf[tree.order[row]!] = row;
  }
  const times = traceTimes(spans.startUnixNano, spans.endUnixNano);
  const parent = new Int32Array(count);
  const depth = new Uint32Array(count);
  const subtreeEnd = new Uint32Array(count);
  const service = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const parentEntry = tree.parent[tree.order[row]!]!;
    const parentRow = parentEntry < 0 ? -1 : rowOf[parentEntry]!;
    parent[row] = parentRow;
    depth[row] = parentRow < 0 ? 0 : depth[parentRow]! + 1;
    subtreeEnd[row] = row + 1;
    service[row] = spans.resources.services[spans.resource[row]!]!;
  }
  for (let row = count - 1; row >= 0; row--) {
    const parentRow = parent[row]!;
    if (parentRow >= 0) {
      subtreeEnd[parentRow] = Math.max(subtreeEnd[parentRow]!, subtreeEnd[row]!);
    }
  }
  const problems = new ProblemList();
  const flags = rowFlags(spans, tree, times, parent, problems);
  for (const [code, entries] of [
    ['duplicateSpans', duplicates],
    ['conflictingSpans', conflicting],
  ] as const) {
    for (const entry of entries) {
      problems.add(code, rowOf[entry]!);
    }
  }
  addInvalidTexts(spans, problems);
  return {
    traceId,
    epochNs: times.epochNs,
    durationNs: times.durationNs,
    spans,
    startNs: times.startNs,
    spanDurationNs: times.spanDurationNs,
    parent,
    depth,
    subtreeEnd,
    service,
    flags,
    problems: problems.list(),
  };
}

function rowFlags(
  spans: SpanTable,
  tree: SpanTree,
  times: TraceTimes,
  parent: Int32Array,
  problems: ProblemList,
): Uint16Array<ArrayBuffer> {
  const flags = new Uint16Array(spans.count);
  let firstRoot = -1;
  let isSecondRoot = false;
  for (let row = 0; row < spans.count; row++) {
    const entry = tree.order[row]!;
    const marks = spans.marks[row]!;
    const parentRow = parent[row]!;
    let flag =
      (marks & SpanMark.error ? SpanFlag.error : 0) | (marks & SpanMark.exception ? SpanFlag.exception : 0);
    if (tree.orphans[entry] === 1) {
      flag |= SpanFlag.orphan;
      problems.add('orphanSpans', row);
    } else if (tree.cycles[entry] === cutHere) {
      flag |= SpanFlag.cycle;
    } else if (parentRow < 0) {
      if (firstRoot < 0) {
        firstRoot = row;
      } else {
        if (!isSecondRoot) {
          problems.add('severalRoots', firstRoot);
          isSecondRoot = true;
        }
        problems.add('severalRoots', row);
      }
    }
    if (tree.cycles[entry]! >= inCycle) {
      problems.add('cycle', row);
    }
    if ((marks & SpanMark.open) !== 0) {
      flag |= SpanFlag.open;
      problems.add('openSpans', row);
    } else if (spans.endUnixNano[row]! < spans.startUnixNano[row]!) {
      flag |= SpanFlag.negativeDuration;
      problems.add('negativeDuration', row);
    }
    if (times.clamped[row] === 1) {
      flag |= SpanFlag.clamped;
      problems.add('clampedTime', row);
    } else if (
      parentRow >= 0 &&
      times.clamped[parentRow] === 0 &&
      times.startNs[row]! < times.startNs[parentRow]! - skewToleranceNs
    ) {
      flag |= SpanFlag.skewed;
      problems.add('clockSkew', row);
    }
    flags[row] = flag;
  }
  return flags;
}

/** Lists spans that hold text which is not UTF-8, if there is any at all. */
function addInvalidTexts(spans: SpanTable, problems: ProblemList): void {
  const { bytes, offsets } = spans.strings;
  const invalid = new Set<number>();
  for (let number = 1; number + 1 < offsets.length; number++) {
    if (!isUtf8(bytes, offsets[number]!, offsets[number + 1]!)) {
      invalid.add(number);
    }
  }
  if (invalid.size === 0) {
    return;
  }
  const { attributes, events } = spans;
  const hasInvalid = (column: Uint32Array, from: number, to: number): boolean => {
    for (let i = from; i < to; i++) {
      if (invalid.has(column[i]!)) {
        return true;
      }
    }
    return false;
  };
  for (let row = 0; row < spans.count; row++) {
    const firstEvent = events.offsets[row]!;
    const lastEvent = events.offsets[row + 1]!;
    const from = attributes.offsets[row]!;
    const to = attributes.offsets[row + 1]!;
    const eventsFrom = events.attributes.offsets[firstEvent]!;
    const eventsTo = events.attributes.offsets[lastEvent]!;
    if (
      invalid.has(spans.names[row]!) ||
      invalid.has(spans.statusMessages[row]!) ||
      hasInvalid(attributes.keys, from, to) ||
      hasInvalid(attributes.values, from, to) ||
      hasInvalid(events.names, firstEvent, lastEvent) ||
      hasInvalid(events.attributes.keys, eventsFrom, eventsTo) ||
      hasInvalid(events.attributes.values, eventsFrom, eventsTo)
    ) {
      problems.add('invalidText', row);
    }
  }
}
