import { density, type Density } from '../../src/core/timeline/density';
import { ErrorRole } from '../../src/core/timeline/errorOrigins';
import { xPxFromTimeNs } from '../../src/core/timeline/viewport';
import type { Theme } from '../shared/theme';
import { axisLeftPx, type Geometry } from './geometry';
import type { TimelineSession } from './session';

/** Where a bar or strip stands, in whole pixels. */
export interface BarBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
}

/** Strips of collapsed rows: how many of the spans below run at each moment, by colour, and where some failed. */
export class Strips {
  private readonly session: TimelineSession;
  private readonly densities = new Map<number, Density>();
  private key = '';

  constructor(session: TimelineSession) {
    this.session = session;
  }

  /** Forgets what was counted for another scale. */
  begin({ scale }: Geometry): void {
    const key = `${scale.startNs} ${scale.endNs} ${scale.widthPx}`;
    if (key !== this.key) {
      this.densities.clear();
      this.key = key;
    }
  }

  /** Draws the strip of a collapsed node. */
  draw(context: CanvasRenderingContext2D, node: number, bar: BarBox, geometry: Geometry, theme: Theme): void {
    const { session } = this;
    const row = session.rowOf(node)!;
    const own = this.densityOf(node, geometry);
    const left = Math.max(0, bar.left);
    const right = Math.min(geometry.barsWidthPx, bar.right);
    const bottom = bar.top + bar.height;
    if (!theme.highContrast) {
      context.globalAlpha = 0.5;
      context.fillStyle = theme.servicesMuted[session.slot(row)]!;
      context.fillRect(left, bar.top, right - left, bar.height);
      context.globalAlpha = 1;
    }
    const heights = new Float32Array(Math.max(0, right - left));
    for (const [slot, counts] of own.running) {
      context.fillStyle = theme.services[slot]!;
      for (let x = left; x < right; x++) {
        const count = counts[x - axisLeftPx] ?? 0;
        if (count > 0) {
          const height = Math.max((count / own.peak) * bar.height, heights[x - left] === 0 ? 1 : 0);
          context.fillRect(x, bottom - heights[x - left]! - height, 1, height);
          heights[x - left]! += height;
        }
      }
    }
    context.fillStyle = theme.error;
    for (let x = left; x < right; x++) {
      if (own.failed[x - axisLeftPx] === 1) {
        context.fillRect(x, bar.top - 4, 1.5, 3);
      }
    }
    this.drawFoundBelow(context, node, bottom, geometry, theme);
    if (theme.highContrast && session.roles[row] === ErrorRole.none) {
      context.strokeStyle = theme.services[session.slot(row)]!;
      context.lineWidth = 1;
      context.strokeRect(left + 0.5, bar.top + 0.5, right - left - 1, bar.height - 1);
    }
  }

  private drawFoundBelow(
    context: CanvasRenderingContext2D,
    node: number,
    bottom: number,
    geometry: Geometry,
    theme: Theme,
  ): void {
    const { session } = this;
    if (session.found.length === 0) {
      return;
    }
    context.fillStyle = theme.foundOther;
    let drawnAt = -1;
    for (let below = node + 1; below < session.tree.end[node]!; below++) {
      const row = session.tree.rows[below]!;
      if (row >= 0 && session.isFound[row] === 1) {
        const x = Math.round(axisLeftPx + xPxFromTimeNs(geometry.scale, session.startNs(row)));
        if (x !== drawnAt && x >= 0 && x <= geometry.barsWidthPx) {
          context.fillRect(x, bottom + 1, 1.5, 3);
          drawnAt = x;
        }
      }
    }
  }

  private densityOf(node: number, geometry: Geometry): Density {
    let own = this.densities.get(node);
    if (!own) {
      const { session } = this;
      const row = session.rowOf(node)!;
      own = density(session.trace, row + 1, session.trace.subtreeEnd[row]!, geometry.scale, {
        slotOf: (below) => session.slot(below),
        failed: (below) => session.isOrigin(below),
      });
      this.densities.set(node, own);
    }
    return own;
  }
}
