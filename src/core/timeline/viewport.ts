/** The part of a trace that is on screen, in nanoseconds since the trace's epoch; `startNs < endNs`. */
export interface Viewport {
  readonly startNs: number;
  readonly endNs: number;
}

/** A viewport laid over `widthPx` pixels, the first of which shows `startNs`. */
export interface TimeScale extends Viewport {
  readonly widthPx: number;
}

/** Zooming stops here: less is below the resolution of every clock that makes traces. */
export const shortestViewportNs = 100;

/** Everything from 0 to the trace's end; never empty. */
export function wholeTrace(durationNs: number): Viewport {
  return { startNs: 0, endNs: Math.max(durationNs, shortestViewportNs) };
}

/** Where `timeNs` is drawn; may lie outside of the pixels. */
export function xPxFromTimeNs(scale: TimeScale, timeNs: number): number {
  return ((timeNs - scale.startNs) / (scale.endNs - scale.startNs)) * scale.widthPx;
}

/** The time drawn at `xPx`. */
export function timeNsFromXPx(scale: TimeScale, xPx: number): number {
  return scale.startNs + (xPx / scale.widthPx) * (scale.endNs - scale.startNs);
}

/** `viewport` moved and, where it is too long, shortened so that it lies within `bounds`. */
export function clampedViewport(viewport: Viewport, bounds: Viewport): Viewport {
  const boundsNs = bounds.endNs - bounds.startNs;
  const lengthNs = Math.min(
    Math.max(viewport.endNs - viewport.startNs, Math.min(shortestViewportNs, boundsNs)),
    boundsNs,
  );
  const startNs = Math.min(Math.max(viewport.startNs, bounds.startNs), bounds.endNs - lengthNs);
  return { startNs, endNs: startNs + lengthNs };
}

/** Shows `factor` times less time, with `anchorNs` staying where it is on screen. */
export function zoomedViewport(
  viewport: Viewport,
  factor: number,
  anchorNs: number,
  bounds: Viewport,
): Viewport {
  const lengthNs = viewport.endNs - viewport.startNs;
  const newLengthNs = Math.min(
    Math.max(lengthNs / factor, shortestViewportNs),
    bounds.endNs - bounds.startNs,
  );
  const share = (anchorNs - viewport.startNs) / lengthNs;
  const startNs = anchorNs - share * newLengthNs;
  return clampedViewport({ startNs, endNs: startNs + newLengthNs }, bounds);
}

/** The same length, `deltaNs` later. */
export function pannedViewport(viewport: Viewport, deltaNs: number, bounds: Viewport): Viewport {
  return clampedViewport({ startNs: viewport.startNs + deltaNs, endNs: viewport.endNs + deltaNs }, bounds);
}

/** A span's time with a tenth of it on either side. */
export function viewportAround(startNs: number, durationNs: number, bounds: Viewport): Viewport {
  const marginNs = Math.max(durationNs * 0.1, shortestViewportNs / 2);
  return clampedViewport({ startNs: startNs - marginNs, endNs: startNs + durationNs + marginNs }, bounds);
}

/** The viewport `share` (0 to 1) of the way from one to another. */
export function viewportBetween(from: Viewport, to: Viewport, share: number): Viewport {
  return {
    startNs: from.startNs + (to.startNs - from.startNs) * share,
    endNs: from.endNs + (to.endNs - from.endNs) * share,
  };
}
