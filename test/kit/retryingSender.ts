import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { encodeRequest, traceRequestType } from './otlpSchema.ts';

/** Spans; more would only grow while no receiver is there. */
const mostUnanswered = 2000;

interface SentSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId?: Buffer;
}

/** Sends until told to stop; what was not answered 200 is sent again, mixed with new spans, so that batches are cut anew. */
export class RetryingSender {
  /** Each as hexadecimal trace id and span id with a space between. */
  readonly acknowledged = new Set<string>();
  private unanswered: SentSpan[] = [];
  private stopped = false;
  private readonly agent = new Agent({ connections: 1 });

  /** Settles when it was stopped and all is acknowledged; while there is no port, nothing is sent. */
  async run(portOf: () => number | undefined): Promise<void> {
    while (!this.stopped || this.unanswered.length > 0) {
      const mayAdd = !this.stopped && this.unanswered.length < mostUnanswered;
      const spans = [...this.unanswered, ...(mayAdd ? newTraces() : [])];
      // Not the cut of the time before.
      const batch = spans.slice(0, Math.max(1, randomInt(spans.length + 1)));
      this.unanswered = spans;
      if (await this.send(portOf(), batch)) {
        this.unanswered = spans.slice(batch.length);
        for (const { traceId, spanId } of batch) {
          this.acknowledged.add(`${traceId.toString('hex')} ${spanId.toString('hex')}`);
        }
      }
    }
    await this.agent.close();
  }

  /** Sends nothing new any more. */
  stop(): void {
    this.stopped = true;
  }

  private async send(port: number | undefined, spans: readonly SentSpan[]): Promise<boolean> {
    if (port === undefined) {
      await after(10);
      return false;
    }
    try {
      const answer = await request(`http://127.0.0.1:${port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: bodyOf(spans),
        dispatcher: this.agent,
      });
      await answer.body.dump();
      return answer.statusCode === 200;
    } catch {
      // The process died with the request.
      await after(10);
      return false;
    }
  }
}

function newTraces(): SentSpan[] {
  return Array.from({ length: 5 }, () => {
    const traceId = randomBytes(16);
    const root = randomBytes(8);
    return [
      { traceId, spanId: root },
      ...Array.from({ length: 9 }, () => ({ traceId, spanId: randomBytes(8), parentSpanId: root })),
    ];
  }).flat();
}

function bodyOf(spans: readonly SentSpan[]): Uint8Array {
  return encodeRequest(traceRequestType, {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: spans.map(({ traceId, spanId, parentSpanId }) => ({
              traceId: traceId.toString('base64'),
              spanId: spanId.toString('base64'),
              ...(parentSpanId && { parentSpanId: parentSpanId.toString('base64') }),
              name: 'work',
              startTimeUnixNano: '1795405021000000000',
              endTimeUnixNano: '1795405021000500000',
            })),
          },
        ],
      },
    ],
  });
}
