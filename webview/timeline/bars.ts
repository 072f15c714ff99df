import { SpanFlag } from '../../src/core/model/trace';
import { durationText } from '../../src/core/timeline/durationText';
import { ErrorRole } from '../../src/core/timeline/errorOrigins';
import { ticks } from '../../src/core/timeline/ticks';
import { xPxFromTimeNs } from '../../src/core/timeline/viewport';
import type { Theme } from '../shared/theme';
import { axisLeftPx, type Geometry } from './geometry';
import type { Patterns } from './patterns';
import type { TimelineSession } from './session';
import { Strips, type BarBox } from './strips';

/** A node and where its row stands. */
export interface PlacedRow {
  readonly node: number;
  readonly topPx: number;
}

/** Codicon `error`, a circled cross. */
const errorGlyph = '\uea87';
const stripHeightPx = 14;
const openEndPx = 14;
const leastBarPx = 2;
const labelGapPx = 6;
const leastGapPx = 2;
const markAndGapPx = 17;
/** More event ticks than this on one bar would be a second bar. */
const mostEventTicks = 2000;

/** Draws the bar area: grid, bars, marks and durations of the rows on screen. */
export class Bars {
  private readonly session: TimelineSession;
  private readonly patterns: Patterns;
  private readonly strips: Strips;

  constructor(session: TimelineSession, patterns: Patterns) {
    this.session = session;
    this.patterns = patterns;
    this.strips = new Strips(session);
  }

  /** `sticky` rows lie over the others and hide them. */
  draw(
    context: CanvasRenderingContext2D,
    rows: readonly PlacedRow[],
    sticky: readonly PlacedRow[],
    geometry: Geometry,
    theme: Theme,
  ): void {
    this.strips.begin(geometry);
    const stickyBottomPx = sticky.length * geometry.rowHeightPx;
    context.save();
    context.beginPath();
    context.rect(0, stickyBottomPx, geometry.barsWidthPx, geometry.heightPx - stickyBottomPx);
    context.clip();
    this.drawGrid(context, geometry, theme);
    for (const row of rows) {
      this.drawRow(context, row, geometry, theme);
    }
    context.restore();
    for (const row of sticky) {
      this.drawRow(context, row, geometry, theme);
    }
  }

  private drawGrid(context: CanvasRenderingContext2D, geometry: Geometry, theme: Theme): void {
    context.fillStyle = theme.grid;
    for (const { timeNs } of ticks(geometry.scale, this.session.trace.durationNs, 72)) {
      const x = Math.round(axisLeftPx + xPxFromTimeNs(geometry.scale, timeNs));
      context.fillRect(x, 0, 1, geometry.heightPx);
    }
  }

  private drawRow(
    context: CanvasRenderingContext2D,
    placed: PlacedRow,
    geometry: Geometry,
    theme: Theme,
  ): void {
    const { session } = this;
    const row = session.rowOf(placed.node);
    if (row === undefined) {
      return;
    }
    const startNs = session.startNs(row);
    const durationNs = session.shownDurationNs(row);
    const strip = session.isStrip(placed.node);
    const heightPx = strip ? stripHeightPx : geometry.barHeightPx;
    const x1 = axisLeftPx + xPxFromTimeNs(geometry.scale, startNs);
    const x2 = Math.max(x1 + leastBarPx, axisLeftPx + xPxFromTimeNs(geometry.scale, startNs + durationNs));
    // Whole pixels: half ones blur the outline.
    const bar: BarBox = {
      left: Math.round(x1),
      right: Math.max(Math.round(x2), Math.round(x1) + leastBarPx),
      top: Math.round(placed.topPx + (geometry.rowHeightPx - heightPx) / 2),
      height: heightPx,
    };
    const inView = bar.right >= 0 && bar.left <= geometry.barsWidthPx;
    if (inView) {
      if (strip) {
        this.strips.draw(context, placed.node, bar, geometry, theme);
      } else {
        this.drawFill(context, row, bar, geometry, theme);
      }
      this.drawOutline(context, row, bar, theme);
      this.drawPath(context, row, bar, geometry, theme);
      if (!strip) {
        this.drawEvents(context, row, bar, geometry, theme);
      }
    }
    this.drawDuration(context, placed.node, row, bar, geometry, theme);
  }

