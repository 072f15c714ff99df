import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { density } from '../../../../src/core/timeline/density';
import { wholeTrace } from '../../../../src/core/timeline/viewport';
import { traceFromDrawing } from '../../../kit/drawTrace';
import { randomTrace } from './randomTrace';

describe('density', () => {
  it('counts running spans per column and service, and marks failures where they end', () => {
    const trace = traceFromDrawing(`
      a  root  |==========|
        b  one | ===      | error
        b  two |  ===     |
    `);
    const result = density(
      trace,
      1,
      3,
      { ...wholeTrace(trace.durationNs), widthPx: 10 },
      {
        slotOf: () => 4,
        failed: (row) => row === 1,
      },
    );
    assert.deepEqual([...result.running.keys()], [4]);
    assert.deepEqual([...result.running.get(4)!], [0, 1, 2, 2, 2, 1, 0, 0, 0, 0]);
    assert.equal(result.peak, 2);
    assert.deepEqual([...result.failed], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('counts a span of no length at the very end in the last column', () => {
    const trace = traceFromDrawing(`
      a  root  |==========|
    `);
    const atEnd = {
      ...trace,
      startNs: trace.startNs.map(() => trace.durationNs),
      spanDurationNs: new Float64Array(1),
    };
    const { running } = density(
      atEnd,
      0,
      1,
      { ...wholeTrace(trace.durationNs), widthPx: 10 },
      { slotOf: () => 0, failed: () => false },
    );
    assert.deepEqual([...running.get(0)!], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('counts every span in view at least once, whatever the zoom', () => {
    fc.assert(
      fc.property(randomTrace, fc.integer({ min: 1, max: 300 }), (trace, widthPx) => {
        const scale = { ...wholeTrace(trace.durationNs), widthPx };
        const { running, peak } = density(trace, 0, trace.spans.count, scale, {
          slotOf: (row) => row % 2,
          failed: () => false,
        });
        const sums = new Uint32Array(widthPx);
        for (const counts of running.values()) {
          counts.forEach((count, column) => (sums[column]! += count));
        }
        assert.equal(Math.max(...sums), peak);
        assert.ok(sums.reduce((a, b) => a + b, 0) >= trace.spans.count);
      }),
    );
  });
});
