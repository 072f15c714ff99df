import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { gzipSync } from 'node:zlib';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import { traceIdFromHex } from '../../../src/core/model/ids';
import { attributesOf, stringsOf } from '../../../src/core/model/attributes';
import { startReceiver } from '../../../src/engine/receiver/receiver';
import { receiverProblemText } from '../../../src/words';
import { loadOtlpEdge } from '../../kit/fixture';
import { engineOver, send, startOnFreePort, TestFolder } from './testEngine';

const json = { 'content-type': 'application/json' };
const proto = { 'content-type': 'application/x-protobuf' };
const traceId = '0af7651916cd43dd8448eb211c80319c';

function oneSpan(span: Readonly<Record<string, unknown>> = {}): string {
  const spans = [
    {
      traceId,
      spanId: 'b7ad6b7169203331',
      name: 'GET /',
      startTimeUnixNano: '1795405021000000000',
      endTimeUnixNano: '1795405021100000000',
      ...span,
    },
  ];
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

describe('OTLP/HTTP receiver', () => {
  let folder: TestFolder;
  let opened: ReturnType<typeof engineOver>;
  let port: number;

  beforeEach(async () => {
    folder = new TestFolder();
    opened = engineOver(folder.store);
    port = await startOnFreePort(opened.engine);
  });

  afterEach(async () => {
    await opened.engine.close();
    folder.remove();
  });

  function spans(): number {
    opened.store.indexAll();
    return opened.store.status().spans;
  }

  it('answers an export with the empty message of its type', async () => {
    const inJson = await send(port, '/v1/traces', oneSpan(), json);
    assert.equal(inJson.status, 200);
    assert.equal(inJson.headers['content-type'], 'application/json');
    assert.equal(inJson.body.toString(), '{}');
    const inProto = await send(port, '/v1/traces/', loadOtlpEdge(), proto);
    assert.equal(inProto.status, 200);
    assert.equal(inProto.headers['content-type'], 'application/x-protobuf');
    assert.equal(inProto.body.length, 0);
  });

  it('takes empty requests of every signal', async () => {
    for (const signal of ['traces', 'logs', 'metrics']) {
      assert.equal((await send(port, `/v1/${signal}`, '', proto)).status, 200);
      assert.equal((await send(port, `/v1/${signal}`, '{}', json)).body.toString(), '{}');
    }
  });

  const refused: readonly {
    readonly what: string;
    readonly body?: Uint8Array | string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly method?: string;
    readonly route?: string;
    readonly status: number;
    readonly code: number;
    readonly says?: string;
    readonly answer?: Readonly<Record<string, string>>;
  }[] = [
    { what: 'malformed protobuf', body: Buffer.from([0x0a, 0xff]), headers: proto, status: 400, code: 3 },
    {
      what: 'malformed JSON',
      body: '{"resourceSpans":[',
      headers: json,
      status: 400,
      code: 3,
      says: 'The request cannot be read: it is not a JSON object.',
    },
    {
      what: 'JSON of another shape',
      body: '{"resourceSpans":[1]}',
      headers: json,
      status: 400,
      code: 3,
      says: 'The request cannot be read: resourceSpans is not a list of objects.',
    },
    {
      what: 'truncated gzip',
      body: gzipSync(oneSpan()).subarray(0, 60),
      headers: { ...json, 'content-encoding': 'gzip' },
      status: 400,
      code: 3,
    },
    {
      what: 'a gzip bomb',
      body: gzipSync(Buffer.alloc(100 * 1024 * 1024)),
      headers: { ...proto, 'content-encoding': 'gzip' },
      status: 413,
      code: 8,
    },
    {
      what: 'a body of 100 MB with its length',
      body: Buffer.alloc(100 * 1024 * 1024),
      headers: { ...proto, 'content-length': String(100 * 1024 * 1024) },
      status: 413,
      code: 8,
    },
    {
      what: 'a body of 100 MB in chunks',
      body: Buffer.alloc(100 * 1024 * 1024),
      headers: proto,
      status: 413,
      code: 8,
    },
    {
      what: 'another content type',
      body: oneSpan(),
      headers: { 'content-type': 'text/plain' },
      status: 415,
      code: 3,
    },
    { what: 'no content type', body: oneSpan(), status: 415, code: 3 },
    {
      what: 'another encoding',
      body: oneSpan(),
      headers: { ...json, 'content-encoding': 'br' },
      status: 415,
      code: 3,
      answer: { 'accept-encoding': 'gzip, identity' },
    },
    { what: 'GET', method: 'GET', headers: json, status: 405, code: 12, answer: { allow: 'POST' } },
    {
      what: 'OPTIONS of a page',
      method: 'OPTIONS',
      headers: { origin: 'http://a.example' },
      status: 405,
      code: 12,
    },
    { what: 'another path', route: '/api/v2/spans', body: '[]', headers: json, status: 404, code: 5 },
    {
      what: 'a name pointed here',
      body: oneSpan(),
      headers: { ...json, host: 'a.example' },
      status: 403,
      code: 7,
    },
    {
      what: 'a name that starts as an address',
      headers: { ...json, host: '127.0.0.1.a.example' },
      status: 403,
      code: 7,
    },
  ];
  for (const { what, body, headers, method, route, status, code, says, answer } of refused) {
    it(`refuses ${what} with ${status} and a status message`, async () => {
      const got = await send(port, route ?? '/v1/traces', body, headers, method);
      assert.equal(got.status, status);
      for (const [name, value] of Object.entries(answer ?? {})) {
        assert.equal(got.headers[name], value);
      }
      if (got.headers['content-type'] === 'application/x-protobuf') {
        assert.equal(got.body[0], 0x08);
        assert.equal(got.body[1], code);
        assert.equal(got.body[2], 0x12);
        assert.ok(got.body.length > 4);
      } else {
        const { code: sent, message } = JSON.parse(got.body.toString()) as { code: number; message: string };
        assert.equal(sent, code);
        assert.match(message, /\.$/);
        assert.equal(message, says ?? message);
      }
      assert.equal((await send(port, '/v1/traces', oneSpan(), json)).status, 200);
      assert.equal(spans(), 1);
    });
  }

  for (const host of [
    'localhost',
    '[::1]:4318',
    '127.8.8.8',
    'host.docker.internal:4318',
    'HOST.containers.internal',
  ]) {
    it(`accepts ${host} as host`, async () => {
      assert.equal((await send(port, '/v1/traces', oneSpan(), { ...json, host })).status, 200);
    });
  }

  it('says how many spans it did not keep, and keeps the others', async () => {
    const request = JSON.parse(oneSpan()) as { resourceSpans: { scopeSpans: { spans: object[] }[] }[] };
    const list = request.resourceSpans[0]!.scopeSpans[0]!.spans;
    list.push({ ...list[0], spanId: 'b7ad' + '0'.repeat(20) }, { ...list[0], traceId: '' });
    const answer = await send(port, '/v1/traces', JSON.stringify(request), json);
    assert.equal(answer.status, 200);
    const { partialSuccess } = JSON.parse(answer.body.toString()) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string };
    };
    assert.equal(partialSuccess.rejectedSpans, '2');
    assert.match(partialSuccess.errorMessage, /^Not kept: \d without a valid (trace|span) id.*\.$/);
    assert.equal(spans(), 1);
  });

  it('keeps an attribute of 10 MB, invalid UTF-8, and times of 1970 and 2286 in one trace', async () => {
    const attributes = [{ key: 'big', value: { stringValue: 'x'.repeat(10_000_000) } }];
    const body = Buffer.from(
      oneSpan({ name: 'caf', attributes, startTimeUnixNano: '1', endTimeUnixNano: '9999999999000000000' }),
    );
    body[body.indexOf('caf') + 2] = 0xe9;
    assert.equal((await send(port, '/v1/traces', body, json)).status, 200);
    assert.equal(spans(), 1);
    const backend = new LocalBackend(folder.store);
    const trace = await backend.trace(traceIdFromHex(traceId)!);
    backend.dispose();
    assert.ok(trace.ok);
    const [big] = attributesOf(stringsOf(trace.value.spans), trace.value.spans.attributes, 0);
    assert.equal(big?.text.length, 10_000_000);
  });

  it('asks for the body only where it will take it', async () => {
    const expect = { ...json, expect: '100-continue', 'content-length': '5' };
    const continued = (headers: Readonly<Record<string, string>>): Promise<string> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers });
        outgoing.once('continue', () => {
          resolve('continue');
          outgoing.destroy();
        });
        outgoing.once('response', (response) => {
          resolve(String(response.statusCode));
          outgoing.destroy();
        });
        outgoing.once('error', reject);
        outgoing.flushHeaders();
      });
    assert.equal(await continued(expect), 'continue');
    assert.equal(await continued({ ...expect, 'content-length': String(2 ** 30) }), '413');
    assert.equal(await continued({ ...expect, host: 'a.example' }), '403');
  });

  it('asks senders to come again while paused', async () => {
    opened.engine.pause(true);
    const answer = await send(port, '/v1/traces', oneSpan(), json);
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    opened.engine.pause(false);
    assert.equal((await send(port, '/v1/traces', oneSpan(), json)).status, 200);
  });

  it('tells a gRPC client which protocol the port speaks', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      });
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(text);
      });
    });
    assert.ok(answer.includes(receiverProblemText({ code: 'grpcOnHttpPort' })));
    const { receiver } = (await opened.engine.handlers().status(undefined, new AbortController().signal)) as {
      receiver: { state: string; grpcSeen?: boolean };
    };
    assert.equal(receiver.grpcSeen, true);
  });

  it('goes on after senders that hang up within a request', async () => {
    for (const headers of [proto, { ...proto, 'content-encoding': 'gzip' }]) {
      const outgoing = request({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers });
      const closed = new Promise((resolve) => outgoing.once('close', resolve));
      outgoing.on('error', () => undefined);
      outgoing.write(gzipSync(oneSpan()).subarray(0, 30), () => outgoing.destroy());
      await closed;
    }
    assert.equal((await send(port, '/v1/traces', oneSpan(), json)).status, 200);
    assert.equal(spans(), 1);
  });

  it('takes no more bodies at once than fit its memory', async () => {
    const limited = await startReceiver({
      port: 0,
      allowedHosts: [],
      sink: () => Promise.resolve({ code: 'stored', rejected: 0 }),
      textOf: receiverProblemText,
      onGrpc: () => undefined,
      bodyLimitBytes: 1000,
    });
    assert.ok(limited.ok);
    const slow = await Promise.all(
      Array.from({ length: 2 }, () => beginRequest(limited.value.port, 'x'.repeat(990))),
    );
    const answer = await send(limited.value.port, '/v1/traces', 'x'.repeat(500), proto);
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    assert.deepEqual(await Promise.all(slow.map((finish) => finish())), [200, 200]);
    assert.equal((await send(limited.value.port, '/v1/traces', 'x'.repeat(500), proto)).status, 200);
    await limited.value.close();
  });
});

/** Sends a body up to its end, which `finish` sends; the other side has read the rest by the time this settles. */
async function beginRequest(port: number, body: string): Promise<() => Promise<number>> {
  const outgoing = request({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers: proto });
  const answered = new Promise<number>((resolve, reject) => {
    outgoing.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.once('error', reject);
  });
  await new Promise<void>((resolve, reject) => {
    outgoing.write(body, (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
  // A round trip over another connection comes after what this one has sent already.
  await send(port, '/v1/metrics', '', proto);
  return async () => {
    outgoing.end();
    return await answered;
  };
}
