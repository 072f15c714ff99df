import { base1, epochMsFromNs, type Base1 } from '../../base/units';
import { Lru } from '../../base/lru';
import type { TraceId } from '../../core/model/ids';
import { SpanFlag, type Trace } from '../../core/model/trace';
import type { CodeTraces } from '../../protocol/analysis';
import { localConnectionId, type TraceSummary } from '../../protocol/backend';
import type { ResolvedFrame } from '../../protocol/resolve';

/** Traces of a window that are looked at: the newest ones. */
const MAX_TRACES = 300;
const KEPT_TRACES = 2_000;
const MAX_REMOTE = 30;
const MAX_IDS = 100;
const MAX_ANCESTORS = 200;

/** A file as a location names it. */
interface FileOfTraces {
  readonly path: string;
  readonly folder?: string;
}

/** A function that a trace ran through. */
interface Visit {
  readonly file: string;
  readonly function: string;
  readonly lineBase1: Base1;
  readonly durationMs: number;
  readonly endMs: number;
  readonly isFailed: boolean;
  /** The stack of a failure leads here; runs of the same that went well would not. */
  readonly isByStack: boolean;
  /** Where it failed, inside of the function. */
  readonly failingBase1?: Base1;
}

/** What is asked of the rest of the worker. */
export interface TracesOfCode {
  /** The newest traces of the window. */
  summaries(limit: number): Promise<readonly TraceSummary[]>;
  trace(id: TraceId): Promise<Trace | undefined>;
  /** The line of a span's stack or attributes, and the code it ran. */
  frames(
    trace: Trace,
    row: number,
  ): Promise<{ readonly line: ResolvedFrame | undefined; readonly code: ResolvedFrame | undefined }>;
  /** The function around a line, with the line it begins at. */
  functionAround(
    file: FileOfTraces,
    lineBase1: Base1,
  ): Promise<{ readonly name: string; readonly lineBase1: Base1 } | undefined>;
}

/** From code to traces: which functions the traces of a window ran through. Each trace is looked at once. */
export class SpanCodeTraces {
  private readonly visits = new Lru<string, readonly Visit[]>(KEPT_TRACES);

  /** The functions of one file, in order of their lines. */
  async of(file: FileOfTraces, source: TracesOfCode, signal: AbortSignal): Promise<readonly CodeTraces[]> {
    // One more tells whether there are more.
    const listed = await source.summaries(MAX_TRACES + 1);
    const summaries = affordable(listed.slice(0, MAX_TRACES));
    const wanted = fileKey(file);
    const functions = new Map<
      string,
      { readonly visits: { readonly visit: Visit; readonly traceId: string }[] }
    >();
    for (const { traceId, spanCount } of summaries) {
      signal.throwIfAborted();
      for (const visit of await this.visitsOf(traceId, spanCount, source)) {
        if (visit.file === wanted) {
          const key = `${visit.lineBase1}`;
          const known = functions.get(key) ?? { visits: [] };
          known.visits.push({ visit, traceId });
          functions.set(key, known);
        }
      }
    }
    const isComplete = summaries.length === listed.length;
    return [...functions.values()]
      .map(({ visits }) => summed(visits, isComplete))
      .sort((a, b) => a.lineBase1 - b.lineBase1);
  }

  /** Files or mappings changed: lines are others. */
  clear(): void {
    this.visits.clear();
  }

  private async visitsOf(
    traceId: TraceId,
    spanCount: number,
    source: TracesOfCode,
  ): Promise<readonly Visit[]> {
    // A trace that grew has more spans.
    const key = `${traceId}:${spanCount}`;
    let visits = this.visits.get(key);
    if (!visits) {
      const trace = await source.trace(traceId);
      visits = trace ? await visitsOfTrace(trace, source) : [];
      this.visits.set(key, visits);
    }
    return visits;
  }
}

/** Traces of the store cost nothing to read; of those that only a server has, the newest are asked for. */
function affordable(summaries: readonly TraceSummary[]): readonly TraceSummary[] {
  let remote = 0;
  return summaries.filter(({ connectionId }) => connectionId === localConnectionId || ++remote <= MAX_REMOTE);
}

