import { durationText } from '../../src/core/timeline/durationText';
import { mergedText, moreServicesText } from '../../src/words';
import { sizedContext } from '../shared/canvas';
import { element } from '../shared/element';
import type { Theme } from '../shared/theme';
import type { Geometry } from './geometry';
import type { Patterns } from './patterns';
import type { TimelineSession } from './session';

const swatchPx = 8;
const linePx = 18;
const columnPx = 92;
const noteHeightPx = 18;
/** Strips beyond so many rows are not counted. */
const mostCountedRows = 1000;

/** The cell over the tree: the legend, and how many spans a pixel of the strips merges. */
export class LegendCell {
  readonly element = element('div', { class: 'legend-cell' });
  private readonly session: TimelineSession;
  private readonly patterns: Patterns;
  private readonly heightPx: number;
  private key = '';

  constructor(session: TimelineSession, patterns: Patterns, heightPx: number) {
    this.session = session;
    this.patterns = patterns;
    this.heightPx = heightPx;
  }

  draw({ treeWidthPx, scale }: Geometry, theme: Theme, themeVersion: number): void {
    const merged = this.mergedSpans();
    const pixelNs = (scale.endNs - scale.startNs) / scale.widthPx;
    const key = `${treeWidthPx} ${themeVersion} ${merged} ${merged > 0 ? pixelNs : 0}`;
    if (key === this.key) {
      return;
    }
    this.key = key;
    this.element.style.width = `${treeWidthPx}px`;
    const listHeightPx = this.heightPx - (merged > 0 ? noteHeightPx : 0);
    this.element.replaceChildren(legend(this.session, theme, this.patterns, treeWidthPx, listHeightPx));
    if (merged > 0) {
      const text = mergedText(durationText(pixelNs), merged);
      this.element.append(element('div', { class: 'dim merged', text }));
    }
  }

  private mergedSpans(): number {
    const { session } = this;
    let merged = 0;
    for (let index = 0; index < Math.min(session.visible.count, mostCountedRows); index++) {
      const node = session.visible.at(index);
      merged += session.isStrip(node) ? session.hiddenBelow(node) : 0;
    }
    return merged;
  }
}

/** Which colour, or pattern in high contrast, stands for which service; what does not fit is counted. */
function legend(
  session: TimelineSession,
  theme: Theme,
  patterns: Patterns,
  widthPx: number,
  heightPx: number,
): HTMLElement {
  const columns = Math.max(1, Math.floor((widthPx - 12) / columnPx));
  const room = columns * Math.max(1, Math.floor((heightPx - 6) / linePx));
  const services = [...session.services];
  const shown = services.length > room ? services.slice(0, room - 1) : services;
  const hidden = services.slice(shown.length);
  const list = element('ul', { class: 'legend' });
  for (const service of shown) {
    list.append(
      element(
        'li',
        { title: service },
        swatch(session.slotOf(service), theme, patterns),
        element('span', { text: service }),
      ),
    );
  }
  if (hidden.length > 0) {
    list.append(element('li', { text: moreServicesText(hidden.length), title: hidden.join('\n') }));
  }
  return list;
}

function swatch(slot: number, theme: Theme, patterns: Patterns): HTMLElement {
  const canvas = element('canvas', { class: 'swatch', attributes: { 'aria-hidden': 'true' } });
  const context = sizedContext(canvas, swatchPx, swatchPx);
  drawSwatch(context, slot, theme, patterns, swatchPx, swatchPx);
  return canvas;
}

/** Fills a rectangle from the origin as a service's colour or pattern with border. */
export function drawSwatch(
  context: CanvasRenderingContext2D,
  slot: number,
  theme: Theme,
  patterns: Patterns,
  widthPx: number,
  heightPx: number,
): void {
  const colour = theme.services[slot]!;
  context.fillStyle = theme.highContrast ? patterns.get(context, slot, colour) : colour;
  context.fillRect(0, 0, widthPx, heightPx);
  if (theme.highContrast) {
    context.strokeStyle = colour;
    context.strokeRect(0.5, 0.5, widthPx - 1, heightPx - 1);
  }
}
