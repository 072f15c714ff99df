/** Where the stack of {@link failedCheckout} leads in the suite's workspace. */
export const failingLine = { path: 'src/checkout.ts', lineBase1: 3 } as const;

/** One OTLP JSON request: a failed `POST /checkout` of `gateway` whose failure began in `orders`. */
export function failedCheckout(traceId: string, endMs: number): string {
  const endNs = BigInt(endMs) * 1_000_000n;
  const span = (id: string, parent: string, name: string, kind: number, events: readonly unknown[]) => ({
    traceId,
    spanId: id,
    parentSpanId: parent,
    name,
    kind,
    startTimeUnixNano: String(endNs - 200_000_000n),
    endTimeUnixNano: String(endNs),
    status: { code: 2 },
    events,
  });
  const resource = (service: string, spans: readonly unknown[]) => ({
    resource: { attributes: [text('service.name', service), text('telemetry.sdk.language', 'nodejs')] },
    scopeSpans: [{ scope: { name: 'test' }, spans }],
  });
  const stack = [
    "TypeError: Cannot read properties of undefined (reading 'cents')",
    `    at total (/srv/app/${failingLine.path}:${failingLine.lineBase1}:10)`,
    '    at next (/srv/app/node_modules/express/lib/router/layer.js:95:5)',
  ].join('\n');
  const exception = {
    name: 'exception',
    timeUnixNano: String(endNs - 100_000_000n),
    attributes: [
      text('exception.type', 'TypeError'),
      text('exception.message', "Cannot read properties of undefined (reading 'cents')"),
      text('exception.stacktrace', stack),
    ],
  };
  return JSON.stringify({
    resourceSpans: [
      resource('gateway', [span('00000000000000a1', '', 'POST /checkout', 2, [])]),
      resource('orders', [span('00000000000000a2', '00000000000000a1', 'total', 1, [exception])]),
    ],
  });
}

function text(key: string, value: string): unknown {
  return { key, value: { stringValue: value } };
}
