import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { selfTime } from '../../../../src/core/timeline/selfTime';
import { traceFromDrawing } from '../../../kit/drawTrace';
import { randomTrace } from './randomTrace';

describe('selfTime', () => {
  it('is what no child covers, overlaps counted once', () => {
    const trace = traceFromDrawing(`
      a  root  |==========|
        a  one | ===      |
        a  two |  ===     |
        a  far |        ====|
    `);
    const own = selfTime(trace, 0);
    assert.deepEqual(
      Array.from(own.intervalsNs, (ns) => ns / 1e6),
      [0, 1, 5, 8],
    );
    assert.equal(own.totalNs, 4e6);
  });

  it('agrees with counting milliseconds, for any trace', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        for (let row = 0; row < trace.spans.count; row++) {
          let ms = 0;
          const [fromNs, toNs] = [trace.startNs[row]!, trace.startNs[row]! + trace.spanDurationNs[row]!];
          for (let at = fromNs; at < toNs; at += 1e6) {
            let covered = false;
            for (let child = row + 1; child < trace.subtreeEnd[row]!; child = trace.subtreeEnd[child]!) {
              covered ||=
                trace.startNs[child]! <= at && trace.startNs[child]! + trace.spanDurationNs[child]! > at;
            }
            ms += covered ? 0 : 1;
          }
          assert.equal(Math.round(selfTime(trace, row).totalNs / 1e6), ms);
        }
      }),
      { numRuns: 50 },
    );
  });
});
