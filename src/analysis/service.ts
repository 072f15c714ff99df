import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { Lru } from '../base/lru';
import { err, ok, type Result } from '../base/result';
import { epochMsFromNs } from '../base/units';
import { otlpJsonFromTrace } from '../core/codecs/otlpJsonFromTrace';
import type { FailureOrigin, TimeWindow } from '../core/failures/failureGroup';
import { stringsOf } from '../core/model/attributes';
import { traceIdFromHex } from '../core/model/ids';
import type { Trace } from '../core/model/trace';
import type {
  AnalysisContract,
  CodeTraces,
  FailureView,
  LocatedGroup,
  NetworkOptions,
  OpenConnection,
} from '../protocol/analysis';
import type { BackendError, TraceBackend } from '../protocol/backend';
import type { ResolvedFrame } from '../protocol/resolve';
import type { Handlers } from '../protocol/rpc';
import { ConnectionPool } from './connectionPool';
import { failurePath } from './failurePath';
import { SpanCodeTraces } from './spanCode/spanCodeTraces';
import { WorkspaceLines } from './lines/workspaceLines';

/** Traces kept as they were last given out, so that the rows of a timeline go on meaning the same spans. */
const keptTraces = 6;

/** Backends of connections, opened together and released together. */
export interface OpenBackends extends Disposable {
  readonly backends: readonly TraceBackend[];
}

/** Opens the local store and the given connections. */
export type BackendOpener = (connections: readonly OpenConnection[], network: NetworkOptions) => OpenBackends;

const defaultNetwork: NetworkOptions = { noProxy: [], proxyStrictSsl: true };

/** Answers of the analysis worker: failures and traces of all connections, and their lines in the workspace. */
export class AnalysisService implements Disposable {
  private readonly open: BackendOpener;
  private readonly linesChanges = new Emitter<undefined>();
  private readonly lateAnswers = new Emitter<undefined>();
  private readonly traces = new Lru<string, Trace>(keptTraces);
  private readonly tracesOfCode = new SpanCodeTraces();
  private pool: ConnectionPool;
  private lines = new WorkspaceLines({
    folders: [],
    mappings: [],
    revisions: [],
    chosenMaps: [],
    trusted: false,
  });
  private network = defaultNetwork;
  /** What pool and lines were made of: equal settings are not set up twice. */
  private poolKey = '';
  private linesKey = '';

  /** Lines may be different now: views ask again. */
  readonly onDidChangeLines = this.linesChanges.event;
  /** A connection answered that a list went out without. */
  readonly onDidAnswerLate = this.lateAnswers.event;

  constructor(open: BackendOpener) {
    this.open = open;
    this.pool = this.openPool([]);
  }

  /** One handler for each method of the contract. */
  handlers(): Handlers<AnalysisContract> {
    return {
      configure: (request) => {
        this.configure(request);
        return Promise.resolve(undefined);
      },
      filesChanged: async (changes) => {
        await this.lines.update(changes);
        this.tracesOfCode.clear();
        this.linesChanges.fire(undefined);
        return undefined;
      },
      failures: (request, signal) => this.failures(request, signal),
      traces: (query, signal) => this.pool.traces(query, signal),
      failurePath: async ({ traceId, groupId }, signal) => {
        const trace = await this.fetch(traceId, signal);
        return trace.ok ? ok(await failurePath(trace.value, groupId, this.lines, signal)) : trace;
      },
      trace: async ({ traceId }, signal) => {
        const trace = await this.fetch(traceId, signal);
        if (trace.ok) {
          this.traces.set(trace.value.traceId, trace.value);
        }
        return trace;
      },
      findTrace: async ({ traceId }, signal) => {
        const trace = await this.fetch(traceId, signal);
        return trace.ok
          ? ok({ name: nameOf(trace.value), startMs: epochMsFromNs(trace.value.epochNs) })
          : trace;
      },
      spanFrames: ({ traceId, rows }, signal) => this.spanFrames(traceId, rows, signal),
      spanExceptions: async ({ traceId, row }, signal) => {
        const trace = await this.given(traceId, signal);
        return trace && row < trace.spans.count ? this.lines.exceptionsOfSpan(trace, row) : [];
      },
      codeTraces: ({ window, ...file }, signal) => this.codeTraces(file, window, signal),
      resolveText: ({ text, service }) => this.lines.ofText(text, service),
      documentText: (source) =>
        source.kind === 'revision'
          ? this.lines.textAtRevision(source.revision, source.path, source.folder)
          : source.kind === 'sourcesContent'
            ? this.lines.textInMap(source.map, source.source)
            : this.lines.textInArchive(source.archive, source.entry),
      exportTrace: async ({ traceId }, signal) => {
        const trace = await this.fetch(traceId, signal);
        return trace.ok ? ok(otlpJsonFromTrace(trace.value)) : trace;
      },
      testConnection: async ({ connection }, signal) => {
        const opened = this.open([connection], this.network);
        try {
          const backend = opened.backends.find(({ connectionId }) => connectionId === connection.id);
          return backend ? await backend.test(signal) : err({ kind: 'unsupported', target: connection.url });
        } finally {
          opened.dispose();
        }
      },
    };
  }

