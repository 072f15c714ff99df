import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { AnalysisService } from '../../../../src/analysis/service';
import { LocalBackend } from '../../../../src/backends/local/localBackend';
import type { CodeTraces } from '../../../../src/protocol/analysis';
import { codeLensText } from '../../../../src/words';
import { fixturePath, loadOtlpRecording } from '../../../kit/fixture';
import { engineOver, send, startOnFreePort, TestFolder } from '../../engine/testEngine';

const recordedAt = { fromMs: 0, toMs: Date.UTC(2027, 0, 1) };

describe('traces of code over the recorded system', () => {
  const folder = new TestFolder();
  const { signal } = new AbortController();
  let service: AnalysisService;

  before(async () => {
    const { engine, store } = engineOver(folder.store);
    const port = await startOnFreePort(engine);
    for (const request of [
      ...loadOtlpRecording('otlpNode', ['b']),
      ...loadOtlpRecording('otlpPython', ['b']),
    ]) {
      await send(port, `/v1/${request.signal}`, request.body, { 'content-type': request.contentType });
    }
    store.indexAll();
    await engine.close();
    service = new AnalysisService(() => {
      const local = new LocalBackend(folder.store);
      return {
        backends: [local],
        dispose: () => {
          local.dispose();
        },
      };
    });
    await service.handlers().configure(
      {
        connections: [],
        network: { noProxy: [], proxyStrictSsl: true },
        folders: [{ name: 'sampleApp', path: fixturePath('sampleApp') }],
        mappings: [],
        revisions: [],
        chosenMaps: [],
        trusted: false,
      },
      signal,
    );
  });

  after(() => {
    service.dispose();
    folder.remove();
  });

  async function functionsOf(path: string, window = recordedAt): Promise<readonly CodeTraces[]> {
    return (await service.handlers().codeTraces({ path, window }, signal)) as readonly CodeTraces[];
  }

  it('counts the runs of each function of a file once, with those that failed', async () => {
    const functions = await functionsOf('gateway/src/routes/order.ts');
    assert.deepEqual(
      functions.map((one) => [one.function, one.lineBase1]),
      [
        ['tipsFor', 7],
        ['showOrder', 20],
      ],
    );
    const [, show] = functions;
    // The server's span, the framework's and two of its own are one run of the handler.
    assert.ok(show!.runs >= show!.traceIds.length && show!.runs < 60, String(show!.runs));
    assert.ok(show!.failing > 0 && show!.failing < show!.runs);
    assert.ok(show!.p95Ms > 0);
    assert.equal(show!.complete, true);
  });

  it('counts calls of the database where they are made', async () => {
    const functions = await functionsOf('orders/store.py');
    assert.deepEqual(
      functions.map((one) => [one.function, one.lineBase1]),
      [
        ['add', 12],
        ['get', 15],
        ['of_day', 21],
      ],
    );
    const ids = functions.flatMap(({ traceIds }) => traceIds);
    assert.ok(ids.length > 0 && ids.every((id) => /^[0-9a-f]{32}$/.test(id)));
  });

  it('knows of how many runs a function failed only where runs that went well lead to it too', async () => {
    const byName = async (path: string, name: string): Promise<CodeTraces | undefined> =>
      (await functionsOf(path)).find((one) => one.function === name);
    const [thrown, asked] = [
      await byName('gateway/src/upstream.ts', 'problem'),
      await byName('gateway/src/upstream.ts', 'callOrders'),
    ];
    assert.equal(thrown!.onlyFailures, true);
    assert.match(codeLensText(thrown!, '', thrown!.lastSeenMs + 5_000), /^12 failed · last 5 s ago$/);
    assert.equal(asked!.onlyFailures, false);
    assert.match(
      codeLensText(asked!, '1.8 s', asked!.lastSeenMs),
      /^9 of 81 failed \(11\.1 %\) · p95 1\.8 s · /,
    );
  });

  it('marks the lines at which spans failed', async () => {
    const functions = await functionsOf('orders/inventory.py');
    const reserve = functions.find((one) => one.function === 'reserve');
    assert.ok(reserve!.failing > 0);
    assert.ok(reserve!.failingLinesBase1.every((line) => line === 63 || line === 65));
    assert.ok(reserve!.failingLinesBase1.length > 0);
  });

  it('has nothing for files without traces, outside of the window, and outside of the workspace', async () => {
    assert.deepEqual(await functionsOf('gateway/src/model.ts'), []);
    assert.deepEqual(await functionsOf('orders/store.py', { fromMs: 0, toMs: 1 }), []);
    assert.deepEqual(await functionsOf('../secret.py'), []);
  });
});
