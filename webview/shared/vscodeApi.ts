import { disposable } from '../../src/base/disposable';
import type { Port } from '../../src/protocol/rpc';

interface VscodeApi<State> {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  getState(): State | undefined;
  setState(state: State): State;
}

/** What the page's first script leaves: VS Code's API, which a page may acquire once, and the messages that came since. */
interface Early<State> {
  readonly vscode: VscodeApi<State>;
  readonly messages: readonly unknown[];
  /** Keeps no more messages. */
  readonly end: () => void;
}

/** The webview's door to its host: messages, and state that outlives hiding. */
export interface Host<State> {
  readonly port: Port;
  getState(): State | undefined;
  setState(state: State): void;
}

/** Takes over from the page's first script; possible once per page. Messages that came already are told in a task of their own. */
export function connectHost<State>(): Host<State> {
  const { vscode, messages, end } = (globalThis as unknown as { readonly early: Early<State> }).early;
  end();
  return {
    port: {
      post: (message, transfer) => {
        vscode.postMessage(message, transfer);
      },
      onMessage: (listener) => {
        const own = (event: MessageEvent): void => {
          listener(event.data);
        };
        queueMicrotask(() => {
          messages.forEach(listener);
        });
        window.addEventListener('message', own);
        return disposable(() => {
          window.removeEventListener('message', own);
        });
      },
    },
    getState: () => vscode.getState(),
    setState: (state) => {
      vscode.setState(state);
    },
  };
}
