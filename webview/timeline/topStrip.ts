import { density } from '../../src/core/timeline/density';
import { ErrorRole } from '../../src/core/timeline/errorOrigins';
import { ticks } from '../../src/core/timeline/ticks';
import {
  pannedViewport,
  timeNsFromXPx,
  xPxFromTimeNs,
  type TimeScale,
  type Viewport,
} from '../../src/core/timeline/viewport';
import { timelineWords } from '../../src/words';
import { sizedContext } from '../shared/canvas';
import { onDrag } from '../shared/drag';
import { element } from '../shared/element';
import type { Theme } from '../shared/theme';
import { axisLeftPx, type Geometry } from './geometry';
import type { TimelineSession } from './session';

const abovePx = 6;
const axisPx = 20;
const handlePx = 4;
const grabPx = 6;
const densityFromSpans = 10_000;

/** The minimap of the whole trace with the frame of what is shown, and the time axis of what is shown below it. */
export class TopStrip {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly session: TimelineSession;
  private readonly picture = document.createElement('canvas');
  private pictureKey = '';
  private geometry: Geometry | undefined;
  /** While a new stretch is being drawn out, in time. */
  private stretch: Viewport | undefined;

  constructor(session: TimelineSession, onStretch: () => void) {
    this.session = session;
    this.canvas = element('canvas', { class: 'top-strip-canvas' });
    this.element = element(
      'div',
      { class: 'top-strip-bars', attributes: { role: 'img', 'aria-label': timelineWords.minimap() } },
      this.canvas,
    );
    onDrag(this.element, (down) => this.startDrag(down, onStretch));
    this.element.addEventListener('dblclick', () => {
      session.setViewport(session.bounds);
    });
    this.element.addEventListener('pointermove', (event) => {
      this.element.style.cursor = this.cursorAt(event);
    });
  }

  /** Height of the minimap: more from 10,000 spans on. */
  get minimapPx(): number {
    return this.session.trace.spans.count >= densityFromSpans ? 52 : 36;
  }

  get heightPx(): number {
    return abovePx + this.minimapPx + axisPx;
  }

  draw(geometry: Geometry, theme: Theme): void {
    this.geometry = geometry;
    const context = sizedContext(this.canvas, geometry.barsWidthPx, this.heightPx);
    this.drawPicture(geometry, theme);
    const whole = this.wholeScale(geometry);
    context.drawImage(this.picture, axisLeftPx, abovePx, whole.widthPx, this.minimapPx);
    this.drawFrame(context, whole, theme);
    this.drawAxis(context, geometry, theme);
  }

  private wholeScale(geometry: Geometry): TimeScale {
    return { ...this.session.bounds, widthPx: geometry.scale.widthPx };
  }

  /** The spans do not change while zooming, so they are drawn once per size and theme. */
  private drawPicture(geometry: Geometry, theme: Theme): void {
    const whole = this.wholeScale(geometry);
    const key = `${whole.widthPx} ${theme.services.join()} ${theme.background} ${devicePixelRatio} ${this.session.found.length} ${this.session.findText}`;
    if (key === this.pictureKey) {
      return;
    }
    this.pictureKey = key;
    const context = sizedContext(this.picture, whole.widthPx, this.minimapPx);
    if (this.session.trace.spans.count >= densityFromSpans) {
      this.drawDensity(context, whole, theme);
    } else {
      this.drawLines(context, whole, theme);
    }
    this.drawMarks(context, whole, theme);
  }

  private drawLines(context: CanvasRenderingContext2D, whole: TimeScale, theme: Theme): void {
    const { session } = this;
    const count = session.tree.count;
    const roomPx = this.minimapPx - 9;
    const stepPx = Math.min(3, roomPx / Math.max(1, count));
    const lineStepPx = Math.max(stepPx, 0.01);
    const linePx = stepPx >= 2 ? 1.5 : 1;
    for (let node = 0; node < count; node++) {
      const row = session.rowOf(node);
      if (row !== undefined) {
        const x1 = xPxFromTimeNs(whole, session.startNs(row));
        const x2 = xPxFromTimeNs(whole, session.startNs(row) + session.shownDurationNs(row));
        context.fillStyle = theme.services[session.slot(row)]!;
        context.fillRect(x1, 5 + node * lineStepPx, Math.max(1, x2 - x1), linePx);
      }
    }
  }

  private drawDensity(context: CanvasRenderingContext2D, whole: TimeScale, theme: Theme): void {
    const { session } = this;
    const all = density(session.trace, 0, session.trace.spans.count, whole, {
      slotOf: (row) => session.slot(row),
      failed: () => false,
    });
    const roomPx = this.minimapPx - 10;
    const heights = new Float32Array(Math.ceil(whole.widthPx));
    for (const [slot, counts] of all.running) {
      context.fillStyle = theme.services[slot]!;
      for (let x = 0; x < counts.length; x++) {
        const height = (counts[x]! / all.peak) * roomPx;
        if (height > 0) {
          context.fillRect(x, this.minimapPx - 4 - heights[x]! - height, 1, height);
          heights[x]! += height;
        }
      }
    }
  }

