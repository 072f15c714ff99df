import { disposable } from '../../src/base/disposable';
import type { Port } from '../../src/protocol/rpc';

interface VscodeApi<State> {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  getState(): State | undefined;
  setState(state: State): State;
}

declare function acquireVsCodeApi<State>(): VscodeApi<State>;

/** The webview's door to its host: messages, and state that outlives hiding. */
export interface Host<State> {
  readonly port: Port;
  getState(): State | undefined;
  setState(state: State): void;
}

/** Acquires VS Code's API; possible once per page. */
export function connectHost<State>(): Host<State> {
  const api = acquireVsCodeApi<State>();
  return {
    port: {
      post: (message, transfer) => {
        api.postMessage(message, transfer);
      },
      onMessage: (listener) => {
        const own = (event: MessageEvent): void => {
          listener(event.data);
        };
        window.addEventListener('message', own);
        return disposable(() => {
          window.removeEventListener('message', own);
        });
      },
    },
    getState: () => api.getState(),
    setState: (state) => {
      api.setState(state);
    },
  };
}