  private drawFill(
    context: CanvasRenderingContext2D,
    row: number,
    bar: BarBox,
    geometry: Geometry,
    theme: Theme,
  ): void {
    const { session } = this;
    const slot = session.slot(row);
    const colour = theme.services[slot]!;
    const left = Math.max(bar.left, -4);
    const right = Math.min(bar.right, geometry.barsWidthPx + 4);
    const open = session.hasFlag(row, SpanFlag.open);
    const solidRight = open ? Math.max(left, right - openEndPx) : right;
    if (!theme.highContrast) {
      context.fillStyle = theme.servicesMuted[slot]!;
      context.fillRect(left, bar.top, solidRight - left, bar.height);
    }
    context.fillStyle = theme.highContrast ? this.patterns.get(context, slot, colour) : colour;
    this.fillSelfTime(context, row, bar, left, solidRight, geometry);
    if (open) {
      hatch(context, Math.max(left, right - openEndPx), right, bar, theme.foreground);
    }
    if (theme.highContrast && !this.failed(row)) {
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.strokeRect(left + 0.5, bar.top + 0.5, Math.max(1, right - left - 1), bar.height - 1);
    }
  }

  private fillSelfTime(
    context: CanvasRenderingContext2D,
    row: number,
    bar: BarBox,
    left: number,
    right: number,
    geometry: Geometry,
  ): void {
    const { intervalsNs } = this.session.selfTime(row);
    let filledTo = left;
    for (let i = firstEndingAfter(intervalsNs, geometry.scale.startNs - 1); i < intervalsNs.length; i += 2) {
      const from = axisLeftPx + xPxFromTimeNs(geometry.scale, intervalsNs[i]!);
      const to = axisLeftPx + xPxFromTimeNs(geometry.scale, intervalsNs[i + 1]!);
      if (from > right) {
        break;
      }
      // Pieces inside one pixel that is already filled are not drawn again: a bar with a million gaps costs its width.
      const x1 = Math.max(filledTo, Math.round(from));
      const x2 = Math.min(right, Math.max(Math.round(to), from >= left && to - from >= 0.25 ? x1 + 1 : x1));
      if (x2 > x1) {
        context.fillRect(x1, bar.top, x2 - x1, bar.height);
        filledTo = x2;
      }
    }
    if (filledTo === left && bar.right - bar.left <= leastBarPx && intervalsNs.length > 0) {
      context.fillRect(bar.left, bar.top, leastBarPx, bar.height);
    }
  }

  private drawOutline(context: CanvasRenderingContext2D, row: number, bar: BarBox, theme: Theme): void {
    if (!this.failed(row)) {
      return;
    }
    const width = theme.highContrast ? 2 : this.session.isOrigin(row) ? 1.5 : 1;
    context.strokeStyle = theme.error;
    context.lineWidth = width;
    context.strokeRect(
      bar.left - width / 2,
      bar.top - width / 2,
      bar.right - bar.left + width,
      bar.height + width,
    );
  }

  private drawPath(
    context: CanvasRenderingContext2D,
    row: number,
    bar: BarBox,
    geometry: Geometry,
    theme: Theme,
  ): void {
    const { session } = this;
    const pieces = session.showCriticalPath ? session.pathPieces.get(row) : undefined;
    if (!pieces) {
      return;
    }
    context.fillStyle = theme.foreground;
    let drawnTo = -Infinity;
    for (const piece of pieces) {
      const from = axisLeftPx + xPxFromTimeNs(geometry.scale, session.path.startNs[piece]!);
      const to = axisLeftPx + xPxFromTimeNs(geometry.scale, session.path.endNs[piece]!);
      const x1 = Math.max(drawnTo, Math.round(from), -2);
      const x2 = Math.min(Math.max(Math.round(to), Math.round(from) + 1), geometry.barsWidthPx + 2);
      if (x2 > x1) {
        context.fillRect(x1, bar.top + bar.height + 2, x2 - x1, 2);
        drawnTo = x2;
      }
    }
  }

