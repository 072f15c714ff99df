import type { FailureGroup, TimeWindow } from '../core/failures/failureGroup';
import type { Trace } from '../core/model/trace';
import type { Result } from '../base/result';
import type { Base1 } from '../base/units';
import type { BackendError, Completeness, ConnectionConfig, TraceQuery, TraceSummary } from './backend';
import type { LibrarySource, ResolvedException, ResolvedFrame, ResolvedStack } from './resolve';
import type { Contract } from './rpc';

/** A connection with its secret headers, as the host hands it to the worker: never logged, never stored there. */
export interface OpenConnection extends ConnectionConfig {
  readonly secretHeaders: Readonly<Record<string, string>>;
}

/** How outgoing requests leave: from VS Code's settings and environment. */
export interface NetworkOptions {
  readonly proxy?: string;
  readonly noProxy: readonly string[];
  readonly proxyStrictSsl: boolean;
  readonly proxyAuthorization?: string;
}

/** One folder of the workspace; `name` tells folders apart in a multi-root workspace, where no two are equal. */
export interface WorkspaceFolderInfo {
  readonly name: string;
  readonly path: string;
}

/** A remote path prefix and the workspace folder it stands for. */
export interface PathMapping {
  readonly service?: string;
  readonly from: string;
  readonly to: string;
}

/** The commit that a service ran, as a person said it: asked once per service and version. */
export interface ServiceRevision {
  readonly service: string;
  /** Absent: of every version. */
  readonly version?: string;
  /** Anything that git resolves to a commit. */
  readonly revision: string;
}

/** A source map that a person chose for a generated file. */
export interface ChosenMap {
  /** The generated file as stacks print it. */
  readonly file: string;
  /** Absolute path of the map. */
  readonly map: string;
}

/** A read-only text that stands in no file of its own: code of a package, or a file as it was at a revision. */
export type DocumentSource =
  | Exclude<LibrarySource, { readonly kind: 'file' }>
  | {
      readonly kind: 'revision';
      readonly revision: string;
      readonly path: string;
      readonly folder?: string;
    };

/** A function that traces ran through, for the line above it in the editor. */
export interface CodeTraces {
  readonly function: string;
  readonly lineBase1: Base1;
  /** Spans that ended in this function in the window, and how many of them failed. */
  readonly runs: number;
  readonly failing: number;
  /** Only stacks of failures lead here: how many runs there were in all is not known. */
  readonly onlyFailures: boolean;
  readonly p95Ms: number;
  readonly lastSeenMs: number;
  /** Newest first, at most 100; failing ones before others. */
  readonly traceIds: readonly string[];
  /** Lines inside the function at which spans failed. */
  readonly failingLinesBase1: readonly Base1[];
  /** False where a cap was hit: counts are lower bounds. */
  readonly complete: boolean;
}

/** A group with the line its newest failing run leads to. */
export interface LocatedGroup extends FailureGroup {
  readonly connectionIds: readonly string[];
  readonly frame?: ResolvedFrame;
}

/** Answer of one connection within a merged list; neither error nor completeness: it has not answered yet. */
export interface ConnectionAnswer {
  readonly connectionId: string;
  /** It is being asked: what stands here, and in the list, is its answer from before, if any. */
  readonly isPending?: true;
  readonly error?: BackendError;
  readonly completeness?: Completeness;
}

/** Failures of all connections as one list. */
export interface FailureView {
  readonly window: TimeWindow;
  readonly complete: boolean;
  readonly groups: readonly LocatedGroup[];
  readonly traces: number;
  readonly newest?: { readonly entryService: string; readonly operation: string; readonly startMs: number };
  readonly answers: readonly ConnectionAnswer[];
}

/** Who asks for failures: the list on screen, or what alerts look at. Neither calls off what the other asks. */
export type FailuresPurpose = 'list' | 'watch';

/** One span on the way from a failing run's entry to its origin. */
export interface PathSpan {
  readonly row: number;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  readonly durationMs: number;
  readonly error: boolean;
  readonly origin: boolean;
  readonly frame?: ResolvedFrame;
  /** Of the originating span: its exceptions, resolved. */
  readonly exceptions: readonly ResolvedException[];
}

/** The analysis worker: reads the store and the backends, and finds lines in the workspace. */
export interface AnalysisContract extends Contract {
  methods: {
    configure: {
      request: {
        readonly connections: readonly OpenConnection[];
        readonly network: NetworkOptions;
        readonly folders: readonly WorkspaceFolderInfo[];
        readonly mappings: readonly PathMapping[];
        readonly revisions: readonly ServiceRevision[];
        readonly chosenMaps: readonly ChosenMap[];
        readonly trusted: boolean;
      };
      response: undefined;
    };
    /** Files created, changed or deleted below the folders: absolute paths. */
    filesChanged: {
      request: {
        readonly created: readonly string[];
        readonly changed: readonly string[];
        readonly deleted: readonly string[];
      };
      response: undefined;
    };
    /** `fresh`: the user asked, so that connections are asked again even if they answered a moment ago. */
    failures: {
      request: { readonly window: TimeWindow; readonly purpose: FailuresPurpose; readonly fresh?: true };
      response: FailureView;
    };
    traces: {
      request: TraceQuery;
      response: { readonly traces: readonly TraceSummary[]; readonly answers: readonly ConnectionAnswer[] };
    };
    /** The spans from a failing run's entry down to its origin. */
    failurePath: {
      request: { readonly traceId: string; readonly groupId?: string };
      response: Result<readonly PathSpan[], BackendError>;
    };
    /** One trace, asked of every connection and merged; `frames[row]` where a line is known for the row's tree column. */
    trace: { request: { readonly traceId: string }; response: Result<Trace, BackendError> };
    /** Whether any connection knows a trace, and a name for its tab: the operation and start of its first root. */
    findTrace: {
      request: { readonly traceId: string };
      response: Result<{ readonly name: string; readonly startMs: number }, BackendError>;
    };
    /** The lines of spans: the top in-app frame of their exception, or their `code.*` attributes. */
    spanFrames: {
      request: { readonly traceId: string; readonly rows: readonly number[] };
      response: readonly { readonly row: number; readonly frame: ResolvedFrame }[];
    };
    /** All exceptions of one span, resolved. */
    spanExceptions: {
      request: { readonly traceId: string; readonly row: number };
      response: readonly ResolvedException[];
    };
    /** The functions of a file that traces of the window ran through, by their lines on disk; `folder` as in a location. */
    codeTraces: {
      request: { readonly path: string; readonly folder?: string; readonly window: TimeWindow };
      response: readonly CodeTraces[];
    };
    /** Every frame of a pasted stack text. */
    resolveText: {
      request: { readonly text: string; readonly service?: string };
      response: ResolvedStack;
    };
    /** `undefined` where it cannot be read any more. */
    documentText: { request: DocumentSource; response: string | undefined };
    /** The trace as OTLP JSON. */
    exportTrace: { request: { readonly traceId: string }; response: Result<string, BackendError> };
    testConnection: {
      request: { readonly connection: OpenConnection };
      response: Result<{ readonly services: number }, BackendError>;
    };
  };
  events: {
    /** Something that lines depend on changed (files, maps, mappings): views ask again. */
    linesChanged: undefined;
    /** A connection answered that an earlier list went out without: views ask again. */
    answeredLate: undefined;
  };
}
