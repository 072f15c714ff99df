import assert from 'node:assert/strict';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { disposable } from '../../../src/base/disposable';
import {
  RemoteError,
  RpcClient,
  RpcServer,
  Transfer,
  type Contract,
  type Port,
} from '../../../src/protocol/rpc';

interface EchoContract extends Contract {
  methods: {
    echo: { request: string; response: string };
    fail: { request: undefined; response: undefined };
    hang: { request: undefined; response: string };
    columns: { request: number; response: Float64Array<ArrayBuffer> };
  };
  events: { tick: number };
}

function portOf(channel: MessagePort): Port {
  return {
    post: (message, transfer) => {
      channel.postMessage(message, transfer ? [...transfer] : []);
    },
    onMessage: (listener) => {
      channel.on('message', listener);
      return disposable(() => channel.off('message', listener));
    },
  };
}

describe('rpc over a message port', () => {
  let channel: MessageChannel;
  let client: RpcClient<EchoContract>;
  let server: RpcServer<EchoContract>;
  let sent: Float64Array<ArrayBuffer>;
  let hung: Promise<AbortSignal>;

  beforeEach(() => {
    channel = new MessageChannel();
    let started: (signal: AbortSignal) => void = () => undefined;
    hung = new Promise((resolve) => (started = resolve));
    server = new RpcServer<EchoContract>(portOf(channel.port1), {
      echo: (text) => Promise.resolve(text),
      fail: () => Promise.reject(new TypeError('broken on purpose')),
      hang: (_request, signal) => {
        started(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        });
      },
      columns: (length) => {
        sent = new Float64Array(length).fill(1.5);
        return Promise.resolve(new Transfer(sent, [sent.buffer]));
      },
    });
    client = new RpcClient<EchoContract>(portOf(channel.port2));
  });

  afterEach(() => {
    client.dispose();
    server.dispose();
    channel.port1.close();
  });

  it('answers each call with its own response, also when calls overlap', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => client.call('echo', text)));
    assert.deepEqual(answers, ['a', 'b', 'c']);
  });

  it('rejects with the message and stack of what the other side threw', async () => {
    await assert.rejects(client.call('fail', undefined), (error: Error) => {
      assert.ok(error instanceof RemoteError);
      assert.equal(error.message, 'broken on purpose');
      assert.match(error.stack ?? '', /rpc\.test/);
      return true;
    });
  });

  it('moves buffers instead of copying them', async () => {
    const columns = await client.call('columns', 1000);
    assert.equal(columns.length, 1000);
    assert.equal(columns[999], 1.5);
    assert.equal(sent.length, 0, 'the sender kept a copy');
  });

  it('carries an abort to the other side and rejects at once', async () => {
    const controller = new AbortController();
    const call = client.call('hang', undefined, controller.signal);
    const signal = await hung;
    controller.abort(new Error('changed my mind'));
    await assert.rejects(call, /changed my mind/);
    await new Promise<void>((resolve) => {
      if (signal.aborted) {
        resolve();
      }
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  });

  it('rejects a call whose signal is aborted before it is sent', async () => {
    await assert.rejects(client.call('echo', 'x', AbortSignal.abort(new Error('too late'))), /too late/);
  });

  it('rejects open and later calls when closed', async () => {
    const open = client.call('hang', undefined);
    client.close(new Error('worker ended'));
    await assert.rejects(open, /worker ended/);
    await assert.rejects(client.call('echo', 'x'), /worker ended/);
  });

  it('does not serve what every object inherits', async () => {
    const raw: { call(method: string, request: unknown): Promise<unknown> } = client;
    await assert.rejects(raw.call('constructor', undefined), /no method constructor/);
  });

  it('delivers events to listeners until they are disposed', async () => {
    const seen: number[] = [];
    const subscription = client.on('tick', (value) => seen.push(value));
    server.emit('tick', 1);
    await client.call('echo', 'flush');
    subscription.dispose();
    server.emit('tick', 2);
    await client.call('echo', 'flush');
    assert.deepEqual(seen, [1]);
  });
});
