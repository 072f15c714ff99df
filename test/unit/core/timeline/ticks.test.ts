import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { tickStepNs, ticks } from '../../../../src/core/timeline/ticks';

function texts(startNs: number, endNs: number, traceEndNs: number, widthPx: number): readonly string[] {
  return ticks({ startNs, endNs, widthPx }, traceEndNs, 72).map(({ text }) => text);
}

describe('ticks', () => {
  it('stands at round times and always labels the end of the trace', () => {
    assert.deepEqual(texts(0, 37.9e9, 37.9e9, 300), ['0', '10 s', '20 s', '30 s', '37.9 s']);
    assert.deepEqual(texts(0, 1.84e9, 1.84e9, 400), ['0', '0.5 s', '1.0 s', '1.5 s', '1.84 s']);
    assert.deepEqual(texts(0, 460e3, 460e3, 400), ['0', '100 µs', '200 µs', '300 µs', '460 µs']);
  });

  it('counts in minutes above two minutes', () => {
    assert.deepEqual(texts(0, 852e9, 852e9, 700), [
      '0',
      '2 m',
      '4 m',
      '6 m',
      '8 m',
      '10 m',
      '12 m',
      '14 m 12 s',
    ]);
    assert.deepEqual(texts(130e9, 160e9, 852e9, 300), ['2 m 10 s', '2 m 20 s', '2 m 30 s', '2 m 40 s']);
  });

  it('tells apart times that are close together', () => {
    assert.deepEqual(texts(35.2e9, 35.204e9, 37.9e9, 300), [
      '35.200 s',
      '35.201 s',
      '35.202 s',
      '35.203 s',
      '35.204 s',
    ]);
  });

  it('keeps its distance and its order for any viewport', () => {
    const viewports = fc
      .tuple(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.double({ min: 100, max: 1e15, noNaN: true }))
      .map(([startNs, lengthNs]) => ({ startNs, endNs: startNs + lengthNs }));
    fc.assert(
      fc.property(viewports, fc.integer({ min: 1, max: 3000 }), (viewport, widthPx) => {
        const scale = { ...viewport, widthPx };
        const all = ticks(scale, viewport.endNs, 72);
        const nsPerPx = (viewport.endNs - viewport.startNs) / widthPx;
        assert.ok(all.length <= widthPx / 54 + 3);
        for (let i = 1; i < all.length; i++) {
          const leastPx = i === all.length - 1 ? 54 : 72;
          const gapPx = (all[i]!.timeNs - all[i - 1]!.timeNs) / nsPerPx;
          // At a millisecond's distance from 2^50 ns doubles have few digits left.
          assert.ok(gapPx >= leastPx * 0.99, `${gapPx} px between ${all[i - 1]!.text} and ${all[i]!.text}`);
        }
      }),
    );
  });

  it('steps by 1, 2 and 5', () => {
    assert.deepEqual(
      [1, 3, 6, 11, 40, 70].map((least) => tickStepNs(least, false)),
      [1, 5, 10, 20, 50, 100],
    );
    assert.equal(tickStepNs(45e9, true), 60e9);
    assert.equal(tickStepNs(2 * 3600e9, true), 2 * 3600e9);
  });
});
