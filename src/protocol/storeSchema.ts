/**
 * The store on disk: SQL shared by its writer (`engine/store`) and its readers (`backends/local`).
 *
 * Received batches are appended as segments; that alone makes an answer of 200 true. Everything else is derived from segments in order
 * of arrival, and `indexedSegment` says how far: what is missing after a crash is derived again at the next start.
 */

/** Name of the store's file in its folder. */
export const storeFileName = 'spans.db';

/** `PRAGMA user_version` of a store that this code writes. */
export const storeVersion = 1;

/** `PRAGMA application_id`: "SpLn". */
export const storeApplicationId = 0x53704c6e;

/** What a segment's body holds. */
export const SegmentKind = {
  /** A `SpanTable` as `batchCodec` encodes it. */
  spans: 0,
  /** A `LogTable` likewise. */
  logs: 1,
  /** An OTLP metrics request as received, protobuf. */
  metricsProto: 2,
  /** An OTLP metrics request as received, JSON. */
  metricsJson: 3,
} as const;
export type SegmentKind = (typeof SegmentKind)[keyof typeof SegmentKind];

/** Bits of `traces.flags`. */
export const TraceBit = {
  /** A run of it failed. */
  failed: 1,
  /** Spans came since it was last analysed. */
  dirty: 2,
  /** No root span came yet and the last span not long ago: what its runs are is not known. */
  awaitsRoot: 4,
  /** A root span came. */
  rooted: 8,
} as const;

/**
 * Counts are kept per bucket of 2^shift milliseconds: 32 ms, about a second, half a minute, a quarter of an hour, nine hours. A window is the
 * sum of at most 62 buckets of each level and two ragged edges under 32 ms, in which even a flood of runs is few.
 */
export const bucketShifts = [5, 10, 15, 20, 25] as const;

/** Bucket of a time at a level of {@link bucketShifts}. */
export function bucketOf(timeMs: number, level: number): number {
  return Math.floor(timeMs / 2 ** bucketShifts[level]!);
}

/** Ids of segments as `traces.segments` holds them: one as a number, which most traces have; several as a blob of 32-bit numbers, little-endian. */
export function columnFromSegments(ids: readonly number[]): number | Uint8Array {
  if (ids.length === 1) {
    return ids[0]!;
  }
  const bytes = new DataView(new ArrayBuffer(ids.length * 4));
  ids.forEach((id, i) => {
    bytes.setUint32(i * 4, id, true);
  });
  return new Uint8Array(bytes.buffer);
}

/** Reads what {@link columnFromSegments} gave. */
export function segmentsFromColumn(column: unknown): number[] {
  if (!(column instanceof Uint8Array)) {
    return typeof column === 'number' ? [column] : [];
  }
  const bytes = new DataView(column.buffer, column.byteOffset, column.byteLength);
  return Array.from({ length: column.length >>> 2 }, (_, i) => bytes.getUint32(i * 4, true));
}

/**
 * When groups were first seen and whether they were marked as read, whichever connection saw them, by `FailureGroup.id`. Run at each open: a
 * store may be older than this table.
 */
export const groupMemorySql = `
CREATE TABLE IF NOT EXISTS groupMemory (
  key TEXT PRIMARY KEY,
  firstSeenMs INTEGER NOT NULL,
  read INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
`;

/** Tables of an empty store. */
export const schemaSql = `
${groupMemorySql}
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE segments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  arrivedMs INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  -- SHA-256 of the body where it has no ids of its own (logs, metrics): a repeated request is stored once.
  digest BLOB,
  body BLOB NOT NULL
);
CREATE INDEX segmentByDigest ON segments (digest) WHERE digest IS NOT NULL;

CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

-- Entry service and operation of runs.
CREATE TABLE operations (
  id INTEGER PRIMARY KEY,
  service INTEGER NOT NULL,
  name INTEGER NOT NULL,
  UNIQUE (service, name)
);
CREATE INDEX operationByName ON operations (name);

-- One row a trace. 'segments' holds the ids of its segments (a number, or a blob of several), 'runs' what is counted of this trace: see engine/store/contribution.ts.
CREATE TABLE traces (
  id INTEGER PRIMARY KEY,
  traceId BLOB NOT NULL,
  segments NOT NULL,
  spanCount INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  startMs INTEGER,
  durationMs REAL,
  -- Of run 0.
  operation INTEGER,
  -- JSON.
  services TEXT NOT NULL,
  runs TEXT NOT NULL
);
CREATE UNIQUE INDEX traceByTraceId ON traces (traceId);
CREATE INDEX dirtyTrace ON traces (id) WHERE flags & 2;
CREATE INDEX awaitingTrace ON traces (id) WHERE flags & 4;

-- By start: lists of traces read it backwards, and windows count their ragged edges in it. 'ordinal' numbers the runs of one trace; run 0
-- stands for the trace where traces are listed or counted.
CREATE TABLE runs (
  startMs INTEGER NOT NULL,
  trace INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  PRIMARY KEY (startMs, trace, ordinal)
) WITHOUT ROWID;
CREATE INDEX failedRun ON runs (startMs, trace) WHERE failed;

CREATE TABLE failureGroups (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  operation INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  type TEXT NOT NULL,
  firstSeenMs INTEGER NOT NULL,
  lastSeenMs INTEGER NOT NULL,
  read INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX groupByLastSeen ON failureGroups (lastSeenMs);

-- One row a failure: one group in one run.
CREATE TABLE occurrences (
  id INTEGER PRIMARY KEY,
  groupId INTEGER NOT NULL,
  recovered INTEGER NOT NULL,
  startMs INTEGER NOT NULL,
  trace INTEGER NOT NULL,
  traceId BLOB NOT NULL,
  origin TEXT NOT NULL
);
CREATE INDEX occurrenceByGroup ON occurrences (groupId, recovered, startMs, traceId);
CREATE INDEX occurrenceByTrace ON occurrences (trace);

CREATE TABLE operationCounts (
  operation INTEGER NOT NULL,
  level INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  failing INTEGER NOT NULL,
  traces INTEGER NOT NULL,
  PRIMARY KEY (operation, level, bucket)
) WITHOUT ROWID;

CREATE TABLE groupCounts (
  groupId INTEGER NOT NULL,
  level INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  failing INTEGER NOT NULL,
  recovered INTEGER NOT NULL,
  PRIMARY KEY (groupId, level, bucket)
) WITHOUT ROWID;
`;
