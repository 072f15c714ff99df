import { ok, err, type Result } from '../../base/result';
import { analyseSpans } from '../../core/failures/analyseTrace';
import type { FailureGroup, FailureList, TimeWindow } from '../../core/failures/failureGroup';
import { failureSpansFromRows } from '../../core/failures/failureSpansFromRows';
import { failureListFrom } from '../../core/failures/groups';
import type { TraceAnalysis, TraceRun } from '../../core/failures/traceAnalysis';
import { spansFromJaegerJson } from '../../core/codecs/jaegerJson';
import { traceIdAt, type TraceId } from '../../core/model/ids';
import type { SpanTable } from '../../core/model/spanTable';
import { stringsOf } from '../../core/model/attributes';
import type { Trace } from '../../core/model/trace';
import { traceFromTables } from '../../core/model/traceBuilder';
import type { OpenConnection } from '../../protocol/analysis';
import type {
  BackendError,
  Completeness,
  TraceBackend,
  TraceQuery,
  TraceSummary,
} from '../../protocol/backend';
import type { HttpClient } from '../http';
import { JaegerClient, searchParameters, type JaegerSearch } from './jaegerClient';

/** Traces per search: an answer holds whole traces, so a hundred can be tens of megabytes. */
const SEARCH_LIMIT = 100;
/** Searches under way at once. */
const PARALLEL = 4;

/** Traces of one or more searches, each once. */
interface Found {
  readonly traces: readonly FoundTrace[];
  readonly completeness: Completeness;
}

interface FoundTrace {
  readonly analysis: TraceAnalysis;
  /** Found by a search for all traces, not only by one for failed ones: counts as a run. */
  readonly isRun: boolean;
  readonly spanCount: number;
  readonly services: readonly string[];
}

/** Jaeger through its classic HTTP API (up to 2.20), and look-alikes. */
export class JaegerBackend implements TraceBackend {
  readonly connectionId: string;
  private readonly client: JaegerClient;

  constructor(http: HttpClient, connection: OpenConnection) {
    this.connectionId = connection.id;
    this.client = new JaegerClient(http, connection);
  }

