import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import path from 'node:path';
import { decodeRequest, encodeRequest, traceRequestType } from './otlpSchema.ts';
import { repositoryRoot } from './repository.mts';

/** A planted failure: where it is seen, and how often it happened in the recording. */
export interface PlantedFailure {
  readonly kind: string;
  readonly operation: string;
  readonly service: string;
  /** Name of the originating span. */
  readonly span: string;
  readonly exceptionType: string;
  readonly seenAt: { readonly file: string; readonly line: number };
}

/** A planted failure of the recording; the counts are runs. */
export interface RecordedFailure extends PlantedFailure {
  readonly failing: number;
  readonly runs: number;
}

interface Truth {
  readonly operations: readonly { readonly operation: string; readonly runs: number }[];
  readonly kinds: readonly (PlantedFailure & { readonly failing: number })[];
}

interface Span {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  readonly events?: readonly { timeUnixNano: string }[];
}

interface Request {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { spans: readonly Span[] }[] }[];
}

const folder = path.join(repositoryRoot, 'test', 'fixtures', 'shop');

/** The workspace that the recorded services were built from. */
export const recordedWorkspace = path.join(folder, 'workspace');

/** The planted failures of the recording, in the order of its table. */
export function recordedFailures(): RecordedFailure[] {
  const truth = readJson(path.join(folder, 'truth.json')) as Truth;
  return truth.kinds.map((kind) => {
    const operation = truth.operations.find((row) => row.operation === kind.operation);
    if (!operation) throw new Error(`The recording has no runs of ${kind.operation}.`);
    return { ...kind, runs: operation.runs };
  });
}

/** The planted failures of the sample shop as it is now. */
export function plantedFailures(): PlantedFailure[] {
  return readJson(path.join(repositoryRoot, 'examples', 'shop', 'failures.json')) as PlantedFailure[];
}

/**
 * Sends the recorded traces of some operations to a receiver, all by default, with their times moved so that the last
 * span ends now. `endpoint` is a base URL like `http://127.0.0.1:4318`.
 */
export async function replayShop(endpoint: string, operations?: readonly string[]): Promise<void> {
  const requests = readRequests();
  const spans = requests.flatMap(spansOf);
  const operationOf = new Map(
    spans.filter((span) => !span.parentSpanId).map((span) => [span.traceId, span.name]),
  );
  const newestNs = spans.reduce((newest, span) => {
    const endNs = BigInt(span.endTimeUnixNano);
    return endNs > newest ? endNs : newest;
  }, 0n);
  const shiftNs = BigInt(Date.now()) * 1_000_000n - newestNs;
  for (const request of requests) {
    for (const scope of request.resourceSpans.flatMap((resource) => resource.scopeSpans)) {
      scope.spans = scope.spans.filter((span) => {
        const operation = operationOf.get(span.traceId);
        return operations === undefined || (operation !== undefined && operations.includes(operation));
      });
      for (const span of scope.spans) moveSpan(span, shiftNs);
    }
    if (spansOf(request).length > 0) await send(endpoint, request);
  }
}

function readRequests(): Request[] {
  const index = readJson(path.join(folder, 'index.json')) as {
    readonly entries: readonly { readonly path: string; readonly requestBody: string }[];
  };
  return index.entries
    .filter((entry) => entry.path === '/v1/traces')
    .map((entry) => {
      const body = gunzipSync(readFileSync(path.join(folder, entry.requestBody)));
      const request = decodeRequest(traceRequestType, body);
      return { resourceSpans: request['resourceSpans'] as Request['resourceSpans'] };
    });
}

function spansOf(request: Request): Span[] {
  return request.resourceSpans.flatMap((resource) => resource.scopeSpans).flatMap((scope) => scope.spans);
}

function moveSpan(span: Span, shiftNs: bigint): void {
  span.startTimeUnixNano = String(BigInt(span.startTimeUnixNano) + shiftNs);
  span.endTimeUnixNano = String(BigInt(span.endTimeUnixNano) + shiftNs);
  for (const event of span.events ?? []) event.timeUnixNano = String(BigInt(event.timeUnixNano) + shiftNs);
}

async function send(endpoint: string, request: Request): Promise<void> {
  const answer = await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: encodeRequest(traceRequestType, { ...request }),
  });
  if (answer.status !== 200)
    throw new Error(`The receiver answered ${answer.status}: ${await answer.text()}`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
