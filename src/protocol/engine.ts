import type { DecodeError, Rejections } from '../core/codecs/decodeOutcome';
import type { Result } from '../base/result';
import type { Contract } from './rpc';

/** What a worker is told when it starts, as `workerData`. */
export interface WorkerStart {
  /** Folder of the store. */
  readonly storageDir: string;
}

/** Why the receiver refused or dropped something; `words.ts` holds the sentence, which the sender reads in its log. */
export type ReceiverProblem =
  | { readonly code: 'hostNotAllowed'; readonly host: string }
  | { readonly code: 'pathNotFound'; readonly path: string }
  | { readonly code: 'methodNotAllowed'; readonly method: string }
  | { readonly code: 'typeNotSupported'; readonly type: string }
  | { readonly code: 'encodingNotSupported'; readonly encoding: string }
  | { readonly code: 'tooLarge'; readonly limitBytes: number }
  /** What is wrong with the body, or the header line that is not understood, or what the decompressor said. */
  | { readonly code: 'malformed'; readonly detail: DecodeError | string }
  | { readonly code: 'rejected'; readonly reasons: Rejections }
  | { readonly code: 'profilesDropped' }
  | { readonly code: 'paused' }
  | { readonly code: 'busy' }
  | { readonly code: 'storeNotWritable'; readonly detail: string }
  /** Another window writes the store. */
  | { readonly code: 'storeHeld' }
  /** The file is a database of another program, or the user named a file that is no database: it is left as it is. */
  | { readonly code: 'storeForeign'; readonly file: string }
  | { readonly code: 'grpcOnHttpPort' };

/** State of the local receiver as a window sees it. */
export type ReceiverStatus =
  | { readonly state: 'off' }
  | { readonly state: 'starting' }
  | {
      readonly state: 'listening';
      readonly port: number;
      readonly hosts: readonly string[];
      readonly paused: boolean;
      /** A gRPC client spoke to this port, which is for OTLP/HTTP. */
      readonly grpcSeen?: boolean;
    }
  /** Another window holds the store's lock and receives. */
  | { readonly state: 'elsewhere'; readonly port?: number; readonly pid?: number }
  | {
      readonly state: 'portTaken';
      readonly port: number;
      readonly holder?: { readonly pid: number; readonly name: string };
    }
  | {
      readonly state: 'failed';
      readonly message: string;
      /** Why, where `message` is its sentence and not what the system said. */
      readonly problem?: ReceiverProblem;
    };

/**
 * Where a store was moved that could not be used, and why: it is damaged, another version of this program wrote it, or it is no database at
 * all (or its first bytes are damaged, which looks the same).
 */
export interface MovedAside {
  readonly file: string;
  readonly reason: 'damaged' | 'otherVersion' | 'noStore';
}

/** Counters of the store. */
export interface StoreStatus {
  readonly traces: number;
  readonly spans: number;
  readonly logRecords: number;
  readonly metricPoints: number;
  readonly sizeBytes: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly lastReceivedMs?: number;
  /** Where the data are. */
  readonly file: string;
  /** A store that could not be used was moved and a new one begun. */
  readonly movedAside?: MovedAside;
  /** The store cannot be written: what the system said. */
  readonly writeError?: string;
}

/** A failure group and when it was first seen. */
export interface SeenGroup {
  /** `FailureGroup.id`. */
  readonly id: string;
  readonly firstSeenMs: number;
}

/** Settings of receiver and store. */
export interface ReceiverOptions {
  readonly port: number;
  /** Host names accepted in `Host` besides loopback and the container hosts. */
  readonly allowedHosts: readonly string[];
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** The engine worker: receiver and the only writer of the store. */
export interface EngineContract extends Contract {
  methods: {
    /** Listens; answers with the state reached, never on another port than asked for. */
    start: { request: ReceiverOptions; response: ReceiverStatus };
    stop: { request: undefined; response: ReceiverStatus };
    /** Paused: requests are answered 503 with Retry-After, so that senders keep their data. */
    pause: { request: { readonly paused: boolean }; response: ReceiverStatus };
    status: {
      request: undefined;
      response: { readonly receiver: ReceiverStatus; readonly store: StoreStatus };
    };
    clear: { request: undefined; response: Result<StoreStatus, ReceiverProblem> };
    /** Stores one OTLP request as if it had been received; the sample trace comes this way. */
    import: {
      request: {
        readonly contentType: 'application/json' | 'application/x-protobuf';
        readonly body: Uint8Array;
      };
      response: { readonly traceIds: readonly string[] } | { readonly error: string };
    };
    configure: { request: ReceiverOptions; response: undefined };
    /** Marks groups as read: they are no longer new. */
    markRead: {
      request: { readonly groupIds: readonly string[] };
      response: Result<undefined, ReceiverProblem>;
    };
    /** Remembers when groups of other connections were first seen: the earliest time it was told counts. */
    rememberGroups: {
      request: { readonly groups: readonly SeenGroup[] };
      response: Result<undefined, ReceiverProblem>;
    };
  };
  events: {
    receiver: ReceiverStatus;
    store: StoreStatus;
    /** Something was committed: at most a few a second, whatever arrives. */
    committed: { readonly traces: number };
  };
}
