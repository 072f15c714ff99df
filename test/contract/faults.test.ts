import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import { HttpClient, type HttpLimits } from '../../src/backends/http';
import { openBackend } from '../../src/backends/registry';
import { traceIdFromHex } from '../../src/core/model/ids';
import type { NetworkOptions, OpenConnection } from '../../src/protocol/analysis';
import type { BackendError, TraceBackend } from '../../src/protocol/backend';
import { backendErrorText } from '../../src/words';
import {
  jaegerAnswers,
  readFixture,
  recordedJaegerTraces,
  serve,
  type FakeServer,
  type Fault,
} from './fakeJaeger';

const direct: NetworkOptions = { noProxy: [], proxyStrictSsl: true };
const never = new AbortController().signal;
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

async function serving(fault: Fault): Promise<FakeServer> {
  const server = await serve(fault);
  cleanups.push(() => server.close());
  return server;
}

function backendAt(
  url: string,
  limits: HttpLimits = {},
  connection: Partial<OpenConnection> = {},
  network = direct,
): TraceBackend {
  const http = new HttpClient(network, { wait: () => Promise.resolve(), ...limits });
  cleanups.push(() => {
    http.dispose();
  });
  return openBackend(http, {
    id: 'j',
    kind: 'jaeger',
    name: 'Jaeger',
    url,
    secretHeaders: {},
    ...connection,
  });
}

async function errorOf(backend: TraceBackend, signal = never): Promise<BackendError> {
  const outcome = await backend.test(signal);
  assert.ok(!outcome.ok, 'an error was expected');
  return outcome.error;
}

/** Answers the first requests in turn, all later ones with the last. */
function inTurn(...faults: readonly Fault[]): Fault {
  let next = 0;
  return (request, response) => {
    faults[Math.min(next++, faults.length - 1)]!(request, response);
  };
}

function status(code: number, headers: Readonly<Record<string, string>> = {}, body = 'no'): Fault {
  return (_request, response) => {
    response.writeHead(code, headers);
    response.end(body);
  };
}

const good = jaegerAnswers(recordedJaegerTraces());

