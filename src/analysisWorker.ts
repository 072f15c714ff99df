/** The analysis worker: reads the store and the connections and finds lines, behind `AnalysisContract` on the port of its parent. */
import path from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { AnalysisService, type BackendOpener } from './analysis/service';
import { HttpClient } from './backends/http';
import { LocalBackend } from './backends/local/localBackend';
import { openBackend } from './backends/registry';
import { disposable } from './base/disposable';
import type { AnalysisContract } from './protocol/analysis';
import { localConnectionId } from './protocol/backend';
import type { WorkerStart } from './protocol/engine';
import { RpcServer, type Port } from './protocol/rpc';
import { storeFileName } from './protocol/storeSchema';

function backendOpener({ storageDir }: WorkerStart): BackendOpener {
  return (connections, network) => {
    const http = new HttpClient(network);
    const local =
      storageDir === undefined
        ? undefined
        : new LocalBackend(path.join(storageDir, storeFileName), localConnectionId);
    return {
      backends: [
        ...(local ? [local] : []),
        ...connections.map((connection) => openBackend(http, connection)),
      ],
      dispose: () => {
        local?.dispose();
        http.dispose();
      },
    };
  };
}

function portOf(messagePort: MessagePort): Port {
  return {
    post: (message, transfer) => {
      messagePort.postMessage(message, transfer);
    },
    onMessage: (listener) => {
      messagePort.on('message', listener);
      return disposable(() => messagePort.off('message', listener));
    },
  };
}

if (parentPort) {
  const service = new AnalysisService(backendOpener(workerData as WorkerStart));
  const server = new RpcServer<AnalysisContract>(portOf(parentPort), service.handlers());
  service.onDidChangeLines(() => {
    server.emit('linesChanged', undefined);
  });
}
