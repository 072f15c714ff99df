/** The analysis worker: reads the store and the connections and finds lines, behind `AnalysisContract` on the port of its parent. */
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { AnalysisService, type BackendOpener } from './analysis/service';
import { HttpClient } from './backends/http';
import { LocalBackend } from './backends/local/localBackend';
import { openBackend } from './backends/registry';
import type { AnalysisContract } from './protocol/analysis';
import { localConnectionId } from './protocol/backend';
import type { WorkerStart } from './protocol/engine';
import { RpcServer } from './protocol/rpc';
import { storeFileName } from './protocol/storeSchema';
import { workerPort } from './workerPort';

function backendOpener({ storageDir }: WorkerStart): BackendOpener {
  return (connections, network) => {
    const http = new HttpClient(network);
    const local = new LocalBackend(path.join(storageDir, storeFileName), localConnectionId);
    return {
      backends: [local, ...connections.map((connection) => openBackend(http, connection))],
      dispose: () => {
        local.dispose();
        http.dispose();
      },
    };
  };
}

if (parentPort) {
  const service = new AnalysisService(backendOpener(workerData as WorkerStart));
  const server = new RpcServer<AnalysisContract>(workerPort(parentPort), service.handlers());
  service.onDidChangeLines(() => {
    server.emit('linesChanged', undefined);
  });
  service.onDidAnswerLate(() => {
    server.emit('answeredLate', undefined);
  });
}
