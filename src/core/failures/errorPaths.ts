import type { SpanException } from '../model/exceptions';
import { StatusCode } from '../model/spanTable';
import { shortType } from './exceptionType';
import type { FailureSpans } from './failureSpans';
import type { TraceRuns } from './runs';

/** Errors of one run that are looked at; a run with more has failed often enough to be understood by these. */
const MAX_ERRORS = 64;

/** One failure of a run: where it is deepest, and the rows it was recorded on, from there up towards the entry. */
export interface ErrorPath {
  readonly deepest: number;
  /** Every row of it is an error or records an exception; begins with `deepest`, ends at the entry or below the first sound span. */
  readonly rows: readonly number[];
  /** The path goes on up to the run's entry, or to right below it. */
  readonly escaped: boolean;
}

/** The failures of each run of a trace; `onPath[row]` is 1 for spans that are an error or passed one on. */
export interface ErrorPaths {
  readonly ofRuns: readonly (readonly ErrorPath[])[];
  readonly onPath: Uint8Array;
}

/** Caches the exceptions of rows, which several steps look at. */
export class ExceptionsOf {
  private readonly spans: FailureSpans;
  private readonly known = new Map<number, readonly SpanException[]>();

  constructor(spans: FailureSpans) {
    this.spans = spans;
  }

  at(row: number): readonly SpanException[] {
    let found = this.known.get(row);
    if (!found) {
      found = this.spans.exceptions(row);
      this.known.set(row, found);
    }
    return found;
  }
}

/**
 * The failures of every run: paths from the deepest errors up, one for each error however many spans recorded it. A span whose status
 * is unset but which recorded an exception belongs to a path that passes it.
 */
export function findErrorPaths(
  spans: FailureSpans,
  traceRuns: TraceRuns,
  exceptions: ExceptionsOf,
): ErrorPaths {
  const { runs, parent, runOf } = traceRuns;
  const deepest = deepestErrors(spans, traceRuns);
  const ofRun: number[][] = runs.map(() => []);
  for (const row of deepest.rows) {
    ofRun[runOf[row]!]!.push(row);
  }
  const ofRuns = ofRun.map((rows, run) => {
    const paths = firstOf(spans, rows, deepest.depth).map((row) =>
      pathFrom(row, runs[run]!.entry, parent, deepest.onPath),
    );
    return withoutRepetitions(spans, exceptions, paths);
  });
  return { ofRuns, onPath: deepest.onPath };
}

/** Order of two rows that is the same whatever arrived first. */
export function byId(spans: FailureSpans, a: number, b: number): number {
  const idA = spans.spanId(a);
  const idB = spans.spanId(b);
  return idA < idB ? -1 : idA === idB ? 0 : 1;
}

/**
 * Errors first, then deepest first, then earliest: the first recording of an error comes before its repetitions. Of too many, the deepest
 * ones and those that ended last are taken, as one of the last failed the run.
 */
function firstOf(spans: FailureSpans, rows: readonly number[], depth: Uint32Array): readonly number[] {
  const order = rows
    .map((row) => ({
      row,
      error: spans.isError(row) ? 0 : 1,
      depth: depth[row]!,
      startNs: spans.startNs[row]!,
      endNs: spans.startNs[row]! + spans.durationNs[row]!,
    }))
    .sort(
      (a, b) => a.error - b.error || b.depth - a.depth || a.startNs - b.startNs || byId(spans, a.row, b.row),
    );
  if (order.length <= MAX_ERRORS) {
    return order.map(({ row }) => row);
  }
  const last = [...order].sort((a, b) => b.endNs - a.endNs || byId(spans, a.row, b.row));
  const taken = new Set([...order.slice(0, MAX_ERRORS / 2), ...last.slice(0, MAX_ERRORS / 2)]);
  return order.filter((item) => taken.has(item)).map(({ row }) => row);
}

