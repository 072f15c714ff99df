import { spansFromOtlpProto } from '../../src/core/codecs/otlpProto';
import { decodeRequest, traceRequestType } from '../kit/otlpSchema';
import { engineOver, startOnFreePort, TestFolder } from '../unit/engine/testEngine';
import type { BenchReport } from './benchReport';
import { batchSpans, loadRequest, runLoad } from './otlpLoad';

/** How long a baseline is measured, before and after what it stands beside. */
const baselineMs = 700;

/**
 * Durable spans per second over HTTP, everything derived from them included, beside decoding the same bytes. By the clock, and by the
 * processor time of the receiving thread, which other programs on the machine hardly change. protobufjs decodes by the code that it generates
 * when first asked: what `pbjs -t static-module` writes into a file is the same code, and measured 4 % slower.
 */
export async function bench(report: BenchReport): Promise<void> {
  for (const spansPerTrace of [8, 1]) {
    await ingest(report, spansPerTrace, 200_000);
  }
}

async function ingest(report: BenchReport, spansPerTrace: number, spans: number): Promise<void> {
  const folder = new TestFolder();
  const { engine, store } = engineOver(folder.store);
  const port = await startOnFreePort(engine);
  await engine
    .handlers()
    .configure({ port, allowedHosts: [], maxBytes: 8e9, maxAgeMs: 1e12 }, new AbortController().signal);
  const load = { port, spans: 50_000, spansPerTrace, connections: 8 };
  await runLoad(load);
  const { body } = loadRequest(spansPerTrace, Date.now());
  const jsonBody = JSON.stringify(decodeRequest(traceRequestType, body));
  const decodeOnly = (): number => decodeRate(() => traceRequestType.decode(body));
  const cpuBeforeDecoding = cpuSeconds();
  const baselineBefore = decodeOnly();
  const decodedInCpuSecond = (baselineBefore * baselineMs) / 1000 / (cpuSeconds() - cpuBeforeDecoding);
  const before = performance.now();
  const cpuBefore = cpuSeconds();
  const seconds = await runLoad({ ...load, spans });
  const receivingCpu = cpuSeconds() - cpuBefore;
  store.indexAll();
  const inAllCpu = cpuSeconds() - cpuBefore;
  const inAll = (performance.now() - before) / 1000;
  const baseline = {
    unit: 'spans/s',
    baseline: 'protobufjs decode only',
    baselineValue: (baselineBefore + decodeOnly()) / 2,
  };
  const acknowledged = spans / seconds;
  report({
    ...baseline,
    name: `durable over HTTP, batch 512, traces of ${spansPerTrace}`,
    value: acknowledged,
    target: '≥ 50,000 and ≥ 0.5 × baseline',
    ok: acknowledged >= 50_000 && acknowledged >= 0.5 * baseline.baselineValue,
  });
  report({
    ...baseline,
    name: `durable and indexed, traces of ${spansPerTrace}`,
    value: spans / inAll,
    target: '≥ 50,000',
    ok: spans / inAll >= 50_000,
  });
  report({
    name: '  received in a second of processor time',
    value: spans / receivingCpu,
    unit: 'spans/s',
    baseline: baseline.baseline,
    baselineValue: decodedInCpuSecond,
  });
  report({ name: '  received and indexed in one', value: spans / inAllCpu, unit: 'spans/s' });
  report({
    name: `own decode only, traces of ${spansPerTrace}`,
    value: decodeRate(() => spansFromOtlpProto(new Uint8Array(body))),
    unit: 'spans/s',
  });
  report({
    name: `JSON.parse of the same spans, traces of ${spansPerTrace}`,
    value: decodeRate(() => JSON.parse(jsonBody) as unknown),
    unit: 'spans/s',
  });
  report({ name: 'store', value: store.status().sizeBytes / store.status().spans, unit: 'bytes/span' });
  await engine.close();
  folder.remove();
}

/** Spans per second over a while, not at best: what else the machine does slows the baseline as it slows the ingest. */
function decodeRate(decode: () => unknown): number {
  const startMs = performance.now();
  let spans = 0;
  while (performance.now() - startMs < baselineMs) {
    decode();
    spans += batchSpans;
  }
  return (spans * 1000) / (performance.now() - startMs);
}

/** Processor time of this thread so far. */
function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}
