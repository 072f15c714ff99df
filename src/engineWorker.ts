/** The engine worker: OTLP receiver and the only writer of the store, behind `EngineContract` on the port of its parent. */
import { inspect } from 'node:util';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { Engine } from './engine/engine';
import { storeInFolder } from './engine/openEngineStore';
import type { EngineContract, WorkerStart } from './protocol/engine';
import { RpcServer } from './protocol/rpc';
import { receiverProblemText } from './words';
import { workerPort } from './workerPort';

function serve(messagePort: MessagePort, start: WorkerStart): void {
  const store = storeInFolder(start.storageDir);
  // The host logs what a worker writes.
  store.onDidFail((error) => process.stderr.write(`${inspect(error)}\n`));
  const engine = new Engine({ store, textOf: receiverProblemText });
  const server = new RpcServer<EngineContract>(workerPort(messagePort), engine.handlers());
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
