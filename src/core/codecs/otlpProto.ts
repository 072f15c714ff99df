import { err, ok, type Result } from '../../base/result';
import { SpanTableBuilder } from '../model/spanTableBuilder';
import type { DecodedLogs, DecodedSpans, DecodeError } from './decodeOutcome';
import { LogDecoder } from './logsProto';
import { ProtoReader } from './protoReader';
import { SpanDecoder } from './spansProto';

/** The builder of the last request: to grow another for each costs a receiver about as much as to decode. */
const spare = new SpanTableBuilder();
/** Larger bodies get a builder of their own, which goes with them. */
const maxSpareBytes = 1024 * 1024;

/**
 * Spans of an `ExportTraceServiceRequest` (or `TracesData`) in protobuf. Values are kept whole, whatever their size: the receiver
 * bounds the body. Unknown fields are passed over; dropped-counts and schema URLs are not kept.
 */
export function spansFromOtlpProto(body: Uint8Array): Result<DecodedSpans, DecodeError> {
  const empty = body.length > maxSpareBytes ? new SpanTableBuilder() : spare;
  empty.reset();
  const { reader, builder, rejections } = decoded(new SpanDecoder(body, empty));
  return reader.error
    ? err(reader.error)
    : ok({
        spans: builder.build(),
        rejectedSpans: rejections.total,
        reasons: rejections.reasons,
        invalidTexts: builder.strings.invalidCount,
      });
}

/** Log records of an `ExportLogsServiceRequest` (or `LogsData`) in protobuf; records need no ids, but ids of a wrong length are rejected. */
export function logsFromOtlpProto(body: Uint8Array): Result<DecodedLogs, DecodeError> {
  const { reader, builder, rejections } = decoded(new LogDecoder(body));
  return reader.error
    ? err(reader.error)
    : ok({
        logs: builder.build(),
        rejectedRecords: rejections.total,
        reasons: rejections.reasons,
        invalidTexts: builder.strings.invalidCount,
      });
}

function decoded<Decoder extends { request(): void }>(decoder: Decoder): Decoder {
  decoder.request();
  return decoder;
}

/** Tags on the way from an `ExportMetricsServiceRequest` to its metrics: resource metrics, scope metrics, metric. */
const metricPath = [0x0a, 0x12, 0x12];
/** Gauge, sum, histogram, exponential histogram and summary, each with its points in field 1. */
const metricData: readonly number[] = [0x2a, 0x3a, 0x4a, 0x52, 0x5a];

/** How many data points an `ExportMetricsServiceRequest` in protobuf holds. */
export function countOtlpProtoPoints(body: Uint8Array): Result<number, DecodeError> {
  const reader = new ProtoReader(body);
  const count = countPoints(reader, 0, body.length);
  return reader.error ? err(reader.error) : ok(count);
}

function countPoints(reader: ProtoReader, depth: number, end: number): number {
  let count = 0;
  while (reader.at < end) {
    const tag = reader.varint();
    if (
      depth < metricPath.length
        ? tag === metricPath[depth]
        : depth === metricPath.length && metricData.includes(tag)
    ) {
      count += countPoints(reader, depth + 1, reader.end(end));
    } else {
      reader.skip(tag, end);
      if (depth > metricPath.length && tag === 0x0a) {
        count++;
      }
    }
  }
  reader.close(end);
  return count;
}
