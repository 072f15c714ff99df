import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { logsFromOtlpJson, spansFromOtlpJson } from '../../../../src/core/codecs/otlpJson';
import { logsFromOtlpProto, spansFromOtlpProto } from '../../../../src/core/codecs/otlpProto';
import { analyseSpans } from '../../../../src/core/failures/analyseTrace';
import { failureSpansFromRows } from '../../../../src/core/failures/failureSpansFromRows';
import type { TraceAnalysis } from '../../../../src/core/failures/traceAnalysis';
import { traceIdAt, type TraceId } from '../../../../src/core/model/ids';
import type { LogTable, SpanTable } from '../../../../src/core/model/spanTable';
import { fixturePath, loadOtlpRecording, type OtlpRequest } from '../../../kit/fixture';

/** The batches of both services of the sample system, in the order they were sent. */
export interface Batches {
  readonly spans: readonly SpanTable[];
  readonly logs: readonly LogTable[];
}

export function recordedBatches(runs: readonly string[] = ['a', 'b']): Batches {
  return batchesOf([...loadOtlpRecording('otlpNode', runs), ...loadOtlpRecording('otlpPython', runs)]);
}

/** The batches of the sample shop. */
export function shopBatches(): Batches {
  const index = JSON.parse(readFileSync(fixturePath('shop/index.json'), 'utf8')) as {
    readonly entries: readonly {
      readonly name: string;
      readonly path: string;
      readonly requestHeaders: Readonly<Record<string, string>>;
      readonly requestBody: string;
    }[];
  };
  return batchesOf(
    index.entries.map(({ name, path, requestHeaders, requestBody }): OtlpRequest => {
      const sent = readFileSync(fixturePath(`shop/${requestBody}`));
      return {
        name,
        run: '',
        signal: path.replace('/v1/', '') as OtlpRequest['signal'],
        contentType: requestHeaders['content-type'] as OtlpRequest['contentType'],
        body: new Uint8Array(requestHeaders['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent),
      };
    }),
  );
}

function batchesOf(requests: readonly OtlpRequest[]): Batches {
  const spans: SpanTable[] = [];
  const logs: LogTable[] = [];
  for (const { signal, contentType, body } of requests) {
    const isJson = contentType === 'application/json';
    if (signal === 'traces') {
      const decoded = isJson ? spansFromOtlpJson(body) : spansFromOtlpProto(body);
      spans.push(valueOf(decoded).spans);
    } else if (signal === 'logs') {
      const decoded = isJson ? logsFromOtlpJson(body) : logsFromOtlpProto(body);
      logs.push(valueOf(decoded).logs);
    }
  }
  return { spans, logs };
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) {
    throw new Error('a recorded request does not decode');
  }
  return result.value;
}

/** Rows of every trace in every table. */
export function rowsByTrace<T extends { readonly count: number; readonly traceIds: Uint8Array }>(
  tables: readonly T[],
): ReadonlyMap<TraceId, { readonly table: T; readonly rows: number[] }[]> {
  const byTrace = new Map<TraceId, { readonly table: T; readonly rows: number[] }[]>();
  for (const table of tables) {
    for (let row = 0; row < table.count; row++) {
      const id = traceIdAt(table.traceIds, row);
      const parts = byTrace.get(id) ?? [];
      byTrace.set(id, parts);
      if (parts.at(-1)?.table !== table) {
        parts.push({ table, rows: [] });
      }
      parts.at(-1)!.rows.push(row);
    }
  }
  return byTrace;
}

export function analysesOf(batches: Batches): readonly TraceAnalysis[] {
  const logs = rowsByTrace(batches.logs);
  return [...rowsByTrace(batches.spans)].map(([id, parts]) =>
    analyseSpans(
      failureSpansFromRows(
        parts.map(({ table, rows }) => ({ spans: table, rows })),
        (logs.get(id) ?? []).map(({ table, rows }) => ({ logs: table, rows })),
      ),
    ),
  );
}
