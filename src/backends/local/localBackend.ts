import { err, ok, type Result } from '../../base/result';
import type { FailureList, TimeWindow } from '../../core/failures/failureGroup';
import { bytesFromHex, type TraceId } from '../../core/model/ids';
import type { Trace } from '../../core/model/trace';
import {
  localConnectionId,
  type BackendError,
  type Completeness,
  type RememberedGroup,
  type TraceBackend,
  type TraceQuery,
  type TraceSummary,
} from '../../protocol/backend';
import { storedFailures } from './storedFailures';
import { storedTrace } from './storedTrace';
import { storedTraces } from './storedTraces';
import { isReadProblem, StoreReader, type ReadProblem } from './storeReader';

/** The local store as a backend: reads beside the process that writes it. */
export class LocalBackend implements TraceBackend {
  readonly connectionId: string;
  private readonly reader: StoreReader;

  constructor(file: string, connectionId: string = localConnectionId) {
    this.reader = new StoreReader(file);
    this.connectionId = connectionId;
  }

  failures(
    window: TimeWindow,
  ): Promise<Result<FailureList & { readonly completeness: Completeness }, BackendError>> {
    const list = this.reader.read((reader) => storedFailures(reader, window));
    if (!isReadProblem(list)) {
      return Promise.resolve(ok({ ...list, completeness: { complete: list.complete, queries: [] } }));
    }
    const empty = { window, complete: true, groups: [], traces: 0 };
    return Promise.resolve(this.orEmpty(list, { ...empty, completeness: { complete: true, queries: [] } }));
  }

  traces(
    query: TraceQuery,
  ): Promise<
    Result<{ readonly traces: readonly TraceSummary[]; readonly completeness: Completeness }, BackendError>
  > {
    const found = this.reader.read((reader) => storedTraces(reader, this.connectionId, query));
    if (isReadProblem(found)) {
      const completeness = { complete: true, queries: [] };
      return Promise.resolve(this.orEmpty(found, { traces: [], completeness }));
    }
    const { traces, complete } = found;
    const completeness = { complete, queries: [], ...(!complete && { limit: query.limit }) };
    return Promise.resolve(ok({ traces, completeness }));
  }

  trace(id: TraceId): Promise<Result<Trace, BackendError>> {
    const trace = this.reader.read((reader) => storedTrace(reader, id));
    if (isReadProblem(trace)) {
      return Promise.resolve(err(trace.code === 'absent' ? this.notFound() : this.errorOf(trace)));
    }
    return Promise.resolve(trace ? ok(trace) : err(this.notFound()));
  }

  test(): Promise<Result<{ readonly services: number }, BackendError>> {
    const services = this.reader.read((reader) =>
      Number(reader.statement('SELECT count(DISTINCT service) AS count FROM operations').get()?.['count']),
    );
    return Promise.resolve(isReadProblem(services) ? err(this.errorOf(services)) : ok({ services }));
  }

  knownTraces(ids: readonly TraceId[]): ReadonlySet<TraceId> {
    const known = this.reader.read((reader) => {
      const statement = reader.statement('SELECT 1 FROM traces WHERE traceId = ?');
      return new Set(ids.filter((id) => statement.get(bytesFromHex(id)) !== undefined));
    });
    return isReadProblem(known) ? new Set() : known;
  }

  groupMemory(ids: readonly string[]): ReadonlyMap<string, RememberedGroup> {
    const memory = this.reader.read((reader) => {
      const statement = reader.statement(
        `SELECT min(firstSeenMs) AS firstSeenMs, max(read) AS read FROM (
           SELECT firstSeenMs, read FROM groupMemory WHERE key = ?1
           UNION ALL SELECT firstSeenMs, read FROM failureGroups WHERE key = ?1)`,
      );
      return new Map(
        ids.flatMap((id): [string, RememberedGroup][] => {
          const { firstSeenMs, read } = statement.get(id) ?? {};
          return typeof firstSeenMs === 'number' ? [[id, { firstSeenMs, read: read === 1 }]] : [];
        }),
      );
    });
    return isReadProblem(memory) ? new Map() : memory;
  }

  /** Whether spans are stored that its writer has not indexed: it is at work, or it died. */
  isBehind(): boolean {
    const behind = this.reader.read(
      (reader) =>
        reader
          .statement(
            `SELECT max(id) > coalesce((SELECT value FROM counters WHERE name = 'indexedSegment'), 0) AS behind
             FROM segments`,
          )
          .get()?.['behind'] === 1,
    );
    return behind === true;
  }

  dispose(): void {
    this.reader.close();
  }

  /** A store that does not exist yet is an empty one. */
  private orEmpty<T>(problem: ReadProblem, empty: T): Result<T, BackendError> {
    return problem.code === 'absent' ? ok(empty) : err(this.errorOf(problem));
  }

  private notFound(): BackendError {
    return { kind: 'notFound', target: this.reader.file };
  }

  private errorOf(problem: ReadProblem): BackendError {
    const target = this.reader.file;
    switch (problem.code) {
      case 'absent':
        return { kind: 'unreachable', target };
      case 'foreign':
        return { kind: 'unsupported', target, reason: 'noStore' };
      case 'otherVersion':
        return { kind: 'unsupported', target, reason: 'storeVersion' };
      case 'unreadable':
        return { kind: 'badResponse', target, detail: problem.message.slice(0, 500) };
    }
  }
}
