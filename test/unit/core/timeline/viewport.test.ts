import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  clampedViewport,
  pannedViewport,
  shortestViewportNs,
  timeNsFromXPx,
  viewportAround,
  wholeTrace,
  xPxFromTimeNs,
  zoomedViewport,
  type Viewport,
} from '../../../../src/core/timeline/viewport';

const durations = fc.double({ min: 0, max: 1e16, noNaN: true });
const bounded = durations.map(wholeTrace);

function within(viewport: Viewport, bounds: Viewport): void {
  const slackNs = Math.max(1, bounds.endNs) * 1e-12;
  assert.ok(viewport.startNs >= bounds.startNs - slackNs, 'starts inside');
  assert.ok(viewport.endNs <= bounds.endNs + slackNs, 'ends inside');
  assert.ok(viewport.endNs > viewport.startNs, 'is not empty');
}

describe('viewport', () => {
  it('gives back the time of a pixel', () => {
    fc.assert(
      fc.property(
        bounded,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 4000 }),
        (bounds, share, widthPx) => {
          const scale = { ...bounds, widthPx };
          const timeNs = bounds.endNs * share;
          assert.ok(
            Math.abs(timeNsFromXPx(scale, xPxFromTimeNs(scale, timeNs)) - timeNs) <= bounds.endNs * 1e-9,
          );
        },
      ),
    );
  });

  it('stays inside the trace whatever is zoomed and panned', () => {
    const step = fc.record({
      factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
      anchor: fc.double({ min: 0, max: 1, noNaN: true }),
      pan: fc.double({ min: -2, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(bounded, fc.array(step, { maxLength: 30 }), (bounds, steps) => {
        let viewport = bounds;
        for (const { factor, anchor, pan } of steps) {
          const lengthNs = viewport.endNs - viewport.startNs;
          viewport = zoomedViewport(viewport, factor, viewport.startNs + anchor * lengthNs, bounds);
          within(viewport, bounds);
          viewport = pannedViewport(viewport, pan * lengthNs, bounds);
          within(viewport, bounds);
        }
      }),
    );
  });

  it('keeps the time under the pointer in place while zooming in', () => {
    const bounds = wholeTrace(1e9);
    const before = { ...bounds, widthPx: 1000 };
    const zoomed = { ...zoomedViewport(bounds, 4, 250e6, bounds), widthPx: 1000 };
    assert.equal(xPxFromTimeNs(zoomed, 250e6), xPxFromTimeNs(before, 250e6));
    assert.equal(zoomed.endNs - zoomed.startNs, 250e6);
  });

  it('shows an instant without dividing by zero', () => {
    const bounds = wholeTrace(1e9);
    const around = viewportAround(5e8, 0, bounds);
    assert.equal(around.endNs - around.startNs, shortestViewportNs);
    assert.deepEqual(clampedViewport(around, bounds), around);
  });
});
