import { ok, type Result } from '../base/result';
import type { DecodeError, Rejections } from '../core/codecs/decodeOutcome';
import { countOtlpJsonPoints, logsFromOtlpJson, spansFromOtlpJson } from '../core/codecs/otlpJson';
import { countOtlpProtoPoints, logsFromOtlpProto, spansFromOtlpProto } from '../core/codecs/otlpProto';
import { encodeLogTable, encodeSpanTable } from '../core/model/batchCodec';
import { traceIdAt, type TraceId } from '../core/model/ids';
import type { LogTable, SpanTable } from '../core/model/spanTable';
import { SegmentKind } from '../protocol/storeSchema';
import type { OtlpFormat } from './receiver/otlpAnswer';
import type { OtlpSignal, Outcome } from './receiver/receiver';
import type { LocalStore } from './store/localStore';
import type { Segment } from './store/segmentLog';

/** A request as the store takes it. */
interface Decoded {
  readonly segment: Segment;
  readonly rejected: number;
  readonly reasons: Rejections;
}

/** Decodes one export request and stores it; settles when it is on disk. */
export async function ingest(
  store: LocalStore,
  signal: OtlpSignal,
  format: OtlpFormat,
  body: Uint8Array<ArrayBuffer>,
): Promise<Outcome> {
  const decoded = decode(signal, format, body);
  if (!decoded.ok) {
    return { code: 'malformed', detail: decoded.error };
  }
  const { segment, rejected, reasons } = decoded.value;
  if (segment.rows > 0) {
    const appended = await store.append(segment);
    if (!appended.ok) {
      return {
        code: 'unavailable',
        problem: { code: 'storeNotWritable', detail: appended.error.message },
      };
    }
  }
  return { code: 'stored', rejected, ...(rejected > 0 && { reason: { code: 'rejected', reasons } }) };
}

/** Ids of the traces that a request speaks of; none where it cannot be decoded. */
export function traceIdsOf(format: OtlpFormat, body: Uint8Array<ArrayBuffer>): readonly TraceId[] {
  const decoded = format === 'json' ? spansFromOtlpJson(body) : spansFromOtlpProto(body);
  const ids = new Set<TraceId>();
  if (decoded.ok) {
    for (let row = 0; row < decoded.value.spans.count; row++) {
      ids.add(traceIdAt(decoded.value.spans.traceIds, row));
    }
  }
  return [...ids];
}

function decode(
  signal: OtlpSignal,
  format: OtlpFormat,
  body: Uint8Array<ArrayBuffer>,
): Result<Decoded, DecodeError> {
  switch (signal) {
    case 'traces': {
      const decoded = format === 'json' ? spansFromOtlpJson(body) : spansFromOtlpProto(body);
      if (!decoded.ok) {
        return decoded;
      }
      const { spans, rejectedSpans, reasons } = decoded.value;
      return ok({ segment: spanSegment(spans), rejected: rejectedSpans, reasons });
    }
    case 'logs': {
      const decoded = format === 'json' ? logsFromOtlpJson(body) : logsFromOtlpProto(body);
      if (!decoded.ok) {
        return decoded;
      }
      const { logs, rejectedRecords, reasons } = decoded.value;
      return ok({ segment: logSegment(logs), rejected: rejectedRecords, reasons });
    }
    case 'metrics': {
      const points = format === 'json' ? countOtlpJsonPoints(body) : countOtlpProtoPoints(body);
      if (!points.ok) {
        return points;
      }
      const kind = format === 'json' ? SegmentKind.metricsJson : SegmentKind.metricsProto;
      return ok({ segment: { kind, rows: points.value, body }, rejected: 0, reasons: {} });
    }
  }
}

function spanSegment(spans: SpanTable): Segment {
  return { kind: SegmentKind.spans, rows: spans.count, body: encodeSpanTable(spans) };
}

function logSegment(logs: LogTable): Segment {
  return { kind: SegmentKind.logs, rows: logs.count, body: encodeLogTable(logs) };
}
