import { LocalBackend } from '../../src/backends/local/localBackend';
import { spansFromOtlpProto } from '../../src/core/codecs/otlpProto';
import { encodeSpanTable } from '../../src/core/model/batchCodec';
import { traceIdAt, type TraceId } from '../../src/core/model/ids';
import { LocalStore } from '../../src/engine/store/localStore';
import { SegmentKind } from '../../src/protocol/storeSchema';
import { encodeRequest, traceRequestType } from '../kit/otlpSchema';
import { TestFolder } from '../unit/engine/testEngine';
import type { BenchReport } from './benchReport';
import { batchSpans, loadRequest, withFreshIds, type LoadRequest } from './otlpLoad';

const million = 1_000_000;
const spansPerTrace = 8;
/** Runs are spread over so long, which ends now. */
const spreadMs = 6 * 3600_000;

/** Failure groups out of one and two million stored spans, memory while they come, and opening one of the traces. */
export async function bench(report: BenchReport): Promise<void> {
  const folder = new TestFolder();
  const store = new LocalStore({ file: folder.store, nowMs: Date.now }, { maxBytes: 8e9, maxAgeMs: 1e12 });
  store.acquire();
  const endMs = Date.now();
  const templates = Array.from({ length: 96 }, (_, i) =>
    loadRequest(spansPerTrace, endMs - spreadMs + (i * spreadMs) / 96, i + 1),
  );
  const big = await appendBigTrace(store);
  for (const round of [1, 2]) {
    const rss = await fill(store, templates);
    report({
      name: `memory, least and most over million ${round}`,
      value: rss.most,
      unit: 'MB',
      baseline: 'least',
      baselineValue: rss.least,
      ...(round === 2 && { target: '≤ 1.3 × baseline', ok: rss.most <= 1.3 * rss.least }),
    });
    await measureGroups(report, folder.store, endMs, `${store.status().spans} spans`);
  }
  await measureOpening(report, folder.store, big);
  store.close();
  folder.remove();
}

async function append(store: LocalStore, body: Uint8Array): Promise<void> {
  const decoded = spansFromOtlpProto(body);
  if (!decoded.ok) {
    throw new Error('a request of the bench does not decode');
  }
  const { spans } = decoded.value;
  const segment = { kind: SegmentKind.spans, rows: spans.count, body: encodeSpanTable(spans) };
  const outcome = await store.append(segment);
  if (!outcome.ok) {
    throw new Error(outcome.error.message);
  }
}

async function fill(
  store: LocalStore,
  templates: readonly LoadRequest[],
): Promise<{ readonly least: number; readonly most: number }> {
  let least = Infinity;
  let most = 0;
  const batches = Math.ceil(million / batchSpans);
  for (let batch = 0; batch < batches; batch++) {
    await append(store, withFreshIds(templates[batch % templates.length]!));
    if (batch % 200 === 199) {
      globalThis.gc?.();
      const megabytes = process.memoryUsage().rss / 1e6;
      least = Math.min(least, megabytes);
      most = Math.max(most, megabytes);
    }
  }
  store.indexAll();
  return { least, most };
}

async function measureGroups(
  report: BenchReport,
  file: string,
  endMs: number,
  stored: string,
): Promise<void> {
  const backend = new LocalBackend(file);
  const windows: readonly (readonly [string, number, number])[] = [
    ['last 15 minutes', endMs - 900_000, endMs + 1000],
    ['an odd window', endMs - 7_654_321, endMs - 1_234_567],
    ['all', 0, endMs + 1000],
  ];
  for (const [name, fromMs, toMs] of windows) {
    let groups = 0;
    const times: number[] = [];
    for (let round = 0; round < 21; round++) {
      const before = performance.now();
      const list = await backend.failures({ fromMs, toMs });
      times.push(performance.now() - before);
      groups = list.ok ? list.value.groups.length : -1;
    }
    const median = times.sort((a, b) => a - b)[10]!;
    report({
      name: `${groups} groups of ${name} out of ${stored}`,
      value: median,
      unit: 'ms',
      target: '≤ 10 ms',
      ok: median <= 10 && groups > 0,
    });
  }
  backend.dispose();
}

/** A trace of 10,000 spans in batches of 512, as it would come. */
async function appendBigTrace(
  store: LocalStore,
): Promise<{ readonly traceId: TraceId; readonly body: Uint8Array }> {
  const traceId = Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex').toString('base64');
  const spanId = (i: number): string => {
    const id = Buffer.alloc(8);
    id.writeUInt32BE(i + 1, 4);
    return id.toString('base64');
  };
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: 10_000 }, (_, i) => ({
    traceId,
    spanId: spanId(i),
    parentSpanId: i === 0 ? '' : spanId(Math.floor((i - 1) / 4)),
    name: `step ${i % 40}`,
    kind: 1 + (i % 5),
    startTimeUnixNano: String(startNs + BigInt(i) * 1000n),
    endTimeUnixNano: String(startNs + BigInt(i) * 1000n + 500_000n),
    attributes: Array.from({ length: 8 }, (_unused, key) => ({
      key: `key.${key}`,
      value: { stringValue: `value ${(i * (key + 1)) % 1000}` },
    })),
  }));
  const request = (some: typeof spans): Uint8Array =>
    encodeRequest(traceRequestType, { resourceSpans: [{ scopeSpans: [{ spans: some }] }] });
  for (let at = 0; at < spans.length; at += batchSpans) {
    await append(store, request(spans.slice(at, at + batchSpans)));
  }
  store.indexAll();
  const body = request(spans);
  const decoded = spansFromOtlpProto(body);
  if (!decoded.ok) {
    throw new Error('the big trace does not decode');
  }
  return { traceId: traceIdAt(decoded.value.spans.traceIds, 0), body };
}

async function measureOpening(
  report: BenchReport,
  file: string,
  { traceId, body }: { readonly traceId: TraceId; readonly body: Uint8Array },
): Promise<void> {
  const backend = new LocalBackend(file);
  let opening = Infinity;
  let decoding = Infinity;
  for (let round = 0; round < 10; round++) {
    let before = performance.now();
    const trace = await backend.trace(traceId);
    opening = Math.min(opening, performance.now() - before);
    if (!trace.ok || trace.value.spans.count !== 10_000) {
      throw new Error('the big trace is not whole');
    }
    before = performance.now();
    traceRequestType.decode(body);
    decoding = Math.min(decoding, performance.now() - before);
  }
  backend.dispose();
  report({
    name: 'read a trace of 10,000 spans from the store',
    value: opening,
    unit: 'ms',
    baseline: 'protobufjs decode only',
    baselineValue: decoding,
  });
}
