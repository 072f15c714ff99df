import { RemoteError } from '../../src/protocol/rpc';

/**
 * For a call whose answer nobody waits for: where the other side failed (its worker stopped, say), it has logged that and starts again, and the
 * page goes on.
 */
export function quietly(call: Promise<unknown>): void {
  call.catch((error: unknown) => {
    if (!(error instanceof RemoteError)) {
      throw error;
    }
  });
}
