import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { stringsOf } from '../../../../src/core/model/attributes';
import type { Trace } from '../../../../src/core/model/trace';
import { criticalPath } from '../../../../src/core/timeline/criticalPath';
import { traceFromDrawing } from '../../../kit/drawTrace';
import { randomTrace } from './randomTrace';

function pathText(trace: Trace): string {
  const path = criticalPath(trace);
  const strings = stringsOf(trace.spans);
  return Array.from(
    path.rows,
    (row, i) => `${strings.get(trace.spans.names[row]!)} ${path.startNs[i]! / 1e6}-${path.endNs[i]! / 1e6}`,
  ).join(', ');
}

/** Milliseconds that a root covers. */
function coveredMs(trace: Trace): Set<number> {
  const covered = new Set<number>();
  for (let row = 0; row < trace.spans.count; row = trace.subtreeEnd[row]!) {
    const startMs = Math.round(trace.startNs[row]! / 1e6);
    const endMs = Math.round((trace.startNs[row]! + trace.spanDurationNs[row]!) / 1e6);
    for (let ms = startMs; ms < endMs; ms++) {
      covered.add(ms);
    }
  }
  return covered;
}

describe('criticalPath', () => {
  it('goes to the child that ended last, then to the one that ended last before that began', () => {
    const trace = traceFromDrawing(`
      a  root     |==========|
        a  first  | ==       |
        a  beside | ===      |
        a  last   |     ===  |
    `);
    assert.equal(pathText(trace), 'root 0-1, beside 1-4, root 4-5, last 5-8, root 8-10');
  });

  it('counts a child that outlives its parent up to the end of the parent', () => {
    const trace = traceFromDrawing(`
      a  root   |======      |
        a  late |    ========|
    `);
    assert.equal(pathText(trace), 'root 0-4, late 4-6');
  });

  it('gives the moment to the longest root where roots overlap', () => {
    const trace = traceFromDrawing(`
      a  long   |========    |
      b  short  |   ==       |
      b  tail   |      ====  |
    `);
    assert.equal(pathText(trace), 'long 0-8, tail 8-10');
  });

  it('covers every moment of the roots once and never overlaps', () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const path = criticalPath(trace);
        const covered = coveredMs(trace);
        let beforeNs = -1;
        path.rows.forEach((row, i) => {
          const [startNs, endNs] = [path.startNs[i]!, path.endNs[i]!];
          assert.ok(startNs >= beforeNs, 'in order');
          assert.ok(endNs > startNs, 'not empty');
          assert.ok(startNs >= trace.startNs[row]!, 'inside its span');
          assert.ok(endNs <= trace.startNs[row]! + trace.spanDurationNs[row]!, 'inside its span');
          beforeNs = endNs;
          for (let ms = Math.round(startNs / 1e6); ms < Math.round(endNs / 1e6); ms++) {
            assert.ok(covered.delete(ms), `${ms} ms once`);
          }
        });
        assert.equal(covered.size, 0, 'all of it');
      }),
      { numRuns: 400 },
    );
  });
});
