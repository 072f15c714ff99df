import { MessageChannel } from 'node:worker_threads';
import { AnalysisService } from '../../src/analysis/service';
import { LocalBackend } from '../../src/backends/local/localBackend';
import { traceIdAt } from '../../src/core/model/ids';
import type { Trace } from '../../src/core/model/trace';
import type { AnalysisContract } from '../../src/protocol/analysis';
import { packColumns } from '../../src/protocol/columns';
import { RpcClient, RpcServer } from '../../src/protocol/rpc';
import { workerPort } from '../../src/workerPort';
import { engineOver, send, startOnFreePort, TestFolder } from '../unit/engine/testEngine';

/**
 * What a click costs until the bytes of a trace leave for the webview: the analysis reads it from the store and builds it, it crosses the
 * worker's port, and the host packs it. Each run opens a store of its own, so nothing is kept from the run before.
 */
export async function openingMs(body: Uint8Array, trace: Trace, runs: number): Promise<number> {
  const folder = new TestFolder();
  try {
    const { engine, store } = engineOver(folder.store);
    const port = await startOnFreePort(engine);
    const sent = await send(port, '/v1/traces', body, { 'content-type': 'application/x-protobuf' });
    if (sent.status !== 200) {
      throw new Error(`the receiver answered ${sent.status}`);
    }
    store.indexAll();
    await engine.close();
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      times.push(await openOnceMs(folder.store, trace));
    }
    return times.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
  } finally {
    folder.remove();
  }
}

async function openOnceMs(file: string, trace: Trace): Promise<number> {
  const local = new LocalBackend(file);
  const service = new AnalysisService(() => ({
    backends: [local],
    dispose: () => {
      local.dispose();
    },
  }));
  const { port1, port2 } = new MessageChannel();
  const server = new RpcServer<AnalysisContract>(workerPort(port1), service.handlers());
  const client = new RpcClient<AnalysisContract>(workerPort(port2));
  try {
    const startMs = performance.now();
    const answer = await client.call('trace', { traceId: traceIdAt(trace.spans.traceIds, 0) });
    if (!answer.ok || answer.value.spans.count !== trace.spans.count) {
      throw new Error('the store gives another trace');
    }
    packColumns(answer.value);
    return performance.now() - startMs;
  } finally {
    server.dispose();
    client.dispose();
    service.dispose();
    port1.close();
  }
}
