import { moreServicesText } from '../../src/words';
import { element } from '../shared/element';
import { sizedContext } from '../shared/canvas';
import type { Theme } from '../shared/theme';
import type { Patterns } from './patterns';
import type { TimelineSession } from './session';

const swatchPx = 8;
const linePx = 18;
const columnPx = 92;

/** Which colour, or pattern in high contrast, stands for which service; what does not fit is counted. */
export function legend(
  session: TimelineSession,
  theme: Theme,
  patterns: Patterns,
  widthPx: number,
  heightPx: number,
): HTMLElement {
  const columns = Math.max(1, Math.floor((widthPx - 12) / columnPx));
  const room = columns * Math.max(1, Math.floor((heightPx - 6) / linePx));
  const services = [...session.services.keys()];
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

/** The small square of a service. */
export function swatch(slot: number, theme: Theme, patterns: Patterns): HTMLElement {
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