  dispose(): void {
    this.pool.dispose();
    this.lines.dispose();
    this.linesChanges.dispose();
    this.lateAnswers.dispose();
  }

  private configure(request: AnalysisContract['methods']['configure']['request']): void {
    const { connections, network, ...lines } = request;
    const poolKey = JSON.stringify([connections, network]);
    if (poolKey !== this.poolKey) {
      this.poolKey = poolKey;
      this.network = network;
      this.pool.dispose();
      this.pool = this.openPool(connections);
    }
    const linesKey = JSON.stringify(lines);
    if (linesKey !== this.linesKey) {
      this.linesKey = linesKey;
      this.lines.dispose();
      this.lines = new WorkspaceLines(lines, () => {
        this.tracesOfCode.clear();
        this.linesChanges.fire(undefined);
      });
      this.tracesOfCode.clear();
      this.linesChanges.fire(undefined);
    }
  }

  private openPool(connections: readonly OpenConnection[]): ConnectionPool {
    const opened = this.open(connections, this.network);
    const names = new Map(connections.map(({ id, name }) => [id, name]));
    const pool = new ConnectionPool(opened.backends, names, () => {
      opened.dispose();
    });
    pool.onDidAnswerLate(() => {
      this.lateAnswers.fire(undefined);
    });
    return pool;
  }

  private async failures(
    { window, purpose, fresh }: AnalysisContract['methods']['failures']['request'],
    signal: AbortSignal,
  ): Promise<FailureView> {
    const pooled = await this.pool.failures(window, { fresh: fresh ?? false, purpose }, signal);
    const { list, connectionsOfGroup, answers } = pooled;
    const groups: LocatedGroup[] = [];
    for (const group of list.groups) {
      signal.throwIfAborted();
      const frame = await this.lines.ofOrigin(group.origin);
      // The list shows no stack text, and those of all groups may be megabytes each second.
      const origin: FailureOrigin & { stack?: string } = { ...group.origin };
      delete origin.stack;
      groups.push({
        ...group,
        origin,
        connectionIds: connectionsOfGroup.get(group.id) ?? [],
        ...(frame ? { frame } : {}),
      });
    }
    return {
      window,
      complete: list.complete,
      groups,
      traces: list.traces,
      ...(list.newest ? { newest: list.newest } : {}),
      answers,
    };
  }

  private async spanFrames(
    traceId: string,
    rows: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly { readonly row: number; readonly frame: ResolvedFrame }[]> {
    const trace = await this.given(traceId, signal);
    const frames: { readonly row: number; readonly frame: ResolvedFrame }[] = [];
    for (const row of trace ? rows : []) {
      signal.throwIfAborted();
      const frame = row < trace!.spans.count ? await this.lines.ofSpan(trace!, row) : undefined;
      if (frame) {
        frames.push({ row, frame });
      }
    }
    return frames;
  }

  private codeTraces(
    file: { readonly path: string; readonly folder?: string },
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<readonly CodeTraces[]> {
    const { lines } = this;
    return this.tracesOfCode.of(
      file,
      {
        summaries: async (limit) => (await this.pool.traces({ window, filter: 'all', limit }, signal)).traces,
        trace: async (id) => {
          const trace = await this.pool.trace(id, signal);
          return trace.ok ? trace.value : undefined;
        },
        frames: async (trace, row) => ({
          line: await lines.ofSpan(trace, row),
          code: await lines.codeAround(trace, row),
        }),
        functionAround: (place, lineBase1) => lines.functionAround(place, lineBase1),
      },
      signal,
    );
  }

  /** The trace whose rows the asker knows: as last given out, else asked for now. */
  private async given(traceId: string, signal: AbortSignal): Promise<Trace | undefined> {
    const id = traceIdFromHex(traceId);
    const kept = id && this.traces.get(id);
    if (kept) {
      return kept;
    }
    const trace = await this.fetch(traceId, signal);
    if (!trace.ok) {
      return undefined;
    }
    this.traces.set(trace.value.traceId, trace.value);
    return trace.value;
  }

  private async fetch(traceId: string, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    const id = traceIdFromHex(traceId);
    return id ? this.pool.trace(id, signal) : err({ kind: 'notFound', target: traceId });
  }
}

/** Name of a trace: that of its first root span. */
function nameOf(trace: Trace): string {
  return trace.spans.count === 0 ? '' : stringsOf(trace.spans).get(trace.spans.names[0]!);
}
