import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixturePath } from '../kit/fixture';

interface WireTag {
  readonly key: string;
  readonly value: unknown;
}

/** The part of a recorded trace that searching needs; it is sent on as it was recorded. */
export interface WireTrace {
  readonly traceID: string;
  readonly spans: readonly {
    readonly startTime: number;
    readonly processID: string;
    readonly tags: readonly WireTag[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

/** What a fake server answers instead of serving, to one request. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a port of its own, which keeps what it was asked. */
export interface FakeServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** Starts `answer` on a free port of 127.0.0.1. */
export async function serve(answer: Fault): Promise<FakeServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Every trace among the recorded answers of Jaeger 1.76, each once. */
export function recordedJaegerTraces(): readonly WireTrace[] {
  const byId = new Map<string, WireTrace>();
  for (const name of readdirSync(fixturePath('jaeger176'))
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    const { data } = JSON.parse(readFixture(name)) as { readonly data: readonly unknown[] | null };
    for (const item of data ?? []) {
      if (typeof item === 'object') {
        const trace = item as WireTrace;
        byId.set(trace.traceID, trace);
      }
    }
  }
  return [...byId.values()];
}

export function readFixture(name: string): string {
  return readFileSync(fixturePath(`jaeger176/${name}`), 'utf8');
}

/** Answers as Jaeger 1.76 was recorded to: newest chosen, listed oldest first; errors as JSON called plain text; pages for unknown paths. */
export function jaegerAnswers(traces: readonly WireTrace[], basePath = ''): Fault {
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : '';
    const services = [...new Set(traces.flatMap(servicesOf))];
    if (path === '/api/services') {
      sendJson(response, { data: services, total: services.length, limit: 0, offset: 0, errors: null });
    } else if (path === '/api/traces') {
      search(traces, url.searchParams, response);
    } else if (path.startsWith('/api/traces/')) {
      const id = path.slice('/api/traces/'.length);
      const trace = traces.find(({ traceID }) => traceID.padStart(32, '0') === id.padStart(32, '0'));
      if (trace) {
        sendJson(response, { data: [trace], total: 0, limit: 0, offset: 0, errors: null });
      } else {
        sendRecorded(response, 404, 'trace-miss.json');
      }
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(readFixture('root-html.html'));
    }
  };
}

function search(traces: readonly WireTrace[], query: URLSearchParams, response: ServerResponse): void {
  const service = query.get('service');
  if (service === null) {
    sendRecorded(response, 400, 'operations-no-service.json');
    return;
  }
  const tags = JSON.parse(query.get('tags') ?? '{}') as Readonly<Record<string, unknown>>;
  if (Object.values(tags).some((value) => typeof value !== 'string')) {
    sendRecorded(response, 400, 'search-tags-not-strings.json');
    return;
  }
  const [from, to] = [Number(query.get('start')), Number(query.get('end'))];
  const found = traces
    .filter((trace) =>
      trace.spans.some(
        (span) =>
          trace.processes[span.processID]?.serviceName === service &&
          span.startTime >= from &&
          span.startTime <= to &&
          Object.entries(tags).every(([key, value]) =>
            span.tags.some((tag) => tag.key === key && String(tag.value) === value),
          ),
      ),
    )
    .sort((a, b) => startOf(a) - startOf(b))
    .slice(-Number(query.get('limit') ?? 100));
  sendJson(response, { data: found, total: 0, limit: 0, offset: 0, errors: null });
}

export function servicesOf(trace: WireTrace): readonly string[] {
  return Object.values(trace.processes).map(({ serviceName }) => serviceName);
}

/** Start of the earliest span in microseconds. */
export function startOf(trace: WireTrace): number {
  return Math.min(...trace.spans.map(({ startTime }) => startTime));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function sendRecorded(response: ServerResponse, status: number, name: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(readFixture(name));
}