  async failures(
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<Result<FailureList & { readonly completeness: Completeness }, BackendError>> {
    const found = await this.find(window, [true, false], SEARCH_LIMIT, signal);
    if (!found.ok) {
      return found;
    }
    const { traces, completeness } = found.value;
    const { complete } = completeness;
    const list = failureListFrom(
      traces.map(({ analysis }) => analysis),
      { window, complete },
    );
    return ok({
      ...(complete ? list : { ...list, groups: withRunsOfSecondSearch(list.groups, traces, window) }),
      completeness,
    });
  }

  async traces(
    query: TraceQuery,
    signal: AbortSignal,
  ): Promise<
    Result<{ readonly traces: readonly TraceSummary[]; readonly completeness: Completeness }, BackendError>
  > {
    const failedOnly = query.filter === 'failed' || query.groupId !== undefined;
    const limit = Math.max(1, Math.min(query.limit, SEARCH_LIMIT));
    const found = await this.find(query.window, [failedOnly], limit, signal);
    if (!found.ok) {
      return found;
    }
    const { groupId } = query;
    const failedRun =
      groupId !== undefined &&
      found.value.traces.some((trace) => runOfGroup(trace, groupId, true, query.window));
    const summaries = found.value.traces
      .flatMap((trace) => {
        const run =
          groupId === undefined
            ? trace.analysis.runs.find(({ failed }) => query.filter === 'all' || failed)
            : runOfGroup(trace, groupId, failedRun, query.window);
        return run ? this.summary(trace, run, query) : [];
      })
      .sort((a, b) => b.startMs - a.startMs);
    const { completeness } = found.value;
    return ok({
      traces: summaries.slice(0, query.limit),
      completeness:
        summaries.length > query.limit
          ? { ...completeness, complete: false, limit: query.limit }
          : completeness,
    });
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    const answer = await this.client.trace(id, signal);
    if (!answer.ok) {
      return answer;
    }
    const { spans } = spansFromJaegerJson(answer.value);
    const trace = traceFromTables(id, [{ table: spans }]);
    return trace.spans.count > 0
      ? ok(trace)
      : err({ kind: 'badResponse', target: this.client.host, reason: 'notJson' });
  }

  async test(signal: AbortSignal): Promise<Result<{ readonly services: number }, BackendError>> {
    const services = await this.client.services(signal);
    return services.ok ? ok({ services: services.value.length }) : services;
  }

  /** Searches every service, failed traces, all traces or both; a search finds only traces with a matching span of its service. */
  private async find(
    window: TimeWindow,
    kinds: readonly boolean[],
    limit: number,
    signal: AbortSignal,
  ): Promise<Result<Found, BackendError>> {
    const services = await this.client.services(signal);
    if (!services.ok) {
      return services;
    }
    const searches = services.value.flatMap((service) =>
      kinds.map((failedOnly): JaegerSearch => ({ service, failedOnly, window, limit })),
    );
    const byId = new Map<TraceId, FoundTrace>();
    // Closures of several workers write it.
    const state: { isLimited: boolean; error?: BackendError } = { isLimited: false };
    await inParallel(searches, PARALLEL, async (search) => {
      if (state.error) {
        return;
      }
      const answer = await this.client.search(search, signal);
      if (answer.ok) {
        state.isLimited ||= answer.value.length >= limit;
        addFound(byId, answer.value, !search.failedOnly);
      } else {
        state.error ??= answer.error;
      }
    });
    const { isLimited, error } = state;
    if (error) {
      return err(error);
    }
    return ok({
      traces: [...byId.values()],
      completeness: {
        complete: !isLimited,
        queries: searches.map(
          (search) => `/api/traces?${String(new URLSearchParams(searchParameters(search)))}`,
        ),
        ...(isLimited && { limit }),
      },
    });
  }

  private summary(trace: FoundTrace, run: TraceRun, query: TraceQuery): TraceSummary[] {
    if (!isIn(query.window, run)) {
      return [];
    }
    const summary: TraceSummary = {
      traceId: trace.analysis.traceId,
      connectionId: this.connectionId,
      entryService: run.entryService,
      operation: run.operation,
      startMs: run.startMs,
      durationMs: run.durationMs,
      spanCount: trace.spanCount,
      services: trace.services,
      failed: run.failed,
    };
    return matches(summary, query.text) ? [summary] : [];
  }
}

/** The run in the window that a group failed, or that recovered from it. */
function runOfGroup(
  { analysis }: FoundTrace,
  groupId: string,
  failedRun: boolean,
  window: TimeWindow,
): TraceRun | undefined {
  return analysis.runs.find(
    (run) =>
      isIn(window, run) &&
      run.failures.some((failure) => failure.failedRun === failedRun && failure.groupId === groupId),
  );
}

function isIn({ fromMs, toMs }: TimeWindow, { startMs }: TraceRun): boolean {
  return startMs >= fromMs && startMs < toMs;
}

function matches(summary: TraceSummary, text: string | undefined): boolean {
  if (text === undefined || text.trim() === '') {
    return true;
  }
  const wanted = text.trim().toLowerCase();
  return [summary.traceId, summary.operation, ...summary.services].some((part) =>
    part.toLowerCase().includes(wanted),
  );
}

/** Where a search hit its limit, the failed traces it found are not of the same stretch of time as the runs: those come from the other search alone. */
function withRunsOfSecondSearch(
  groups: readonly FailureGroup[],
  traces: readonly FoundTrace[],
  window: TimeWindow,
): readonly FailureGroup[] {
  const runs = new Map<string, number>();
  for (const { analysis, isRun } of traces) {
    for (const { entryService, operation, startMs } of isRun ? analysis.runs : []) {
      if (startMs >= window.fromMs && startMs < window.toMs) {
        const key = `${entryService}\u0000${operation}`;
        runs.set(key, (runs.get(key) ?? 0) + 1);
      }
    }
  }
  return groups.map((group) => ({
    ...group,
    runs: Math.max(group.failing, runs.get(`${group.entryService}\u0000${group.operation}`) ?? 0),
  }));
}

function addFound(byId: Map<TraceId, FoundTrace>, traces: readonly unknown[], isRun: boolean): void {
  const { spans } = spansFromJaegerJson(traces);
  for (const [traceId, rows] of rowsByTrace(spans)) {
    const known = byId.get(traceId);
    if (known) {
      byId.set(traceId, isRun ? { ...known, isRun } : known);
      continue;
    }
    const strings = stringsOf(spans);
    const services = new Set(rows.map((row) => strings.get(spans.resources.services[spans.resource[row]!]!)));
    byId.set(traceId, {
      analysis: analyseSpans(failureSpansFromRows([{ spans, rows }])),
      isRun,
      spanCount: rows.length,
      services: [...services],
    });
  }
}

function rowsByTrace(spans: SpanTable): ReadonlyMap<TraceId, readonly number[]> {
  const byTrace = new Map<TraceId, number[]>();
  for (let row = 0; row < spans.count; row++) {
    const id = traceIdAt(spans.traceIds, row);
    const rows = byTrace.get(id);
    if (rows) {
      rows.push(row);
    } else {
      byTrace.set(id, [row]);
    }
  }
  return byTrace;
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      await work(items[next++]!);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
