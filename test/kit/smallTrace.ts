/** A span of a trace that a test makes up: it lasts a moment and ends now. */
export interface SmallSpan {
  /** Eight bytes in hexadecimal. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Type of the exception that the span fails with. */
  readonly exceptionType?: string;
  /** As its runtime printed it. */
  readonly stack?: string;
}

/** Sends spans of one service, `stock` unless the resource says another, to a receiver and waits until they are stored. `endpoint` is a base URL like `http://127.0.0.1:4318`. */
export async function sendSmallTrace(
  endpoint: string,
  traceId: string,
  spans: readonly SmallSpan[],
  resource: Readonly<Record<string, string>> = { 'service.name': 'stock' },
): Promise<void> {
  const endNs = BigInt(Date.now()) * 1_000_000n;
  const request = {
    resourceSpans: [
      {
        resource: { attributes: Object.entries(resource).map(([key, value]) => text(key, value)) },
        scopeSpans: [
          {
            spans: spans.map(({ exceptionType, stack, ...span }) => ({
              ...span,
              traceId,
              kind: 2,
              startTimeUnixNano: String(endNs - 50_000_000n),
              endTimeUnixNano: String(endNs),
              ...(exceptionType === undefined
                ? {}
                : {
                    status: { code: 2 },
                    events: [
                      {
                        name: 'exception',
                        timeUnixNano: String(endNs),
                        attributes: [
                          text('exception.type', exceptionType),
                          ...(stack === undefined ? [] : [text('exception.stacktrace', stack)]),
                        ],
                      },
                    ],
                  }),
            })),
          },
        ],
      },
    ],
  };
  const answer = await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (answer.status !== 200) {
    throw new Error(`The receiver answered ${answer.status}: ${await answer.text()}`);
  }
}

function text(key: string, value: string): unknown {
  return { key, value: { stringValue: value } };
}
