/** The engine worker: OTLP receiver and the only writer of the store, behind `EngineContract` on the port of its parent. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { disposable } from './base/disposable';
import { Engine } from './engine/engine';
import { storeInFolder } from './engine/openEngineStore';
import type { EngineContract, WorkerStart } from './protocol/engine';
import { RpcServer, type Port } from './protocol/rpc';
import { receiverProblemText } from './words';

function serve(messagePort: MessagePort, start: WorkerStart): void {
  const port: Port = {
    post: (message, transfer) => {
      messagePort.postMessage(message, transfer);
    },
    onMessage: (listener) => {
      messagePort.on('message', listener);
      return disposable(() => messagePort.off('message', listener));
    },
  };
  const engine = new Engine({ store: storeInFolder(start.storageDir), textOf: receiverProblemText });
  const server = new RpcServer<EngineContract>(port, engine.handlers());
  engine.onDidChangeReceiver.event((status) => {
    server.emit('receiver', status);
  });
  engine.onDidChangeStore.event((status) => {
    server.emit('store', status);
  });
  engine.onDidCommit.event((committed) => {
    server.emit('committed', committed);
  });
}

if (parentPort) {
  serve(parentPort, workerData as WorkerStart);
}
