import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ok, type Result } from '../../base/result';
import type { DecodeError } from '../../core/codecs/decodeOutcome';
import type { ReceiverProblem } from '../../protocol/engine';
import { hostAllowed } from './hostAllowed';
import { listen, type Listening, type ListenProblem } from './listen';
import { contentTypeOf, exportBody, RpcCode, statusBody, type OtlpFormat } from './otlpAnswer';
import { ByteBudget, readBody, type BodyEncoding, type BodyProblem } from './requestBody';

/** Signals that the receiver stores. */
export type OtlpSignal = 'traces' | 'logs' | 'metrics';

/** What became of one export request. */
export type Outcome =
  | { readonly code: 'stored'; readonly rejected: number; readonly reason?: ReceiverProblem }
  | { readonly code: 'malformed'; readonly detail: DecodeError }
  | { readonly code: 'unavailable'; readonly problem: ReceiverProblem };

/** Where requests go; the promise settles when the data are safe. */
export type Sink = (
  signal: OtlpSignal,
  format: OtlpFormat,
  body: Uint8Array<ArrayBuffer>,
) => Promise<Outcome>;

/** What a receiver is made with. */
export interface ReceiverConfig {
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly sink: Sink;
  /** The sentence that a sender reads in its log. */
  readonly textOf: (problem: ReceiverProblem) => string;
  /** A gRPC client spoke to the HTTP port. */
  readonly onGrpc: () => void;
  /** Decompressed bytes of one body; 64 MiB is what the specification recommends. */
  readonly bodyLimitBytes?: number;
}

/** OTLP/HTTP on the loopback addresses. */
export interface Receiver {
  readonly port: number;
  readonly hosts: readonly string[];
  paused: boolean;
  allowedHosts: readonly string[];
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;
const defaultLimitBytes = 64 * mebibyte;
const retryAfterSeconds = 2;
/** How long a refused body is read on and dropped. */
const drainMs = 5000;

const signals: ReadonlyMap<string, OtlpSignal | 'profiles'> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
  ['/v1development/profiles', 'profiles'],
]);

const formats: ReadonlyMap<string, OtlpFormat> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/protobuf', 'protobuf'],
  ['application/json', 'json'],
]);

interface Refusal {
  readonly status: number;
  readonly rpcCode: number;
  readonly problem: ReceiverProblem;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts to listen; never on another port than asked for. */
export async function startReceiver(config: ReceiverConfig): Promise<Result<Receiver, ListenProblem>> {
  const receiver = new HttpReceiver(config);
  const listening = await listen(config.port, {
    request: (request, response) => {
      void receiver.answer(request, response);
    },
    clientError: (error, socket) => {
      receiver.refuseConnection(error, socket);
    },
  });
  return listening.ok ? ok(receiver.open(listening.value)) : listening;
}

class HttpReceiver implements Receiver {
  paused = false;
  allowedHosts: readonly string[];
  private listening: Listening | undefined;
  private readonly config: ReceiverConfig;
  private readonly limitBytes: number;
  private readonly budget: ByteBudget;

  constructor(config: ReceiverConfig) {
    this.config = config;
    this.allowedHosts = config.allowedHosts;
    this.limitBytes = config.bodyLimitBytes ?? defaultLimitBytes;
    // Two bodies of the greatest size at once, or very many of the usual.
    this.budget = new ByteBudget(2 * this.limitBytes);
  }

  get port(): number {
    return this.listening?.port ?? 0;
  }

  get hosts(): readonly string[] {
    return this.listening?.hosts ?? [];
  }

  open(listening: Listening): this {
    this.listening = listening;
    return this;
  }

  async close(): Promise<void> {
    await this.listening?.close();
    this.listening = undefined;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const contentType = mediaType(request.headers['content-type']);
    const format = formats.get(contentType);
    // A refusal before the type is known is readable JSON.
    const answerFormat = format ?? 'json';
    const signal = signals.get(pathOf(request.url ?? ''));
    const refusal = this.refusalOfHead(request, signal, format);
    if (refusal || signal === undefined || format === undefined) {
      this.refuse(request, response, answerFormat, refusal ?? notFound(request));
      return;
    }
    if (request.headers.expect !== undefined) {
      response.writeContinue();
    }
    const body = await readBody(request, encodingOf(request) ?? 'identity', this.limitBytes, this.budget);
    if (!body.ok) {
      if (body.error.code === 'aborted') {
        response.destroy();
      } else {
        this.refuse(request, response, format, this.refusalOfBody(body.error));
      }
      return;
    }
    try {
      await this.store(response, signal, format, body.value.bytes);
    } finally {
      body.value.release();
    }
  }

