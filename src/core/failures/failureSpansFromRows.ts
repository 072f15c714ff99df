import { exceptionOfLog, type SpanException } from '../model/exceptions';
import { spanIdAt, traceIdAt } from '../model/ids';
import { isMoreComplete } from '../model/spanComparison';
import type { LogTable, SpanTable } from '../model/spanTable';
import { FailureSpans } from './failureSpans';

/** Rows of one trace within a table of any traces. */
export interface TraceRows {
  readonly spans: SpanTable;
  readonly rows: ArrayLike<number>;
}

/** Rows of log records of the same trace. */
export interface LogRows {
  readonly logs: LogTable;
  readonly rows: ArrayLike<number>;
}

/**
 * The spans of one trace out of the batches it came in, in any order and with repetitions, without building the trace: only ids and
 * times are read. `parts` hold at least one row.
 */
export function failureSpansFromRows(
  parts: readonly TraceRows[],
  logs: readonly LogRows[] = [],
): FailureSpans {
  const sent = sentSpans(parts);
  const rowOfId = new Map<string, number>();
  for (let index = 0; index < sent.length; index++) {
    const { id } = sent[index]!;
    const before = rowOfId.get(id);
    if (before === undefined || isBetter(parts, sent[index]!, sent[before]!)) {
      rowOfId.set(id, index);
    }
  }
  const { order, parentOf } = parentsFirst(sent, rowOfId);
  const count = order.length;
  const parent = new Int32Array(count);
  const startNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  const tableOf = new Uint32Array(count);
  const tableRow = new Uint32Array(count);
  const newRow = new Map<number, number>();
  const epoch = sent[0]!.start;
  order.forEach((index, row) => {
    const span = sent[index]!;
    const { spans } = parts[span.part]!;
    newRow.set(index, row);
    parent[row] = newRow.get(parentOf.get(index) ?? -1) ?? -1;
    startNs[row] = Number(span.start - epoch);
    durationNs[row] = Math.max(0, Number(spans.endUnixNano[span.row]! - span.start));
    tableOf[row] = span.part;
    tableRow[row] = span.row;
  });
  const first = sent[0]!;
  return new FailureSpans({
    traceId: traceIdAt(parts[first.part]!.spans.traceIds, first.row),
    parent,
    startNs,
    durationNs,
    tables: parts.map((part) => part.spans),
    tableOf,
    tableRow,
    logged: loggedExceptions(logs, (id) => newRow.get(rowOfId.get(id) ?? -1)),
  });
}

function loggedExceptions(
  logs: readonly LogRows[],
  rowOf: (spanId: string) => number | undefined,
): ReadonlyMap<number, readonly SpanException[]> {
  const logged = new Map<number, SpanException[]>();
  for (const { logs: table, rows } of logs) {
    for (let i = 0; i < rows.length; i++) {
      const row = rowOf(spanIdAt(table.spanIds, rows[i]!));
      const exception = row === undefined ? undefined : exceptionOfLog(table, rows[i]!);
      if (row !== undefined && exception) {
        logged.set(row, [...(logged.get(row) ?? []), exception]);
      }
    }
  }
  return logged;
}

/** Of two spans with one id the more complete is kept, as when the trace is built. */
function isBetter(parts: readonly TraceRows[], a: SentSpan, b: SentSpan): boolean {
  return isMoreComplete(parts[a.part]!.spans, a.row, parts[b.part]!.spans, b.row);
}

interface SentSpan {
  readonly part: number;
  readonly row: number;
  readonly id: string;
  readonly parentId: string;
  readonly start: bigint;
}

const NO_ID = '0000000000000000';

/** All spans by start and id, so that nothing depends on the order of arrival. */
function sentSpans(parts: readonly TraceRows[]): SentSpan[] {
  const sent: SentSpan[] = [];
  parts.forEach(({ spans, rows }, part) => {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      sent.push({
        part,
        row,
        id: spanIdAt(spans.spanIds, row),
        parentId: spanIdAt(spans.parentSpanIds, row),
        start: spans.startUnixNano[row]!,
      });
    }
  });
  return sent.sort((a, b) =>
    a.start === b.start ? (a.id < b.id ? -1 : a.id === b.id ? 0 : 1) : a.start < b.start ? -1 : 1,
  );
}

/** Indexes into `sent` in depth-first order, each id once; a cycle is cut at its earliest span. */
function parentsFirst(
  sent: readonly SentSpan[],
  rowOfId: ReadonlyMap<string, number>,
): { readonly order: readonly number[]; readonly parentOf: ReadonlyMap<number, number> } {
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  for (const index of rowOfId.values()) {
    const { parentId } = sent[index]!;
    const parent = parentId === NO_ID ? undefined : rowOfId.get(parentId);
    if (parent === undefined || parent === index) {
      roots.push(index);
    } else {
      const siblings = children.get(parent);
      if (siblings) {
        siblings.push(index);
      } else {
        children.set(parent, [index]);
      }
    }
  }
  const order: number[] = [];
  const parentOf = new Map<number, number>();
  const seen = new Set<number>();
  const walk = (root: number): void => {
    const stack = [root];
    seen.add(root);
    while (stack.length > 0) {
      const index = stack.pop()!;
      order.push(index);
      const below = children.get(index) ?? [];
      for (let i = below.length - 1; i >= 0; i--) {
        const child = below[i]!;
        if (!seen.has(child)) {
          seen.add(child);
          parentOf.set(child, index);
          stack.push(child);
        }
      }
    }
  };
  roots.forEach(walk);
  for (const index of rowOfId.values()) {
    if (!seen.has(index)) {
      walk(index);
    }
  }
  return { order, parentOf };
}
