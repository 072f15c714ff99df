import type { TimeScale, Viewport } from '../../src/core/timeline/viewport';

/** Measures of the waterfall in CSS pixels, for one width of the panel. */
export interface Geometry {
  readonly panelWidthPx: number;
  readonly panelHeightPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly treeWidthPx: number;
  readonly barsWidthPx: number;
  readonly rowHeightPx: number;
  readonly barHeightPx: number;
  readonly indentPx: number;
  readonly stickyMost: number;
  readonly scale: TimeScale;
}

/** Left of the time axis. */
export const axisLeftPx = 12;
const narrowPx = 640;
const minutesNs = 120e9;

/** Lays out a waterfall of `widthPx`; `wantedTreePx` is where a person put the splitter. */
export function geometryOf(
  widthPx: number,
  heightPx: number,
  viewport: Viewport,
  options: {
    readonly panelWidthPx: number;
    readonly panelHeightPx: number;
    readonly compact: boolean;
    readonly wantedTreePx: number | undefined;
  },
): Geometry {
  const { panelWidthPx, panelHeightPx } = options;
  const narrow = panelWidthPx < narrowPx;
  const compact = options.compact || narrow;
  const rowHeightPx = compact ? 22 : 24;
  const treeWidthPx = treeWidth(widthPx, narrow, options.wantedTreePx);
  const barsWidthPx = Math.max(0, widthPx - treeWidthPx);
  const axisRightPx = viewport.endNs >= minutesNs ? 72 : narrow ? 56 : 64;
  return {
    panelWidthPx,
    panelHeightPx,
    widthPx,
    heightPx,
    treeWidthPx,
    barsWidthPx,
    rowHeightPx,
    barHeightPx: compact ? 10 : 12,
    indentPx: treeWidthPx < 320 ? 6 : 10,
    stickyMost: Math.min(3, Math.floor(heightPx / rowHeightPx / 3)),
    scale: { ...viewport, widthPx: Math.max(1, barsWidthPx - axisLeftPx - axisRightPx) },
  };
}

/** The measures of `ui-measures`: 300 of 684, 364 of 752, 272 of 560; at least 240, at most 60 %. */
function treeWidth(widthPx: number, narrow: boolean, wantedPx: number | undefined): number {
  const share = narrow || wantedPx !== undefined ? 0.486 : widthPx < 720 ? 0.4386 : 0.484;
  const mostPx = Math.floor(widthPx * 0.6);
  return Math.round(
    Math.min(Math.max(wantedPx ?? Math.min(widthPx * share, 388), Math.min(240, mostPx)), mostPx),
  );
}