  private drawEvents(
    context: CanvasRenderingContext2D,
    row: number,
    bar: BarBox,
    geometry: Geometry,
    theme: Theme,
  ): void {
    const { trace } = this.session;
    const { offsets, timeUnixNano } = trace.spans.events;
    const from = offsets[row]!;
    const to = Math.min(offsets[row + 1]!, from + mostEventTicks);
    context.fillStyle = theme.foreground;
    let drawnAt = -Infinity;
    for (let event = from; event < to; event++) {
      const timeNs = Number(timeUnixNano[event]! - trace.epochNs);
      const x = Math.round(axisLeftPx + xPxFromTimeNs(geometry.scale, timeNs));
      if (x === drawnAt || x < 0 || x > geometry.barsWidthPx) {
        continue;
      }
      drawnAt = x;
      context.fillRect(x - 0.5, bar.top - 3, 1, bar.height + 4);
      context.beginPath();
      context.moveTo(x - 2.5, bar.top - 4);
      context.lineTo(x + 2.5, bar.top - 4);
      context.lineTo(x, bar.top - 1.5);
      context.fill();
    }
  }

  private drawDuration(
    context: CanvasRenderingContext2D,
    node: number,
    row: number,
    bar: BarBox,
    geometry: Geometry,
    theme: Theme,
  ): void {
    const { session } = this;
    const open = session.hasFlag(row, SpanFlag.open);
    const text = `${open ? '> ' : ''}${durationText(session.shownDurationNs(row))}`;
    const middle = bar.top + bar.height / 2 + 0.5;
    context.textBaseline = 'middle';
    context.font = `11.5px ${theme.fontFamily}`;
    const textPx = context.measureText(text).width;
    const roomPx = geometry.barsWidthPx - 2 - Math.max(bar.right, 0);
    // The mark stands in the tree too, so it gives way to the number.
    const markPx = session.isOrigin(row) && roomPx >= markAndGapPx + textPx + leastGapPx ? markAndGapPx : 0;
    const widthPx = markPx + textPx;
    let left = Math.max(bar.right, 0) + Math.min(labelGapPx, roomPx - widthPx);
    if (roomPx < widthPx + leastGapPx) {
      const before = Math.min(bar.left, geometry.barsWidthPx) - labelGapPx - widthPx;
      left = before >= 0 ? before : geometry.barsWidthPx - labelGapPx - widthPx;
      if (before < 0) {
        // No room on either side: on the bar, on a piece of background.
        context.fillStyle = theme.background;
        context.globalAlpha = 0.8;
        context.fillRect(left - 3, bar.top, widthPx + 6, bar.height);
        context.globalAlpha = 1;
      }
    }
    if (markPx > 0) {
      context.fillStyle = theme.error;
      context.font = '14px codicon';
      context.fillText(errorGlyph, left - 1, middle);
      context.font = `11.5px ${theme.fontFamily}`;
    }
    const failed = this.failed(row);
    context.fillStyle =
      node === session.selected ? theme.selectionForeground : failed ? theme.errorWord : theme.secondary;
    context.fillText(text, left + markPx, middle);
  }

  private failed(row: number): boolean {
    return this.session.roles[row] !== ErrorRole.none;
  }
}

/** Index of the first pair whose end lies after `timeNs`. */
function firstEndingAfter(intervalsNs: Float64Array, timeNs: number): number {
  let low = 0;
  let high = intervalsNs.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intervalsNs[middle * 2 + 1]! <= timeNs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low * 2;
}

function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  bar: BarBox,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(left, bar.top, right - left, bar.height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (let x = left - bar.height; x < right; x += 4) {
    context.beginPath();
    context.moveTo(x, bar.top + bar.height);
    context.lineTo(x + bar.height, bar.top);
    context.stroke();
  }
  context.restore();
}
