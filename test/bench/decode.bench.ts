import { spansFromOtlpJson } from '../../src/core/codecs/otlpJson';
import { otlpJsonFromSpans } from '../../src/core/codecs/otlpJsonFromTrace';
import { spansFromOtlpProto } from '../../src/core/codecs/otlpProto';
import { decodeSpanTable, encodeSpanTable } from '../../src/core/model/batchCodec';
import type { SpanTable } from '../../src/core/model/spanTable';
import { loadOtlpRecording } from '../kit/fixture';
import { traceRequestType } from '../kit/otlpSchema';
import { syntheticRequest } from '../kit/syntheticSpans';
import type { BenchReport } from './benchReport';

const rounds = 15;

/** Spans per second of our decoders beside protobufjs and `JSON.parse`, in alternating rounds over the same spans. */
export function bench(report: BenchReport): Promise<void> {
  const recorded = [...loadOtlpRecording('otlpNode'), ...loadOtlpRecording('otlpPython')].filter(
    ({ signal, contentType }) => signal === 'traces' && contentType === 'application/x-protobuf',
  );
  // Repeated fields of concatenated protobuf messages merge: all recorded requests as one.
  measure(report, 'recorded', new Uint8Array(Buffer.concat(recorded.map(({ body }) => body))));
  measure(report, 'synthetic', syntheticRequest(10_000));
  return Promise.resolve();
}

function measure(report: BenchReport, name: string, body: Uint8Array<ArrayBuffer>): void {
  const spans = decoded(body);
  const json = otlpJsonFromSpans(spans);
  const blob = encodeSpanTable(spans);
  const [own, protobufjs, jsonParse, ownJson, encode, decode] = bestOf([
    () => decoded(body),
    () => traceRequestType.decode(body),
    () => JSON.parse(json) as unknown,
    () => spansFromOtlpJson(json),
    () => encodeSpanTable(spans),
    () => decodeSpanTable(blob),
  ]).map((ms) => (spans.count * 1000) / ms);
  report({
    name: `decode OTLP protobuf (${name}, ${spans.count} spans)`,
    value: own!,
    unit: 'spans/s',
    baseline: 'protobufjs decode only',
    baselineValue: protobufjs!,
    target: '≥ 1.3 × baseline',
    ok: own! >= 1.3 * protobufjs!,
  });
  report({
    name: `decode OTLP/JSON (${name})`,
    value: ownJson!,
    unit: 'spans/s',
    baseline: 'JSON.parse',
    baselineValue: jsonParse!,
  });
  report({ name: `columns to blob (${name})`, value: encode!, unit: 'spans/s' });
  report({ name: `blob to columns (${name})`, value: decode!, unit: 'spans/s' });
}

function decoded(body: Uint8Array): SpanTable {
  const result = spansFromOtlpProto(body);
  if (!result.ok) {
    throw new Error(`cannot decode: ${result.error.code}`);
  }
  return result.value.spans;
}

/** Least milliseconds of each task. Tasks take turns, so that a busy machine slows all of them. */
function bestOf(tasks: readonly (() => unknown)[]): number[] {
  const best = tasks.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    tasks.forEach((task, i) => {
      const before = performance.now();
      task();
      best[i] = Math.min(best[i]!, performance.now() - before);
    });
  }
  return best;
}
