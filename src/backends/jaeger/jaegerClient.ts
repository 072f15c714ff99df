import { err, ok, type Result } from '../../base/result';
import type { TimeWindow } from '../../core/failures/failureGroup';
import type { TraceId } from '../../core/model/ids';
import type { OpenConnection } from '../../protocol/analysis';
import type { BackendError } from '../../protocol/backend';
import type { HttpClient, HttpTarget } from '../http';
import type { JaegerEnvelopeWire } from './jaeger.wire';

/** One search for traces with spans of a service. */
export interface JaegerSearch {
  readonly service: string;
  readonly failedOnly: boolean;
  readonly window: TimeWindow;
  readonly limit: number;
}

/** Calls Jaeger's classic HTTP API and unwraps its envelope. */
export class JaegerClient {
  private readonly http: HttpClient;
  private readonly target: HttpTarget;
  private readonly base: URL;

  constructor(http: HttpClient, connection: OpenConnection) {
    this.http = http;
    this.base = new URL(connection.url);
    this.target = targetOf(this.base, connection);
    this.base.username = '';
    this.base.password = '';
  }

  /** Host and port. */
  get host(): string {
    return this.base.host;
  }

  /** Names of all services, sorted. */
  async services(signal: AbortSignal): Promise<Result<readonly string[], BackendError>> {
    const answer = await this.data('/api/services', {}, signal);
    if (!answer.ok) {
      return answer.error.kind === 'notFound' ? this.whyNoServices(answer.error, signal) : answer;
    }
    const names = answer.value.filter((name): name is string => typeof name === 'string' && name !== '');
    return ok(names.sort());
  }

  /** Whole traces as sent, at most `limit`. */
  search(search: JaegerSearch, signal: AbortSignal): Promise<Result<readonly unknown[], BackendError>> {
    return this.data('/api/traces', searchParameters(search), signal);
  }

  /** The trace as sent; `notFound` where the backend does not know it. */
  async trace(id: TraceId, signal: AbortSignal): Promise<Result<readonly unknown[], BackendError>> {
    const answer = await this.data(`/api/traces/${id}`, {}, signal);
    return answer.ok && answer.value.length === 0
      ? err({ kind: 'notFound', target: this.base.host })
      : answer;
  }

  /** A 404 is either not Jaeger, or a Jaeger that has only the newer API. */
  private async whyNoServices(
    error: BackendError,
    signal: AbortSignal,
  ): Promise<Result<never, BackendError>> {
    const newer = await this.json('/api/v3/services', {}, signal);
    if (!newer.ok && newer.error.kind === 'cancelled') {
      return newer;
    }
    return newer.ok && 'services' in newer.value
      ? err({ ...error, kind: 'unsupported', reason: 'classicSearchRemoved' })
      : err({ ...error, kind: 'badResponse', reason: 'noApi' });
  }

  private async data(
    path: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<readonly unknown[], BackendError>> {
    const answer = await this.json(path, parameters, signal);
    if (!answer.ok) {
      return answer;
    }
    const { data, errors }: JaegerEnvelopeWire = answer.value;
    if (Array.isArray(data)) {
      return ok(data as readonly unknown[]);
    }
    // Without services, storages differ in whether the list is empty or null.
    return data === null && !errors
      ? ok([])
      : this.bad('notJson', JSON.stringify(errors ?? Object.keys(answer.value)));
  }

  /** Judged by the body alone: Jaeger sends JSON as text/plain, and pages with status 200. */
  private async json(
    path: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<object, BackendError>> {
    const answer = await this.http.get(this.url(path, parameters), this.target, signal);
    if (!answer.ok) {
      return answer;
    }
    const text = new TextDecoder().decode(answer.value.body);
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null ? ok(value) : this.bad('notJson', text);
    } catch {
      return this.bad(/^\s*</.test(text) ? 'html' : 'notJson', answer.value.contentType);
    }
  }

  private bad(reason: 'html' | 'notJson', detail: string): Result<never, BackendError> {
    return err({
      kind: 'badResponse',
      target: this.base.host,
      status: 200,
      reason,
      detail: detail.slice(0, 500),
    });
  }

  private url(path: string, parameters: Readonly<Record<string, string>>): URL {
    const url = new URL(this.base);
    url.pathname = url.pathname.replace(/\/+$/, '') + path;
    for (const [name, value] of Object.entries(parameters)) {
      url.searchParams.set(name, value);
    }
    return url;
  }
}

/** The query of a search: times in microseconds, tag values as strings, or Jaeger refuses them. */
export function searchParameters(search: JaegerSearch): Readonly<Record<string, string>> {
  return {
    service: search.service,
    ...(search.failedOnly && { tags: '{"error":"true"}' }),
    start: String(Math.floor(search.window.fromMs * 1000)),
    end: String(Math.ceil(search.window.toMs * 1000)),
    limit: String(search.limit),
  };
}

function targetOf(base: URL, connection: OpenConnection): HttpTarget {
  const headers: Record<string, string> = { ...connection.headers, ...connection.secretHeaders };
  if (connection.tenant !== undefined && connection.tenant !== '') {
    headers['x-tenant'] ??= connection.tenant;
  }
  const secrets = Object.values(connection.secretHeaders);
  if (base.username !== '' || base.password !== '') {
    const credentials = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
    headers['authorization'] ??= `Basic ${Buffer.from(credentials).toString('base64')}`;
    secrets.push(headers['authorization'], base.password);
  }
  return { headers, secrets };
}
