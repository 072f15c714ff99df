import fc from 'fast-check';
import { spanIdFromHex, traceIdFromHex } from '../../../../src/core/model/ids';
import { SpanTableBuilder } from '../../../../src/core/model/spanTableBuilder';
import { ValueType } from '../../../../src/core/model/spanTable';
import type { Trace } from '../../../../src/core/model/trace';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';

const traceId = traceIdFromHex('abc')!;

interface RandomSpan {
  readonly parent: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly error: boolean;
}

/** A trace of any shape: children may start before their parents, outlive them, be orphans or have no length. */
export const randomTrace: fc.Arbitrary<Trace> = fc
  .array(
    fc.record({
      parent: fc.integer({ min: -3, max: 40 }),
      startMs: fc.integer({ min: 0, max: 200 }),
      durationMs: fc.integer({ min: 0, max: 120 }),
      error: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map(traceOf);

function traceOf(spans: readonly RandomSpan[]): Trace {
  const builder = new SpanTableBuilder();
  const scope = builder.scopes.add('random', '');
  const resources = ['a', 'b', 'c'].map((name) =>
    builder.resources.add([{ key: 'service.name', type: ValueType.string, text: name }]),
  );
  const idOf = (index: number): ReturnType<typeof spanIdFromHex> => spanIdFromHex((index + 1).toString(16));
  spans.forEach((span, index) => {
    const start = 1_700_000_000_000_000_000n + BigInt(span.startMs) * 1_000_000n;
    builder.addSpan({
      traceId,
      spanId: idOf(index)!,
      // Below the first: -1 is a root, lower is a parent that never arrived.
      parentSpanId:
        span.parent === -1 ? undefined : idOf(span.parent < -1 ? 1000 + index : span.parent % (index + 1)),
      startUnixNano: start,
      endUnixNano: start + BigInt(span.durationMs) * 1_000_000n,
      name: `span ${index}`,
      status: span.error ? 2 : 0,
      resource: resources[index % 3]!,
      scope,
    });
  });
  return traceFromTables(traceId, [{ table: builder.build() }]);
}
