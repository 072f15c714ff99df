import { analyseSpans } from '../../core/failures/analyseTrace';
import { failureSpansFromRows } from '../../core/failures/failureSpansFromRows';
import type { TraceRun } from '../../core/failures/traceAnalysis';
import { stringsOf } from '../../core/model/attributes';
import { SpanMark, type LogTable, type SpanTable } from '../../core/model/spanTable';

/** Rows of one trace in one segment. */
export interface SpanPart {
  readonly spans: SpanTable;
  readonly rows: readonly number[];
}

/** Log records of one trace in one segment. */
export interface LogPart {
  readonly logs: LogTable;
  readonly rows: readonly number[];
}

/** A run as the store counts it. */
export type VerdictRun = Pick<TraceRun, 'entryService' | 'operation' | 'startMs' | 'failed' | 'failures'>;

/** Runs of a trace by start, the first of which stands for the trace. `isPlain`: no span id occurs twice in `parts`. */
export function runsOfTrace(
  parts: readonly SpanPart[],
  logs: readonly LogPart[],
  isPlain: boolean,
): readonly VerdictRun[] {
  const good = isPlain && logs.length === 0 ? goodRuns(parts) : undefined;
  const runs = good ?? (parts.length > 0 ? analyseSpans(failureSpansFromRows(parts, logs)).runs : []);
  return runs.length < 2 ? runs : [...runs].sort((a, b) => a.startMs - b.startMs);
}

/** Most traces have a root and no error: then every root is a good run, and nothing else needs to be known. */
function goodRuns(parts: readonly SpanPart[]): readonly VerdictRun[] | undefined {
  const runs: VerdictRun[] = [];
  for (const { spans, rows } of parts) {
    const strings = stringsOf(spans);
    for (const row of rows) {
      if ((spans.marks[row]! & (SpanMark.error | SpanMark.exception)) !== 0) {
        return undefined;
      }
      if (isRoot(spans, row)) {
        runs.push({
          entryService: strings.get(spans.resources.services[spans.resource[row]!]!),
          operation: strings.get(spans.names[row]!),
          startMs: startMsOf(spans, row),
          failed: false,
          failures: [],
        });
      }
    }
  }
  return runs.length > 0 ? runs : undefined;
}

/** Start of a span in milliseconds since the Unix epoch. */
export function startMsOf(spans: SpanTable, row: number): number {
  return Number(spans.startUnixNano[row]! / 1_000_000n);
}

/** Whether a span names no parent. */
export function isRoot(spans: SpanTable, row: number): boolean {
  for (let at = row * 8; at < row * 8 + 8; at++) {
    if (spans.parentSpanIds[at] !== 0) {
      return false;
    }
  }
  return true;
}
