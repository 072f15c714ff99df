import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { drawingFromTrace, spansFromDrawing, traceFromDrawing } from '../../kit/drawTrace';
import { plainSpans } from '../../kit/plainOtlp';

describe('drawings of traces', () => {
  it('come back as they were drawn', () => {
    const drawing = [
      'gateway  GET /checkout |====================|',
      '  orders  reserve      |  ========          | error',
      '    orders  moment     |     +              |',
      '  orders  log          |            ===     |',
    ].join('\n');
    assert.equal(drawingFromTrace(traceFromDrawing(drawing), 20), drawing);
  });

  it('say what a span holds', () => {
    const [span] = plainSpans(
      spansFromDrawing(
        'orders  reserve | == | error, kind client, id ab, parent cd, a.b=c d, exception Lost: it is: gone',
      ),
    );
    assert.equal(span!['service'], 'orders');
    assert.equal(span!['name'], 'reserve');
    assert.equal(span!['spanId'], '00000000000000ab');
    assert.equal(span!['parentSpanId'], '00000000000000cd');
    assert.equal(span!['kind'], 3);
    assert.equal(span!['status'], 2);
    assert.deepEqual(span!['attributes'], [['a.b', 0, 'c d']]);
    assert.equal(BigInt(span!['end'] as string) - BigInt(span!['start'] as string), 2_000_000n);
    assert.deepEqual(span!['events'], [
      {
        time: span!['end'],
        name: 'exception',
        attributes: [
          ['exception.type', 0, 'Lost'],
          ['exception.message', 0, 'it is: gone'],
        ],
      },
    ]);
  });

  it('refuse lines that are no spans', () => {
    assert.throws(() => spansFromDrawing('web root |==|'), /Line 1 of the drawing/);
    assert.throws(() => spansFromDrawing('web  root |==| colour red'), /Not a note/);
  });
});