describe('a backend that gives no good answer', () => {
  it('is unreachable where nothing listens', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    taken.close();
    await once(taken, 'close');
    const error = await errorOf(backendAt(`http://127.0.0.1:${port}`));
    assert.equal(error.kind, 'unreachable');
    assert.equal(backendErrorText('Jaeger', error), `Nothing listens on 127.0.0.1:${port}.`);
  });

  it('is unreachable, its host unknown, where the name is not known', async () => {
    const error = await errorOf(backendAt('http://no-such-host.invalid:1'));
    assert.deepEqual([error.kind, error.reason], ['unreachable', 'hostUnknown']);
  });

  for (const code of [401, 403]) {
    it(`rejects with ${code}`, async () => {
      const { url } = await serving(status(code));
      const error = await errorOf(backendAt(url));
      assert.deepEqual([error.kind, error.status], ['unauthorized', code]);
    });
  }

  it('is asked again where it names a short wait, and waits as long as it asks', async () => {
    const waits: number[] = [];
    const server = await serving(inTurn(status(429, { 'retry-after': '2' }), status(503), good));
    const wait = (ms: number): Promise<void> => {
      waits.push(ms);
      return Promise.resolve();
    };
    const outcome = await backendAt(server.url, { wait }).test(never);
    assert.ok(outcome.ok);
    assert.deepEqual([waits, server.requests.length], [[2000, 600], 3]);
  });

  it('limits the rate with the wait it names where that is long', async () => {
    const server = await serving(status(429, { 'retry-after': '3600' }));
    const error = await errorOf(backendAt(server.url));
    assert.deepEqual([error.kind, error.retryAfterMs, server.requests.length], ['rateLimited', 3_600_000, 1]);
  });

  it('has failed after three times 503', async () => {
    const server = await serving(status(503, {}, 'overloaded'));
    const error = await errorOf(backendAt(server.url));
    assert.deepEqual(
      [error.kind, error.reason, error.status, error.detail, server.requests.length],
      ['badResponse', 'serverError', 503, 'overloaded', 3],
    );
  });

  it('is told apart from a page', async () => {
    const { url } = await serving((_request, response) => {
      response.end(readFixture('root-html.html'));
    });
    const error = await errorOf(backendAt(url));
    assert.deepEqual([error.kind, error.reason], ['badResponse', 'html']);
  });

  it('is told apart from another JSON API, and from text', async () => {
    for (const body of ['{"status":"success"}', '[]', '"text"', 'fine', '']) {
      const { url } = await serving(status(200, {}, body));
      const error = await errorOf(backendAt(url));
      assert.deepEqual([error.kind, error.reason], ['badResponse', 'notJson'], body);
    }
  });

  it('breaks off in the middle of the body', async () => {
    const { url } = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"data":[');
      setImmediate(() => response.destroy());
    });
    const error = await errorOf(backendAt(url));
    assert.deepEqual([error.kind, error.reason], ['badResponse', 'truncated']);
  });

  it('sends a gzip body that ends early', async () => {
    const packed = gzipSync('{"data":["a"]}');
    const { url } = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(packed.subarray(0, 12));
    });
    assert.equal((await errorOf(backendAt(url))).reason, 'truncated');
  });

  it('sends 100 MB: too large, long before they are read', async () => {
    let sent = 0;
    const { url } = await serving((_request, response) => {
      const chunk = Buffer.alloc(1 << 20, 32);
      const more = (): void => {
        while (sent < 100 && !response.destroyed) {
          sent++;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const error = await errorOf(backendAt(url, { maxBytes: 8 << 20 }));
    assert.equal(error.kind, 'tooLarge');
    assert.ok(sent < 100);
  });

  it('sends a bomb: counted after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    assert.ok(bomb.length < 1 << 17);
    const { url } = await serving((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(bomb);
    });
    assert.equal((await errorOf(backendAt(url, { maxBytes: 8 << 20 }))).kind, 'tooLarge');
  });

  it('is too slow', async () => {
    const { url } = await serving((_request, response) => {
      response.write('{');
    });
    assert.equal((await errorOf(backendAt(url, { timeoutMs: 100 }))).kind, 'timeout');
  });

  it('is given up on when the caller aborts, also while a retry waits', async () => {
    const slow = await serving((_request, response) => {
      response.write('{');
      controller.abort();
    });
    let controller = new AbortController();
    assert.equal((await errorOf(backendAt(slow.url), controller.signal)).kind, 'cancelled');
    const busy = await serving(status(503));
    controller = new AbortController();
    const wait = (_ms: number, signal: AbortSignal): Promise<void> => {
      controller.abort();
      return Promise.reject(signal.reason as Error);
    };
    assert.equal((await errorOf(backendAt(busy.url, { wait }), controller.signal)).kind, 'cancelled');
    assert.equal(busy.requests.length, 1);
  });

  it('is not followed to another origin, but within its own', async () => {
    const other = await serving(good);
    const { url } = await serving(status(302, { location: `${other.url}/api/services` }));
    const error = await errorOf(backendAt(url, {}, { secretHeaders: { authorization: 'Bearer s3cret' } }));
    assert.deepEqual([error.kind, error.reason, other.requests.length], ['badResponse', 'redirected', 0]);
    const moved = await serving((request, response) => {
      if (request.url === '/api/services') {
        status(308, { location: '/new/api/services' })(request, response);
      } else {
        jaegerAnswers(recordedJaegerTraces(), '/new')(request, response);
      }
    });
    assert.ok((await backendAt(moved.url).test(never)).ok);
  });

  it('never gets a secret into an error', async () => {
    const { url } = await serving((request, response) => {
      response.writeHead(403);
      response.end(`denied: ${request.headers.authorization} and ${String(request.headers['x-key'])}`);
    });
    const error = await errorOf(
      backendAt(
        url.replace('http://', 'http://me:pass%20word@'),
        {},
        { secretHeaders: { 'x-key': 'k-1234' } },
      ),
    );
    const basic = Buffer.from('me:pass word').toString('base64');
    assert.match(error.detail ?? '', /^denied: /);
    for (const secret of [basic, 'k-1234', 'pass']) {
      assert.ok(!JSON.stringify(error).includes(secret), secret);
    }
    assert.equal(error.target, new URL(url).host);
  });
});

describe('requests to a backend', () => {
  it('carry the headers and the tenant of the connection', async () => {
    const server = await serving(good);
    const outcome = await backendAt(
      server.url,
      {},
      { tenant: 'acme', headers: { 'x-a': '1' }, secretHeaders: { authorization: 'Bearer t' } },
    ).test(never);
    assert.ok(outcome.ok);
    const { headers } = server.requests[0]!;
    assert.deepEqual([headers['x-tenant'], headers['x-a'], headers.authorization], ['acme', '1', 'Bearer t']);
  });

  it('go through the proxy with its credentials, except to this machine', async () => {
    const proxy = await serving(good);
    const network: NetworkOptions = {
      proxy: proxy.url,
      noProxy: ['other.example'],
      proxyStrictSsl: true,
      proxyAuthorization: 'Basic cHJveHk=',
    };
    assert.ok((await backendAt('http://jaeger.example', {}, {}, network).test(never)).ok);
    assert.equal(proxy.requests[0]?.url, 'http://jaeger.example/api/services');
    assert.equal(proxy.requests[0].headers['proxy-authorization'], 'Basic cHJveHk=');
    const own = await serving(good);
    assert.ok((await backendAt(own.url, {}, {}, network).test(never)).ok);
    assert.equal(proxy.requests.length, 1);
  });
});

describe('a Jaeger', () => {
  it('without classic search is unsupported, another server at the address is not Jaeger', async () => {
    const newer = await serving((request, response) => {
      if (request.url === '/api/v3/services') {
        response.end('{"services":[]}');
      } else {
        status(404, {}, '404 page not found\n')(request, response);
      }
    });
    const unsupported = await errorOf(backendAt(newer.url));
    assert.deepEqual([unsupported.kind, unsupported.reason], ['unsupported', 'classicSearchRemoved']);
    assert.match(backendErrorText('Jaeger', unsupported), /2\.21/);
    const other = await serving(status(404));
    const error = await errorOf(backendAt(other.url));
    assert.deepEqual([error.kind, error.reason], ['badResponse', 'noApi']);
  });

  it('is asked twice per service, with one window and limit, tags as strings', async () => {
    const server = await serving(good);
    const window = { fromMs: 1_795_404_800_000.5, toMs: 1_795_404_900_000 };
    assert.ok((await backendAt(server.url).failures(window, never)).ok);
    const searches = server.requests
      .map(({ url }) => new URL(url ?? '', server.url))
      .filter(({ pathname }) => pathname === '/api/traces')
      .map(({ searchParams }) => searchParams);
    const services = new Set(searches.map((search) => search.get('service')));
    assert.ok(services.has('pay/éte 100% svc'));
    assert.equal(searches.length, 2 * services.size);
    assert.equal(
      searches.filter((search) => search.get('tags') === '{"error":"true"}').length,
      services.size,
    );
    assert.deepEqual(
      [
        ...new Set(
          searches.map((search) => `${search.get('start')} ${search.get('end')} ${search.get('limit')}`),
        ),
      ],
      ['1795404800000500 1795404900000000 100'],
    );
  });

  it('whose limit is hit gives lower bounds: runs of the search for all traces, never fewer than failed', async () => {
    const [failing, sound] = ['trace-discount-key-error.json', 'trace-ok-checkout.json'].map(
      (name) => (JSON.parse(readFixture(name)) as { data: { traceID: string }[] }).data[0]!,
    );
    const copies = (trace: object, from: number): unknown[] =>
      Array.from(
        { length: 100 },
        (_, i) =>
          JSON.parse(
            JSON.stringify(trace).replaceAll(
              /"traceID":"[0-9a-f]+"/g,
              `"traceID":"${(from + i).toString(16)}"`,
            ),
          ) as unknown,
      );
    const server = await serving((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const data =
        url.pathname === '/api/services'
          ? ['gateway']
          : url.searchParams.has('tags')
            ? copies(failing!, 1)
            : [...copies(failing!, 91).slice(0, 10), ...copies(sound!, 1000).slice(0, 90)];
      response.end(JSON.stringify({ data }));
    });
    const list = await backendAt(server.url).failures({ fromMs: 0, toMs: 4e12 }, never);
    assert.ok(list.ok);
    assert.equal(list.value.complete, false);
    assert.deepEqual([list.value.completeness.complete, list.value.completeness.limit], [false, 100]);
    assert.deepEqual(
      list.value.groups.map(({ failing: failed, runs }) => [failed, runs]),
      [[100, 100]],
    );
  });

  it('stops asking after the first error', async () => {
    const server = await serving(inTurn(good, status(401)));
    const outcome = await backendAt(server.url).failures({ fromMs: 0, toMs: 4e12 }, never);
    assert.equal(!outcome.ok && outcome.error.kind, 'unauthorized');
    assert.ok(server.requests.length <= 5);
  });

  it('finds a trace by a short id, and says so where it knows none', async () => {
    const { url } = await serving(good);
    const trace = await backendAt(url).trace(traceIdFromHex('5f2c6d0f4a1b9e37')!, never);
    assert.ok(trace.ok);
    assert.equal(trace.value.traceId, '00000000000000005f2c6d0f4a1b9e37');
    const empty = await serving(status(200, {}, '{"data":[]}'));
    const none = await backendAt(empty.url).trace(traceIdFromHex('1')!, never);
    assert.equal(!none.ok && none.error.kind, 'notFound');
  });
});