function deepestErrors(
  spans: FailureSpans,
  { runs, parent }: TraceRuns,
): { readonly rows: readonly number[]; readonly onPath: Uint8Array; readonly depth: Uint32Array } {
  const { count } = spans;
  const isEntry = new Uint8Array(count);
  for (const run of runs) {
    isEntry[run.entry] = 1;
  }
  // Bottom up: does an error lie below? Entries are the only parents that may come after their children.
  const errorBelow = new Uint8Array(count);
  for (let row = count - 1; row >= 0; row--) {
    const above = parent[row]!;
    if (above !== -1 && (errorBelow[row] === 1 || spans.isError(row))) {
      errorBelow[above] = 1;
    }
  }
  // Top down: entries first, then all others in the order of rows, where parents stand before their children.
  const onPath = new Uint8Array(count);
  const depth = new Uint32Array(count);
  const visit = (row: number): void => {
    const above = parent[row]!;
    depth[row] = above === -1 ? 0 : depth[above]! + 1;
    onPath[row] =
      spans.isError(row) ||
      (spans.hasException(row) &&
        spans.status(row) !== StatusCode.ok &&
        (errorBelow[row] === 1 || (above !== -1 && onPath[above] === 1)))
        ? 1
        : 0;
  };
  for (const run of runs) {
    visit(run.entry);
  }
  for (let row = 0; row < count; row++) {
    if (isEntry[row] === 0) {
      visit(row);
    }
  }
  const pathBelow = new Uint8Array(count);
  for (let row = count - 1; row >= 0; row--) {
    const above = parent[row]!;
    if (above !== -1 && (pathBelow[row] === 1 || onPath[row] === 1)) {
      pathBelow[above] = 1;
    }
  }
  const rows: number[] = [];
  for (let row = 0; row < count; row++) {
    if (onPath[row] === 1 && pathBelow[row] === 0) {
      rows.push(row);
    }
  }
  return { rows, onPath, depth };
}

function pathFrom(deepest: number, entry: number, parent: Int32Array, onPath: Uint8Array): ErrorPath {
  const rows: number[] = [];
  let row = deepest;
  while (row !== -1 && onPath[row] === 1) {
    rows.push(row);
    row = parent[row]!;
  }
  return { deepest, rows, escaped: row === -1 || row === entry };
}

/** Leaves out a path whose own error is one that an earlier path carries: SDKs record one error on up to five spans, also beside the path. */
function withoutRepetitions(
  spans: FailureSpans,
  exceptions: ExceptionsOf,
  paths: readonly ErrorPath[],
): readonly ErrorPath[] {
  if (paths.length < 2) {
    return paths;
  }
  const recorded = new RecordedErrors(spans, exceptions);
  return paths.filter(({ deepest, rows }) => {
    const isNew = !recorded.has(deepest);
    if (isNew) {
      recorded.add(rows);
    }
    return isNew;
  });
}

/** The errors that were met so far: the same error is recorded by several spans, with its type or as a status message only. */
export class RecordedErrors {
  private readonly spans: FailureSpans;
  private readonly exceptions: ExceptionsOf;
  private readonly typed = new Set<string>();
  private readonly messages = new Set<string>();
  private readonly visited = new Set<number>();

  constructor(spans: FailureSpans, exceptions: ExceptionsOf) {
    this.spans = spans;
    this.exceptions = exceptions;
  }

  /** Whether everything that `row` records was met before. */
  has(row: number): boolean {
    const own = this.exceptions.at(row);
    return own.length > 0
      ? own.every((exception) => this.typed.has(keyOf(exception)))
      : this.messages.has(statusText(this.spans, row));
  }

  /** Takes in a path from its deepest row up, as far as the rows are new. */
  add(rows: Iterable<number>): void {
    for (const row of rows) {
      if (this.visited.has(row)) {
        break;
      }
      this.visited.add(row);
      for (const exception of this.exceptions.at(row)) {
        this.typed.add(keyOf(exception));
        if (exception.message !== '') {
          this.messages.add(exception.message);
        }
      }
      const status = statusText(this.spans, row);
      if (status !== '') {
        this.messages.add(status);
      }
    }
  }
}

/** What makes two recordings the same error: the last part of the type, and the message. */
export function keyOf(exception: SpanException): string {
  return `${shortType(exception.type)}\u0000${exception.message}`;
}

/** The status message without the type that Python's SDK puts before it. */
function statusText(spans: FailureSpans, row: number): string {
  const text = spans.statusMessage(row);
  return text.replace(/^[\p{L}_][\p{L}\p{N}_.]{0,100}: /u, '');
}