  /** A gRPC client opens with the HTTP/2 preface: it is told so in HTTP/2, everything else gets a plain 400. */
  refuseConnection(error: Error & { rawPacket?: Buffer; code?: string }, socket: Socket): void {
    if (socket.destroyed || !socket.writable) {
      return;
    }
    if (error.rawPacket?.subarray(0, 14).toString('latin1') === 'PRI * HTTP/2.0') {
      this.config.onGrpc();
      socket.end(http2GoAway(this.config.textOf({ code: 'grpcOnHttpPort' })));
    } else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    } else if (error.code === 'HPE_HEADER_OVERFLOW') {
      socket.end(
        'HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      );
    } else {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
  }

  private refusalOfHead(
    request: IncomingMessage,
    signal: OtlpSignal | 'profiles' | undefined,
    format: OtlpFormat | undefined,
  ): Refusal | undefined {
    const { headers, method } = request;
    if (!hostAllowed(headers.host, this.allowedHosts)) {
      const problem: ReceiverProblem = { code: 'hostNotAllowed', host: headers.host ?? '' };
      return { status: 403, rpcCode: RpcCode.permissionDenied, problem };
    }
    if (signal === undefined) {
      return notFound(request);
    }
    if (method !== 'POST') {
      const problem: ReceiverProblem = { code: 'methodNotAllowed', method: method ?? '' };
      return { status: 405, rpcCode: RpcCode.unimplemented, problem, headers: { allow: 'POST' } };
    }
    if (format === undefined) {
      const problem: ReceiverProblem = { code: 'typeNotSupported', type: mediaType(headers['content-type']) };
      return { status: 415, rpcCode: RpcCode.invalidArgument, problem };
    }
    if (encodingOf(request) === undefined) {
      const problem: ReceiverProblem = {
        code: 'encodingNotSupported',
        encoding: headers['content-encoding'] ?? '',
      };
      return {
        status: 415,
        rpcCode: RpcCode.invalidArgument,
        problem,
        headers: { 'accept-encoding': 'gzip, identity' },
      };
    }
    if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
      const problem: ReceiverProblem = { code: 'malformed', detail: `Expect: ${headers.expect}` };
      return { status: 417, rpcCode: RpcCode.invalidArgument, problem };
    }
    if (Number(headers['content-length'] ?? 0) > this.limitBytes) {
      return this.refusalOfBody({ code: 'tooLarge' });
    }
    return this.paused ? unavailable({ code: 'paused' }) : undefined;
  }

  private refusalOfBody(problem: Exclude<BodyProblem, { code: 'aborted' }>): Refusal {
    switch (problem.code) {
      case 'tooLarge':
        return {
          status: 413,
          rpcCode: RpcCode.resourceExhausted,
          problem: { code: 'tooLarge', limitBytes: this.limitBytes },
        };
      case 'busy':
        return { ...unavailable({ code: 'busy' }), status: 429 };
      case 'badCompression':
        return badRequest(problem.detail);
    }
  }

  private async store(
    response: ServerResponse,
    signal: OtlpSignal | 'profiles',
    format: OtlpFormat,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const outcome: Outcome =
      signal === 'profiles'
        ? { code: 'stored', rejected: 0, reason: { code: 'profilesDropped' } }
        : await this.config.sink(signal, format, bytes);
    if (outcome.code === 'stored') {
      const reason = outcome.reason ? this.config.textOf(outcome.reason) : '';
      send(response, 200, format, exportBody(format, signal, outcome.rejected, reason));
      return;
    }
    const refusal = outcome.code === 'malformed' ? badRequest(outcome.detail) : unavailable(outcome.problem);
    this.send(response, format, refusal);
  }

  /** Refuses a request whose body is not wanted: the rest of it is dropped for a while, so that the answer is read. */
  private refuse(
    request: IncomingMessage,
    response: ServerResponse,
    format: OtlpFormat,
    refusal: Refusal,
  ): void {
    if (!request.complete) {
      response.setHeader('connection', 'close');
      const timer = setTimeout(() => {
        request.destroy();
      }, drainMs);
      timer.unref();
      request.once('close', () => {
        clearTimeout(timer);
      });
      request.on('error', () => undefined);
      request.resume();
    }
    this.send(response, format, refusal);
  }

  private send(response: ServerResponse, format: OtlpFormat, refusal: Refusal): void {
    for (const [name, value] of Object.entries(refusal.headers ?? {})) {
      response.setHeader(name, value);
    }
    const text = this.config.textOf(refusal.problem);
    send(response, refusal.status, format, statusBody(format, refusal.rpcCode, text));
  }
}

function send(response: ServerResponse, status: number, format: OtlpFormat, body: Uint8Array): void {
  response.writeHead(status, {
    'content-type': contentTypeOf[format],
    'content-length': body.length,
  });
  response.end(body);
}

function notFound(request: IncomingMessage): Refusal {
  return {
    status: 404,
    rpcCode: RpcCode.notFound,
    problem: { code: 'pathNotFound', path: pathOf(request.url ?? '').slice(0, 200) },
  };
}

function badRequest(detail: string | DecodeError): Refusal {
  return { status: 400, rpcCode: RpcCode.invalidArgument, problem: { code: 'malformed', detail } };
}

function unavailable(problem: ReceiverProblem): Refusal {
  return {
    status: 503,
    rpcCode: RpcCode.unavailable,
    problem,
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0]!;
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function encodingOf(request: IncomingMessage): BodyEncoding | undefined {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'gzip' || encoding === 'x-gzip') {
    return 'gzip';
  }
  return encoding === 'identity' || encoding === '' ? 'identity' : undefined;
}

/** An empty SETTINGS frame and a GOAWAY with HTTP_1_1_REQUIRED (13) and `text` as debug data. */
function http2GoAway(text: string): Buffer {
  const debug = Buffer.from(text);
  const goAway = Buffer.alloc(17);
  goAway.writeUIntBE(8 + debug.length, 0, 3);
  goAway[3] = 7;
  goAway.writeUInt32BE(13, 13);
  return Buffer.concat([Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]), goAway, debug]);
}
