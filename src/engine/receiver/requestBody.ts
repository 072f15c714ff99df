import type { IncomingMessage } from 'node:http';
import { createGunzip, type Gunzip } from 'node:zlib';
import { err, ok, type Result } from '../../base/result';

/** Encodings of request bodies that the receiver reads. */
export type BodyEncoding = 'identity' | 'gzip';

/** Why a body was not read whole. */
export type BodyProblem =
  | { readonly code: 'tooLarge' }
  /** The bodies being read at this moment fill the budget. */
  | { readonly code: 'busy' }
  | { readonly code: 'badCompression'; readonly detail: string }
  /** The sender hung up. */
  | { readonly code: 'aborted' };

/** Bytes that all bodies in memory may take together. */
export class ByteBudget {
  private free: number;

  constructor(bytes: number) {
    this.free = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.free) {
      return false;
    }
    this.free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.free += bytes;
  }
}

/** A body in memory; `release` gives its bytes back to the budget. */
export interface RequestBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  release(): void;
}

/**
 * Reads a body of at most `limitBytes` after decompression, counted while it arrives, so that a small body that unpacks to gigabytes
 * never does.
 */
export function readBody(
  request: IncomingMessage,
  encoding: BodyEncoding,
  limitBytes: number,
  budget: ByteBudget,
): Promise<Result<RequestBody, BodyProblem>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let taken = 0;
    let settled = false;
    const gunzip: Gunzip | undefined = encoding === 'gzip' ? createGunzip() : undefined;
    const source = gunzip ?? request;

    const settle = (outcome: Result<RequestBody, BodyProblem>): void => {
      if (settled) {
        return;
      }
      settled = true;
      if (gunzip) {
        request.unpipe(gunzip);
        // Its late errors are of no interest; without a listener they would end the process.
        gunzip.on('error', () => undefined);
        gunzip.destroy();
      } else {
        request.off('data', onData);
      }
      if (!outcome.ok) {
        budget.give(taken);
        // What still comes is read and dropped: a sender that meets a closed socket would not see the answer.
        request.resume();
      }
      resolve(outcome);
    };
    const onData = (chunk: Buffer): void => {
      if (length + chunk.length > limitBytes) {
        settle(err({ code: 'tooLarge' }));
      } else if (!budget.take(chunk.length)) {
        settle(err({ code: 'busy' }));
      } else {
        taken += chunk.length;
        length += chunk.length;
        chunks.push(chunk);
      }
    };
    source.on('data', onData);
    source.once('end', () => {
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      settle(
        ok({
          bytes,
          release: () => {
            budget.give(taken);
            taken = 0;
          },
        }),
      );
    });
    request.once('error', () => {
      settle(err({ code: 'aborted' }));
    });
    request.once('close', () => {
      if (!request.complete) {
        settle(err({ code: 'aborted' }));
      }
    });
    if (gunzip) {
      gunzip.on('error', (error: Error) => {
        settle(err({ code: 'badCompression', detail: error.message }));
      });
      request.pipe(gunzip);
    }
  });
}
