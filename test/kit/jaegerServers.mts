import { createServer, type RequestListener, type Server } from 'node:http';
import { listenOnFreePort } from './ports.mts';

/** A server in the place of a Jaeger. */
export interface JaegerServer {
  readonly url: string;
  close(): void;
}

/** Knows more traces than anybody asks for, every tenth of them failed. */
export function startFullJaeger(): Promise<JaegerServer> {
  return start((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const failedOnly = searchParams.has('tags');
    const count = Number(searchParams.get('limit') ?? 0);
    const data =
      pathname === '/api/services'
        ? ['orders']
        : Array.from({ length: count }, (_, index) => orderTrace(failedOnly ? index * 10 : index));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data }));
  });
}

/** Turns every token down. */
export function startStrictJaeger(): Promise<JaegerServer> {
  return start((_request, response) => {
    response.writeHead(401).end();
  });
}

/** Takes every request and answers none. */
export function startSilentJaeger(): Promise<JaegerServer> {
  return start(() => undefined);
}

async function start(answer: RequestListener): Promise<JaegerServer> {
  const server: Server = createServer(answer);
  const port = await listenOnFreePort(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One request a second, the newest of them first, every tenth failed. */
function orderTrace(index: number): unknown {
  const failed = index % 10 === 0;
  const id = (index + 1).toString(16);
  const startUs = (Date.now() - (index + 1) * 1000) * 1000;
  return {
    traceID: id.padStart(32, '0'),
    processes: { p1: { serviceName: 'orders', tags: [] } },
    spans: [
      {
        traceID: id.padStart(32, '0'),
        spanID: id.padStart(16, '0'),
        operationName: 'POST /orders',
        processID: 'p1',
        references: [],
        startTime: startUs,
        duration: 40_000,
        tags: [
          { key: 'span.kind', type: 'string', value: 'server' },
          ...(failed ? [{ key: 'error', type: 'bool', value: true }] : []),
        ],
        logs: failed
          ? [
              {
                timestamp: startUs + 39_000,
                fields: [
                  { key: 'event', type: 'string', value: 'exception' },
                  { key: 'exception.type', type: 'string', value: 'PoolExhausted' },
                  { key: 'exception.message', type: 'string', value: 'no connection became free in 30 s' },
                ],
              },
            ]
          : [],
      },
    ],
  };
}
