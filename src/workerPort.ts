import type { MessagePort } from 'node:worker_threads';
import { disposable } from './base/disposable';
import type { Port } from './protocol/rpc';

/** A worker's port to its parent, as RPC needs it. */
export function workerPort(messagePort: MessagePort): Port {
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
