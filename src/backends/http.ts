import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { request } from 'undici';
import type { Disposable } from '../base/disposable';
import { ok, type Result } from '../base/result';
import type { NetworkOptions } from '../protocol/analysis';
import type { BackendError } from '../protocol/backend';
import { Dispatchers } from './dispatcher';
import { ErrorMaker } from './httpErrors';

/** An answer with status 2xx. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Limits and waiting; all have defaults. */
export interface HttpLimits {
  /** From the first attempt to the last byte, waiting included. */
  readonly timeoutMs?: number;
  /** Of the body after decompression. */
  readonly maxBytes?: number;
  /** Waits before a retry; rejects on abort. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What one connection adds to each of its requests. */
export interface HttpTarget {
  readonly headers: Readonly<Record<string, string>>;
  /** Header values and passwords that must not show up in any error. */
  readonly secrets: readonly string[];
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const MAX_RETRIES = 2;
/** Longer waits are left to the user. */
const MAX_RETRY_AFTER_MS = 5_000;
const FIRST_BACKOFF_MS = 300;
const MAX_REDIRECTS = 3;
const RETRIED = new Set([429, 502, 503, 504]);

/**
 * Sends GET requests. Timed out, aborted, oversized or refused requests are values; a redirect to another origin is an error, as it would take the
 * connection's headers along or lead to a sign-in page.
 */
export class HttpClient implements Disposable {
  private readonly dispatchers: Dispatchers;
  private readonly timeoutMs: number;
  private readonly maxBytes: number;
  private readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;

  constructor(network: NetworkOptions, limits: HttpLimits = {}) {
    this.dispatchers = new Dispatchers(network);
    this.timeoutMs = limits.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
    this.wait = limits.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  }

  dispose(): void {
    void this.dispatchers.close();
  }

  /** The body of a successful answer; tries again where the server asks for it and the wait is short. */
  async get(url: URL, target: HttpTarget, signal: AbortSignal): Promise<Result<HttpAnswer, BackendError>> {
    const errors = new ErrorMaker(url.host, target.secrets);
    const deadline = AbortSignal.timeout(this.timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt(url, target, either, errors);
      if (signal.aborted || (deadline.aborted && !outcome.ok)) {
        return stopped(signal, errors);
      }
      if (outcome.ok || attempt === MAX_RETRIES || !RETRIED.has(outcome.error.status ?? 0)) {
        return outcome;
      }
      const waitMs = outcome.error.retryAfterMs ?? FIRST_BACKOFF_MS * 2 ** attempt;
      if (waitMs > MAX_RETRY_AFTER_MS) {
        return outcome;
      }
      try {
        await this.wait(waitMs, either);
      } catch {
        return stopped(signal, errors);
      }
    }
  }

  private async attempt(
    start: URL,
    target: HttpTarget,
    signal: AbortSignal,
    errors: ErrorMaker,
  ): Promise<Result<HttpAnswer, BackendError>> {
    let url = start;
    let hasAnswer = false;
    try {
      for (let redirects = 0; ; redirects++) {
        const answer = await request(url, {
          method: 'GET',
          headers: { ...target.headers, accept: 'application/json', 'accept-encoding': 'gzip, deflate' },
          dispatcher: this.dispatchers.for(url),
          signal,
        });
        hasAnswer = true;
        const status = answer.statusCode;
        if (status >= 300 && status < 400) {
          // Nobody reads it: the error that this makes of the unread rest concerns nobody either.
          answer.body.on('error', () => undefined).destroy();
          const next = redirectTarget(url, first(answer.headers['location']));
          if (!next || redirects === MAX_REDIRECTS) {
            return errors.make('badResponse', {
              status,
              reason: 'redirected',
              detail: first(answer.headers['location']),
            });
          }
          url = next;
          continue;
        }
        const body = await readBody(
          decoded(answer.body, first(answer.headers['content-encoding'])),
          // Of an error only the words are wanted.
          status < 300 ? this.maxBytes : MAX_ERROR_BYTES,
        );
        if (status >= 300) {
          const words = body ? new TextDecoder().decode(body) : '';
          return errors.fromStatus(status, words, retryAfterMs(first(answer.headers['retry-after'])));
        }
        return body
          ? ok({ status, contentType: first(answer.headers['content-type']) ?? '', body })
          : errors.make('tooLarge', { status });
      }
    } catch (error) {
      return errors.fromThrown(error, hasAnswer);
    }
  }
}

function stopped(signal: AbortSignal, errors: ErrorMaker): Result<never, BackendError> {
  return errors.make(signal.aborted ? 'cancelled' : 'timeout');
}

const MAX_ERROR_BYTES = 64 * 1024;

/** The address of a redirect within the origin; `undefined` for any other. */
function redirectTarget(from: URL, location: string | undefined): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) {
    return undefined;
  }
  const next = new URL(location, from.href);
  return next.origin === from.origin ? next : undefined;
}

function decoded(body: Readable, encoding: string | undefined): Readable {
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : undefined;
  if (!decoder) {
    return body;
  }
  body.on('error', (error) => decoder.destroy(error));
  decoder.on('close', () => body.destroy());
  return body.pipe(decoder);
}

/** The whole body, or `undefined` as soon as it is larger than allowed. */
async function readBody(body: Readable, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      // Leaving the loop destroys the stream.
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Milliseconds of a `Retry-After` header: seconds or a date. */
function retryAfterMs(value: string | undefined): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(value.trim())) {
    return Number(value) * 1000;
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
