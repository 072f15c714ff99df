import assert from 'node:assert/strict';
import { spansFromOtlpJson } from '../../src/core/codecs/otlpJson';
import { traceIdAt } from '../../src/core/model/ids';
import type { Trace } from '../../src/core/model/trace';
import { traceFromTables } from '../../src/core/model/traceBuilder';

/** A span of a trace that a test makes up. */
export interface SpanSpec {
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly service: string;
  /** `telemetry.sdk.language`. */
  readonly language?: string;
  readonly scope?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** A trace in which each span is the parent of the next one; rows are in their order. */
export function traceOf(specs: readonly SpanSpec[]): Trace {
  const id = (i: number): string => (i + 1).toString(16).padStart(16, '0');
  const json = {
    resourceSpans: specs.map((spec, i) => ({
      resource: {
        attributes: texts({
          'service.name': spec.service,
          ...(spec.language === undefined ? {} : { 'telemetry.sdk.language': spec.language }),
        }),
      },
      scopeSpans: [
        {
          scope: { name: spec.scope ?? '' },
          spans: [
            {
              traceId: 'a'.repeat(32),
              spanId: id(i),
              ...(i > 0 && { parentSpanId: id(i - 1) }),
              name: spec.name,
              kind: KINDS.indexOf(spec.kind),
              startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(i)),
              endTimeUnixNano: String(1_700_000_000_100_000_000n),
              attributes: texts(spec.attributes ?? {}),
            },
          ],
        },
      ],
    })),
  };
  const decoded = spansFromOtlpJson(JSON.stringify(json));
  assert.ok(decoded.ok);
  const { spans } = decoded.value;
  return traceFromTables(traceIdAt(spans.traceIds, 0), [{ table: spans }]);
}

function texts(values: Readonly<Record<string, string>>): readonly unknown[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
