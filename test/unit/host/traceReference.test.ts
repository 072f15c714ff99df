import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { traceIdFromReference } from '../../../src/host/traceReference';

const id = '0af7651916cd43dd8448eb211c80319c';
const short = 'b7ad6b7169203331';

describe('trace reference', () => {
  const references: Readonly<Record<string, string>> = {
    'an id': id,
    'an id in capitals': id.toUpperCase(),
    'an id with white space around': `  ${id}\n`,
    'an id after 0x': `0x${id}`,
    'a UUID': '0af76519-16cd-43dd-8448-eb211c80319c',
    'a traceparent': `00-${id}-b7ad6b7169203331-01`,
    'a traceparent header': `traceparent: 00-${id}-b7ad6b7169203331-01`,
    'an X-Ray id': '1-0af76519-16cd43dd8448eb211c80319c',
    'an X-Ray header': 'Root=1-0af76519-16cd43dd8448eb211c80319c;Sampled=1',
    base64: 'CvdlGRbNQ92ESOshHIAxnA==',
    'a page of Jaeger': `http://127.0.0.1:16686/trace/${id}?uiFind=${short}`,
    'a page of Jaeger below a path': `https://tracing.example/jaeger/trace/${id}`,
    'a page of Zipkin': `http://127.0.0.1:9411/zipkin/traces/${id}`,
    'a page of Grafana with panes': `https://grafana.example/explore?panes=${encodeURIComponent(
      JSON.stringify({ a: { queries: [{ queryType: 'traceql', query: id }] } }),
    )}`,
    'an old page of Grafana': `https://grafana.example/explore?left=${encodeURIComponent(
      JSON.stringify(['now-1h', 'now', 'Tempo', { query: id }]),
    )}`,
    'a page with the id as a parameter': `https://example.test/view?traceId=${id}`,
  };
  for (const [form, text] of Object.entries(references)) {
    it(`reads ${form}`, () => {
      assert.equal(traceIdFromReference(text), id);
    });
  }

  it('pads an id of 64 bits', () => {
    assert.equal(traceIdFromReference(short), `0000000000000000${short}`);
  });

  for (const text of [
    '',
    'POST /checkout',
    '42',
    '0'.repeat(32),
    'http://127.0.0.1:16686/search',
    `file:///trace/${id}`,
  ]) {
    it(`finds none in ${JSON.stringify(text)}`, () => {
      assert.equal(traceIdFromReference(text), undefined);
    });
  }

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const found = traceIdFromReference(text);
        assert.ok(found === undefined || /^[0-9a-f]{32}$/.test(found));
      }),
    );
  });
});
