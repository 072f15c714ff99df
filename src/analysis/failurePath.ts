import { analyseTrace } from '../core/failures/analyseTrace';
import type { FailureOccurrence, TraceRun } from '../core/failures/traceAnalysis';
import { stringsOf } from '../core/model/attributes';
import { spanIdAt } from '../core/model/ids';
import { SpanFlag, type Trace } from '../core/model/trace';
import type { PathSpan } from '../protocol/analysis';
import type { WorkspaceLines } from './lines/workspaceLines';

/** Spans from the entry of a failing run down to where its failure began; of the group's failure, else of the first one. */
export async function failurePath(
  trace: Trace,
  groupId: string | undefined,
  lines: WorkspaceLines,
  signal: AbortSignal,
): Promise<readonly PathSpan[]> {
  const found = findFailure(analyseTrace(trace).runs, groupId);
  if (!found) {
    return [];
  }
  const originRow = rowOfSpan(trace, found.failure.origin.spanId);
  if (originRow === undefined) {
    return [];
  }
  const strings = stringsOf(trace.spans);
  const path: PathSpan[] = [];
  for (const row of rowsDown(trace, originRow, found.run.entrySpanId)) {
    signal.throwIfAborted();
    const origin = row === originRow;
    const frame = origin
      ? ((await lines.ofOrigin(found.failure.origin)) ?? (await lines.ofSpan(trace, row)))
      : await lines.ofSpan(trace, row);
    path.push({
      row,
      spanId: spanIdAt(trace.spans.spanIds, row),
      service: strings.get(trace.service[row]!),
      name: strings.get(trace.spans.names[row]!),
      durationMs: trace.spanDurationNs[row]! / 1e6,
      error: (trace.flags[row]! & SpanFlag.error) !== 0,
      origin,
      ...(frame ? { frame } : {}),
      exceptions: origin ? await lines.exceptionsOfSpan(trace, row) : [],
    });
  }
  return path;
}

function findFailure(
  runs: readonly TraceRun[],
  groupId: string | undefined,
): { readonly run: TraceRun; readonly failure: FailureOccurrence } | undefined {
  let first: { readonly run: TraceRun; readonly failure: FailureOccurrence } | undefined;
  for (const run of runs) {
    for (const failure of run.failures) {
      if (failure.groupId === groupId) {
        return { run, failure };
      }
      // A failure that failed its run says more than one that was recovered.
      if (!first || (failure.failedRun && !first.failure.failedRun)) {
        first = { run, failure };
      }
    }
  }
  return first;
}

function rowOfSpan(trace: Trace, spanId: string): number | undefined {
  for (let row = 0; row < trace.spans.count; row++) {
    if (spanIdAt(trace.spans.spanIds, row) === spanId) {
      return row;
    }
  }
  return undefined;
}

/** Rows from the entry, or from the root where the entry is not above, down to `originRow`. */
function rowsDown(trace: Trace, originRow: number, entrySpanId: string): readonly number[] {
  const rows: number[] = [];
  for (let row = originRow; row >= 0; row = trace.parent[row]!) {
    rows.push(row);
    if (spanIdAt(trace.spans.spanIds, row) === entrySpanId) {
      break;
    }
  }
  return rows.reverse();
}
