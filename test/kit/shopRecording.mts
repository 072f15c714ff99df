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

interface Scope {
  spans: readonly Span[];
}

interface Request {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly Scope[] }[];
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

/** The traces begin within this time before now: a failure from before the window opened would be no news. */
const squeezedNs = 500_000_000n;

/**
 * Sends the recorded traces of some operations to a receiver, all by default. They keep their order and their inner
 * times, and begin just before now. `endpoint` is a base URL like `http://127.0.0.1:4318`.
 */
export async function replayShop(endpoint: string, operations?: readonly string[]): Promise<void> {
  const requests = readRequests();
  const spans = requests.flatMap(spansOf);
  const operationOf = new Map(
    spans.filter((span) => !span.parentSpanId).map((span) => [span.traceId, span.name]),
  );
  const shiftNs = shiftsByTrace(spans, BigInt(Date.now()) * 1_000_000n);
  for (const scope of requests.flatMap(scopesOf)) {
    scope.spans = scope.spans.filter((span) => {
      const operation = operationOf.get(span.traceId);
      return operations === undefined || (operation !== undefined && operations.includes(operation));
    });
    for (const span of scope.spans) moveSpan(span, shiftNs.get(span.traceId) ?? 0n);
  }
  // In one request: a list that is read between two would show counts of a part.
  await send(endpoint, { resourceSpans: requests.flatMap((request) => request.resourceSpans) });
}

/** By how much each trace moves, so that the first begins `squeezedNs` before `nowNs` and the last now. */
function shiftsByTrace(spans: readonly Span[], nowNs: bigint): Map<string, bigint> {
  const startNs = new Map<string, bigint>();
  for (const span of spans) {
    const spanStartNs = BigInt(span.startTimeUnixNano);
    const known = startNs.get(span.traceId);
    if (known === undefined || spanStartNs < known) startNs.set(span.traceId, spanStartNs);
  }
  const ordered = [...startNs.values()].sort((a, b) => Number(a - b));
  const firstNs = ordered[0] ?? 0n;
  const lengthNs = (ordered.at(-1) ?? 0n) - firstNs || 1n;
  return new Map(
    [...startNs].map(([traceId, start]) => [
      traceId,
      nowNs - squeezedNs + ((start - firstNs) * squeezedNs) / lengthNs - start,
    ]),
  );
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
  return scopesOf(request).flatMap((scope) => scope.spans);
}

function scopesOf(request: Request): Scope[] {
  return request.resourceSpans.flatMap((resource) => resource.scopeSpans);
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
