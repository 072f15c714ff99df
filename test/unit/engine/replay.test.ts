import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { gzipSync } from 'node:zlib';
import { loadOtlpEdge, loadOtlpRecording, type OtlpRequest } from '../../kit/fixture';
import { engineOver, send, startOnFreePort, TestFolder } from './testEngine';

describe('replayed recordings', () => {
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

  async function replay(requests: readonly OtlpRequest[]): Promise<void> {
    for (const { signal, contentType, body } of requests) {
      const answer = await send(port, `/v1/${signal}`, body, { 'content-type': contentType });
      assert.equal(answer.status, 200, answer.body.toString());
    }
    opened.store.indexAll();
  }

  function counts(): Readonly<Record<string, number>> {
    const { traces, spans, logRecords, metricPoints } = opened.store.status();
    return { traces, spans, logRecords, metricPoints };
  }

  it('stores every span once, however often it is sent', async () => {
    const requests = [...loadOtlpRecording('otlpNode'), ...loadOtlpRecording('otlpPython')];
    await replay(requests);
    const first = counts();
    assert.equal(first['spans'], 5287 + 1030);
    assert.equal(first['traces'], 451 + 90);
    assert.ok(first['logRecords']! > 0 && first['metricPoints']! > 0);
    await replay(requests);
    await replay([...requests].reverse());
    assert.deepEqual(counts(), first);
    // Nothing of the repeated requests takes room either.
    const database = new DatabaseSync(folder.store, { readOnly: true });
    const row = database.prepare('SELECT sum(rows) AS rows FROM segments WHERE kind = 0').get();
    database.close();
    assert.equal(row?.['rows'], first['spans']);
  });

  it('stores the odd traces, gzipped', async () => {
    const answer = await send(port, '/v1/traces', gzipSync(loadOtlpEdge()), {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.length, 0);
    opened.store.indexAll();
    assert.ok(counts()['spans']! > 0);
  });
});
