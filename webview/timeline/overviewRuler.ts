import type { Theme } from '../shared/theme';
import type { Geometry } from './geometry';
import type { TimelineSession } from './session';

/** Width of the ruler beside the scroll bar. */
export const rulerWidthPx = 14;

/** Where found spans (left half) and failures (right half) are in the whole list of rows; hidden ones stand at the row that hides them. */
export function drawRuler(
  context: CanvasRenderingContext2D,
  session: TimelineSession,
  geometry: Geometry,
  theme: Theme,
): void {
  context.fillStyle = theme.rulerBorder;
  context.fillRect(0, 0, 1, geometry.heightPx);
  const draw = (rows: Iterable<number>, xPx: number, colour: string): void => {
    context.fillStyle = colour;
    let drawnAt = -1;
    for (const row of rows) {
      const index = session.visible.indexOfShown(session.tree.nodes[row]!);
      const y = Math.round((index / Math.max(1, session.visible.count)) * geometry.heightPx);
      if (y !== drawnAt && index >= 0) {
        context.fillRect(xPx, y, rulerWidthPx / 2 - 1, 3);
        drawnAt = y;
      }
    }
  };
  draw(session.found, 1, theme.foundOther);
  draw(session.origins, rulerWidthPx / 2, theme.error);
}