async function visitsOfTrace(trace: Trace, source: TracesOfCode): Promise<readonly Visit[]> {
  const visits: (Visit | undefined)[] = [];
  const merged = new Map<number, { visit: Visit }>();
  for (let row = 0; row < trace.spans.count; row++) {
    const { line, code } = await source.frames(trace, row);
    const place = code?.location ?? line?.location;
    const around = place && (await source.functionAround(place, place.lineBase1));
    const isFailed = (trace.flags[row]! & (SpanFlag.error | SpanFlag.exception)) !== 0;
    const own: Visit | undefined = place && {
      file: fileKey(place),
      function: around?.name ?? '',
      lineBase1: around?.lineBase1 ?? place.lineBase1,
      durationMs: trace.spanDurationNs[row]! / 1e6,
      endMs: Number(epochMsFromNs(trace.epochNs)) + (trace.startNs[row]! + trace.spanDurationNs[row]!) / 1e6,
      isFailed,
      isByStack: code?.location === undefined && (trace.flags[row]! & SpanFlag.exception) !== 0,
      ...failingLine(isFailed, line, place),
    };
    visits.push(own);
    // A handler has the span of the server and one of its framework: they are one run of the function.
    const outer = own && outermost(trace, row, visits, own);
    if (outer !== undefined) {
      const known = merged.get(outer);
      if (known) {
        const failing = known.visit.failingBase1 ?? own!.failingBase1;
        known.visit = {
          ...known.visit,
          isFailed: known.visit.isFailed || own!.isFailed,
          ...(failing !== undefined && { failingBase1: failing }),
        };
      }
    } else if (own) {
      merged.set(row, { visit: own });
    }
  }
  return [...merged.values()].map(({ visit }) => visit);
}

function failingLine(
  isFailed: boolean,
  line: ResolvedFrame | undefined,
  place: FileOfTraces,
): { readonly failingBase1?: Base1 } {
  const at = line?.location;
  return isFailed && at && fileKey(at) === fileKey(place) ? { failingBase1: at.lineBase1 } : {};
}

/** The row of the uppermost span above that ran in the same function. */
function outermost(
  { parent }: Trace,
  row: number,
  visits: readonly (Visit | undefined)[],
  own: Visit,
): number | undefined {
  let found: number | undefined;
  let at = parent[row]!;
  for (let steps = 0; at >= 0 && steps < MAX_ANCESTORS; steps++, at = parent[at]!) {
    const above = visits[at];
    if (above?.file === own.file && above.lineBase1 === own.lineBase1) {
      found = at;
    }
  }
  return found;
}

function summed(
  visits: readonly { readonly visit: Visit; readonly traceId: string }[],
  complete: boolean,
): CodeTraces {
  const { visit: first } = visits[0]!;
  const newestFirst = [...visits].sort(
    (a, b) => Number(b.visit.isFailed) - Number(a.visit.isFailed) || b.visit.endMs - a.visit.endMs,
  );
  const durations = visits.map(({ visit }) => visit.durationMs).sort((a, b) => a - b);
  const failing = visits.filter(({ visit }) => visit.isFailed);
  return {
    function: first.function,
    lineBase1: first.lineBase1,
    runs: visits.length,
    failing: failing.length,
    onlyFailures: visits.every(({ visit }) => visit.isByStack),
    p95Ms: durations[Math.ceil(0.95 * durations.length) - 1]!,
    lastSeenMs: Math.max(...visits.map(({ visit }) => visit.endMs)),
    traceIds: [...new Set(newestFirst.map(({ traceId }) => traceId))].slice(0, MAX_IDS),
    failingLinesBase1: [
      ...new Set(failing.map(({ visit }) => visit.failingBase1).filter((line) => line !== undefined)),
    ]
      .sort((a, b) => a - b)
      .map((line) => base1(line)),
    complete,
  };
}

function fileKey({ path, folder }: FileOfTraces): string {
  return `${folder ?? ''}\n${path}`;
}
