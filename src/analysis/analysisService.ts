import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { formatClock } from '../base/format';
import { err, ok } from '../base/result';
import { epochMsFromNs } from '../base/units';
import type { TimeWindow } from '../core/failures/failureGroup';
import { mergeFailureLists } from '../core/failures/mergeFailureLists';
import { otlpJsonFromTrace } from '../core/codecs/otlpJsonFromTrace';
import { stringsOf } from '../core/model/attributes';
import type { Trace } from '../core/model/trace';
import type { AnalysisContract, FailureView, LocatedGroup } from '../protocol/analysis';
import type { TraceQuery } from '../protocol/backend';
import type { Handlers } from '../protocol/rpc';
import { FileIndex } from './fileIndex';
import { connectionAnswer, OpenBackends, type BackendFactory } from './openBackends';
import { RemoteFailures } from './remoteFailures';
import { StackResolver } from './resolver';
import { SpanLines } from './spanLines';
import { TraceCache } from './traceCache';

type Configuration = AnalysisContract['methods']['configure']['request'];

/** The workspace as the worker knows it: its files, and what finds lines in them. */
interface Workspace extends Disposable {
  readonly index: FileIndex;
  readonly lines: SpanLines;
}

/** Answers the analysis contract: lists over all connections, traces, and the lines they lead to. */
export class AnalysisService implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly backends: OpenBackends;
  private readonly traces: TraceCache;
  private readonly remote = new RemoteFailures();
  private readonly linesChanged = this.disposables.add(new Emitter<undefined>());
  private workspace: Promise<Workspace> | undefined;
  private configuration: Configuration | undefined;

  /** Fired when files or mappings changed on which lines depend. */
  readonly onDidChangeLines = this.linesChanged.event;

  constructor(factory: BackendFactory) {
    this.backends = this.disposables.add(new OpenBackends(factory));
    this.traces = new TraceCache(this.backends);
  }

  readonly handlers: Handlers<AnalysisContract> = {
    configure: async (configuration) => {
      await this.configure(configuration);
      return undefined;
    },
    filesChanged: async ({ created, changed, deleted }) => {
      const workspace = await this.workspace;
      await workspace?.index.update({ created, deleted });
      if (created.length + changed.length + deleted.length > 0) {
        this.linesChanged.fire(undefined);
      }
      return undefined;
    },
    failures: ({ window, fresh }, signal) => this.failures(window, fresh === true, signal),
    traces: (query, signal) => this.list(query, signal),
    failurePath: async ({ traceId, groupId }, signal) => {
      const trace = await this.traces.fresh(traceId, signal);
      return trace.ok ? ok(await (await this.lines()).pathOf(trace.value, groupId)) : trace;
    },
    trace: ({ traceId }, signal) => this.traces.fresh(traceId, signal),
    findTrace: async ({ traceId }, signal) => {
      const trace = await this.traces.fresh(traceId, signal);
      return trace.ok ? ok({ name: traceName(trace.value, Date.now()) }) : trace;
    },
    spanFrames: async ({ traceId, rows }, signal) => {
      const trace = await this.traces.known(traceId, signal);
      const lines = await this.lines();
      const found: { row: number; frame: NonNullable<Awaited<ReturnType<SpanLines['ofSpan']>>> }[] = [];
      for (const row of trace.ok ? rows : []) {
        if (signal.aborted) {
          break;
        }
        const frame =
          trace.ok && row < trace.value.spans.count ? await lines.ofSpan(trace.value, row) : undefined;
        if (frame) {
          found.push({ row, frame });
        }
      }
      return found;
    },
    spanExceptions: async ({ traceId, row }, signal) => {
      const trace = await this.traces.known(traceId, signal);
      return trace.ok && row < trace.value.spans.count
        ? (await this.lines()).exceptionsOf(trace.value, row)
        : [];
    },
    exportTrace: async ({ traceId }, signal) => {
      const trace = await this.traces.fresh(traceId, signal);
      return trace.ok ? ok(otlpJsonFromTrace(trace.value)) : trace;
    },
    testConnection: ({ connection }, signal) => {
      const backend = this.backends.open(connection);
      return backend
        ? backend.test(signal)
        : Promise.resolve(err({ kind: 'badResponse', target: connection.url, reason: 'noApi' } as const));
    },
  };

  dispose(): void {
    void this.workspace?.then((workspace) => {
      workspace.dispose();
    });
    this.disposables.dispose();
  }

  private async configure(configuration: Configuration): Promise<void> {
    const before = this.configuration;
    this.configuration = configuration;
    this.backends.configure(configuration.connections, configuration.network);
    this.remote.forget();
    this.traces.clear();
    if (before && sameWorkspace(before, configuration)) {
      return;
    }
    const old = this.workspace;
    this.workspace = openWorkspace(configuration);
    await this.workspace;
    (await old)?.dispose();
    this.linesChanged.fire(undefined);
  }

  private async lines(): Promise<SpanLines> {
    this.workspace ??= openWorkspace({ folders: [], mappings: [], trusted: false });
    return (await this.workspace).lines;
  }

  private async failures(window: TimeWindow, fresh: boolean, signal: AbortSignal): Promise<FailureView> {
    const answers = await this.backends.ask((backend) =>
      this.remote.failures(backend, window, fresh, signal),
    );
    const lists = answers.flatMap(({ result }) => (result.ok ? [result.value] : []));
    const failed = lists.length < answers.length;
    const merged =
      lists.length === 0
        ? { window, complete: true, groups: [], traces: 0 }
        : mergeFailureLists(lists, window);
    const lines = await this.lines();
    const groups: LocatedGroup[] = [];
    for (const group of merged.groups) {
      const frame = await lines.ofOrigin(group.origin);
      const connectionIds = answers.flatMap(({ connectionId, result }) =>
        result.ok && result.value.groups.some(({ id }) => id === group.id) ? [connectionId] : [],
      );
      groups.push({ ...group, connectionIds, ...(frame && { frame }) });
    }
    return {
      window,
      complete: merged.complete && !failed,
      groups,
      traces: merged.traces,
      ...(merged.newest && { newest: merged.newest }),
      answers: answers.map(connectionAnswer),
    };
  }

  private async list(
    query: TraceQuery,
    signal: AbortSignal,
  ): Promise<AnalysisContract['methods']['traces']['response']> {
    const answers = await this.backends.ask((backend) => backend.traces(query, signal));
    const seen = new Set<string>();
    const traces = answers
      .flatMap(({ result }) => (result.ok ? result.value.traces : []))
      .filter(({ traceId }) => !seen.has(traceId) && seen.add(traceId))
      .sort((a, b) => b.startMs - a.startMs)
      .slice(0, query.limit);
    return { traces, answers: answers.map(connectionAnswer) };
  }
}

async function openWorkspace({
  folders,
  mappings,
  trusted,
}: Pick<Configuration, 'folders' | 'mappings' | 'trusted'>): Promise<Workspace> {
  const index = await FileIndex.open(folders, { useGit: trusted });
  const resolver = new StackResolver(index);
  return {
    index,
    lines: new SpanLines(resolver, mappings),
    dispose: () => {
      resolver.dispose();
    },
  };
}

/** Operation and start of the first root, as the tab of its timeline says them. */
function traceName({ spans, epochNs }: Trace, nowMs: number): string {
  return `${stringsOf(spans).get(spans.names[0]!)} · ${formatClock(epochMsFromNs(epochNs), nowMs)}`;
}

function sameWorkspace(a: Configuration, b: Configuration): boolean {
  const of = ({ folders, mappings, trusted }: Configuration): string =>
    JSON.stringify([folders, mappings, trusted]);
  return of(a) === of(b);
}
