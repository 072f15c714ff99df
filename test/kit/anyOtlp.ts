import fc from 'fast-check';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('error', 'exception.type', ''),
);
const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const anyTime = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: 1_795_405_021_000_000_000n, max: 1_795_405_022_000_000_000n }),
  )
  .map(String);

function anyId(size: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: size, maxLength: size })
    .map((bytes) =>
      Buffer.from(bytes.every((byte) => byte === 0) ? bytes.fill(1) : bytes).toString('base64'),
    );
}

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ stringValue: anyText }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: anyInt64 }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({
      bytesValue: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({
        values: fc.array(fc.record({ key: anyText, value: tie('value') }), { maxLength: 3 }),
      }),
    }),
  ),
}));

const anyAttributes = fc.array(fc.record({ key: anyText, value: anyValue }), { maxLength: 4 });

const anySpan = fc.record(
  {
    traceId: anyId(16),
    spanId: anyId(8),
    parentSpanId: fc.oneof(fc.constant(''), anyId(8)),
    name: anyText,
    kind: fc.integer({ min: 0, max: 5 }),
    startTimeUnixNano: anyTime,
    endTimeUnixNano: anyTime,
    traceState: anyText,
    flags: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    attributes: anyAttributes,
    droppedAttributesCount: fc.nat(),
    events: fc.array(fc.record({ timeUnixNano: anyTime, name: anyText, attributes: anyAttributes }), {
      maxLength: 3,
    }),
    links: fc.array(fc.record({ traceId: anyId(16), spanId: anyId(8), attributes: anyAttributes }), {
      maxLength: 2,
    }),
    status: fc.record({ message: anyText, code: fc.integer({ min: 0, max: 2 }) }),
  },
  { requiredKeys: ['traceId', 'spanId'] },
);

/** Trace requests with every kind of value, as OTLP/JSON with ids and bytes in base64. */
export const anyTraceRequest: fc.Arbitrary<Record<string, unknown>> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: fc.record({ attributes: anyAttributes }),
      scopeSpans: fc.array(
        fc.record({
          scope: fc.record({ name: anyText, version: anyText, attributes: anyAttributes }),
          spans: fc.array(anySpan, { maxLength: 4 }),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 3 },
  ),
});