  private drawMarks(context: CanvasRenderingContext2D, whole: TimeScale, theme: Theme): void {
    const { session } = this;
    context.fillStyle = theme.error;
    for (const row of session.origins) {
      if (session.roles[row] === ErrorRole.origin) {
        context.fillRect(
          xPxFromTimeNs(whole, session.startNs(row) + session.shownDurationNs(row)) - 1,
          1,
          2,
          3,
        );
      }
    }
    context.fillStyle = theme.foundOther;
    for (const row of session.found) {
      context.fillRect(xPxFromTimeNs(whole, session.startNs(row)), this.minimapPx - 4, 1.5, 3);
    }
  }

  private drawFrame(context: CanvasRenderingContext2D, whole: TimeScale, theme: Theme): void {
    const shown = this.stretch ?? this.session.viewport;
    const x1 = Math.round(axisLeftPx + xPxFromTimeNs(whole, shown.startNs));
    const x2 = Math.round(axisLeftPx + xPxFromTimeNs(whole, shown.endNs));
    const bottom = abovePx + this.minimapPx;
    context.fillStyle = theme.background;
    context.globalAlpha = 0.62;
    context.fillRect(axisLeftPx - 1, abovePx, x1 - axisLeftPx + 1, this.minimapPx);
    context.fillRect(x2, abovePx, axisLeftPx + whole.widthPx - x2 + 2, this.minimapPx);
    context.globalAlpha = 1;
    context.strokeStyle = theme.highContrast ? theme.foreground : theme.secondary;
    context.lineWidth = 1;
    context.strokeRect(x1 - 0.5, abovePx + 0.5, Math.max(2, x2 - x1 + 1), this.minimapPx - 1);
    context.fillStyle = theme.highContrast ? theme.foreground : theme.secondary;
    for (const x of [x1, x2]) {
      context.fillRect(x - handlePx / 2, (abovePx + bottom) / 2 - 7, handlePx, 14);
    }
  }

  private drawAxis(context: CanvasRenderingContext2D, geometry: Geometry, theme: Theme): void {
    context.font = `11px ${theme.fontFamily}`;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    const middle = abovePx + this.minimapPx + axisPx / 2 + 1;
    for (const { timeNs, text } of ticks(geometry.scale, this.session.trace.durationNs, 72)) {
      const x = axisLeftPx + xPxFromTimeNs(geometry.scale, timeNs);
      context.fillStyle = timeNs === this.session.trace.durationNs ? theme.foreground : theme.secondary;
      const half = context.measureText(text).width / 2;
      context.fillText(text, Math.min(Math.max(x, half), geometry.barsWidthPx - half - 2), middle);
    }
    context.textAlign = 'left';
  }

  private xPxOf(event: PointerEvent | MouseEvent): number {
    return event.clientX - this.element.getBoundingClientRect().left - axisLeftPx;
  }

  private partAt(event: PointerEvent): 'start' | 'end' | 'frame' | 'outside' {
    const whole = this.wholeScale(this.geometry!);
    const x = this.xPxOf(event);
    const startX = xPxFromTimeNs(whole, this.session.viewport.startNs);
    const endX = xPxFromTimeNs(whole, this.session.viewport.endNs);
    if (Math.abs(x - startX) <= grabPx) {
      return 'start';
    }
    if (Math.abs(x - endX) <= grabPx) {
      return 'end';
    }
    const { viewport, bounds } = this.session;
    const zoomed = viewport.endNs - viewport.startNs < bounds.endNs - bounds.startNs;
    return zoomed && x > startX && x < endX ? 'frame' : 'outside';
  }

  private cursorAt(event: PointerEvent): string {
    if (!this.geometry) {
      return 'default';
    }
    return { start: 'ew-resize', end: 'ew-resize', frame: 'grab', outside: 'crosshair' }[this.partAt(event)];
  }

  private startDrag(
    down: PointerEvent,
    onStretch: () => void,
  ): ((event: PointerEvent, ended: boolean) => void) | undefined {
    if (!this.geometry) {
      return undefined;
    }
    const { session } = this;
    const whole = this.wholeScale(this.geometry);
    const timeAt = (event: PointerEvent): number => timeNsFromXPx(whole, this.xPxOf(event));
    const begin = session.viewport;
    const part = this.partAt(down);
    const fromNs = timeAt(down);
    if (part === 'start') {
      return (event) => {
        session.setViewport({ startNs: Math.min(timeAt(event), begin.endNs), endNs: begin.endNs });
      };
    }
    if (part === 'end') {
      return (event) => {
        session.setViewport({ startNs: begin.startNs, endNs: Math.max(timeAt(event), begin.startNs) });
      };
    }
    if (part === 'frame') {
      return (event) => {
        session.setViewport(pannedViewport(begin, timeAt(event) - fromNs, session.bounds));
      };
    }
    return (event, ended) => {
      const toNs = timeAt(event);
      const drawn = Math.abs(event.clientX - down.clientX) > 3;
      this.stretch =
        drawn && !ended ? { startNs: Math.min(fromNs, toNs), endNs: Math.max(fromNs, toNs) } : undefined;
      if (ended && drawn) {
        session.setViewport({ startNs: Math.min(fromNs, toNs), endNs: Math.max(fromNs, toNs) });
      } else if (ended) {
        const lengthNs = begin.endNs - begin.startNs;
        session.setViewport(pannedViewport(begin, fromNs - begin.startNs - lengthNs / 2, session.bounds));
      } else {
        onStretch();
      }
    };
  }
}
