import type { Trace } from '../model/trace';
import { revisionAttributes } from '../drift/revisionCandidates';
import { findErrorPaths, ExceptionsOf, type ErrorPath } from './errorPaths';
import { failingPath } from './failingPath';
import { failureCause, type FailureCause } from './failureCause';
import type { FailureOrigin } from './failureGroup';
import { failureSpansFromTrace, type FailureSpans } from './failureSpans';
import { fingerprintOf } from './fingerprint';
import { findRuns, type RunRows, type TraceRuns } from './runs';
import { stableHash } from './stableHash';
import type { FailureOccurrence, TraceAnalysis, TraceRun } from './traceAnalysis';

/** Longest message that is kept, in UTF-16 units. */
const MAX_MESSAGE_CHARS = 4096;

/** Runs and failures of a built trace. */
export function analyseTrace(trace: Trace): TraceAnalysis {
  return analyseSpans(failureSpansFromTrace(trace));
}

/** Runs and failures of the spans of one trace; linear in their number. The order in which they arrived changes nothing. */
export function analyseSpans(spans: FailureSpans): TraceAnalysis {
  const traceRuns = findRuns(spans);
  const failures = anyError(spans) ? findFailures(spans, traceRuns) : undefined;
  return {
    traceId: spans.traceId,
    runs: traceRuns.runs.map((run, index): TraceRun => ({
      entrySpanId: spans.spanId(run.entry),
      entryService: spans.service(run.entry),
      operation: spans.name(run.entry),
      startMs: spans.startMs(run.entry),
      durationMs: spans.durationNs[run.entry]! / 1e6,
      failed: run.failed,
      failures: failures?.[index] ?? [],
    })),
  };
}

function anyError(spans: FailureSpans): boolean {
  for (let row = 0; row < spans.count; row++) {
    if (spans.isError(row)) {
      return true;
    }
  }
  return false;
}

function findFailures(spans: FailureSpans, traceRuns: TraceRuns): readonly (readonly FailureOccurrence[])[] {
  const exceptions = new ExceptionsOf(spans);
  const { ofRuns, onPath } = findErrorPaths(spans, traceRuns, exceptions);
  return traceRuns.runs.map((run, index) => {
    const paths = ofRuns[index]!.filter((path) => !isAnswer(spans, run, path));
    const failing = run.failed ? failingPath(spans, traceRuns.parent, onPath, exceptions, paths) : undefined;
    const occurrences = paths.map((path) =>
      occurrence(spans, run, failureCause(spans, traceRuns.parent, exceptions, path), path === failing),
    );
    return onePerGroup(occurrences);
  });
}

/**
 * An error that became the run's own answer, where that answer says that the request was at fault (404, `NOT_FOUND`): nothing failed. Clients mark
 * such answers as errors, servers do not.
 */
function isAnswer(spans: FailureSpans, run: RunRows, path: ErrorPath): boolean {
  if (run.failed || !path.escaped) {
    return false;
  }
  const answer = spans.answer(run.entry);
  return answer?.protocol === 'http' ? answer.code >= 400 && answer.code < 500 : (answer?.code ?? 0) > 0;
}

function occurrence(
  spans: FailureSpans,
  run: RunRows,
  cause: FailureCause,
  failedRun: boolean,
): FailureOccurrence {
  const { row } = cause;
  const message = (cause.message ?? messageOf(spans, row)).slice(0, MAX_MESSAGE_CHARS);
  const service = spans.service(row);
  const fingerprint = fingerprintOf({
    service,
    spanName: spans.name(row),
    type: cause.type,
    message,
    frames: cause.parsed?.frames ?? [],
  });
  return {
    groupId: stableHash([spans.service(run.entry), spans.name(run.entry), fingerprint].join('\u0000')),
    fingerprint,
    type: cause.type ?? 'error',
    message,
    failedRun,
    origin: origin(spans, cause, service),
  };
}

/** Of a span that failed without exception: its status message, else the code it was answered. */
function messageOf(spans: FailureSpans, row: number): string {
  const status = spans.statusMessage(row);
  const answer = spans.answer(row);
  if (status !== '' || !answer) {
    return status;
  }
  return answer.protocol === 'http' ? `HTTP ${answer.code}` : `gRPC ${answer.code}`;
}

function origin(spans: FailureSpans, cause: FailureCause, service: string): FailureOrigin {
  const { row, type, message, stack } = cause;
  const serviceVersion = spans.resourceText(row, 'service.version');
  const revision = revisionAttributes(spans.resourceAttributes(row));
  const language = spans.resourceText(row, 'telemetry.sdk.language');
  return {
    traceId: spans.traceId,
    spanId: spans.spanId(row),
    spanName: spans.name(row),
    service,
    ...(serviceVersion !== undefined && { serviceVersion }),
    ...(revision !== undefined && { revisionAttributes: revision }),
    ...(language !== undefined && { language }),
    ...(type !== undefined && { exceptionType: type }),
    ...(message !== undefined && { exceptionMessage: message.slice(0, MAX_MESSAGE_CHARS) }),
    ...(stack !== undefined && { stack }),
  };
}

/** A run counts once for a group, as failing if any of its failures failed it. */
function onePerGroup(occurrences: readonly FailureOccurrence[]): readonly FailureOccurrence[] {
  const sorted = [...occurrences].sort((a, b) => Number(b.failedRun) - Number(a.failedRun));
  const byGroup = new Map<string, FailureOccurrence>();
  for (const item of sorted) {
    if (!byGroup.has(item.groupId)) {
      byGroup.set(item.groupId, item);
    }
  }
  return [...byGroup.values()];
}
