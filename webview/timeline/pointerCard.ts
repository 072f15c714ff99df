import type { FrameCache } from './frameCache';
import type { Geometry } from './geometry';
import { lineCard, spanCard, type HoverCard } from './hoverCard';
import type { TimelineSession } from './session';
import { stripCard } from './stripCard';

/** How far beside a bar the pointer is still on it. */
const nearPx = 4;

/** What is needed to tell what is under the pointer. */
export interface PointerScene {
  readonly session: TimelineSession;
  readonly frames: FrameCache;
  readonly geometry: Geometry;
  /** Where bars begin, as an x coordinate of the window. */
  readonly barsLeftPx: number;
  /** The time under an x coordinate of the window. */
  readonly timeNsAt: (clientX: number) => number | undefined;
  readonly onGo: (row: number) => void;
}

/** Asks for the card for what is under the pointer: the line over its text, else the bar or strip. */
export function requestPointerCard(card: HoverCard, event: PointerEvent, scene: PointerScene): void {
  const { session, geometry } = scene;
  const target = event.target as HTMLElement;
  const rowElement = target.closest<HTMLElement>('.row');
  const node = rowElement?.dataset['node'] === undefined ? -1 : Number(rowElement.dataset['node']);
  const row = session.rowOf(node);
  if (!rowElement || row === undefined) {
    card.leave();
    return;
  }
  const location = target.closest<HTMLElement>('.location');
  const frame = scene.frames.get(row);
  if (location && frame) {
    card.request(`line ${row}`, {
      box: location.getBoundingClientRect(),
      content: () =>
        lineCard(frame, () => {
          scene.onGo(row);
        }),
    });
    return;
  }
  const timeNs = scene.timeNsAt(event.clientX);
  if (event.clientX < scene.barsLeftPx || timeNs === undefined) {
    card.leave();
    return;
  }
  const pixelNs = (geometry.scale.endNs - geometry.scale.startNs) / geometry.scale.widthPx;
  const startNs = session.startNs(row) - nearPx * pixelNs;
  const endNs = session.startNs(row) + session.shownDurationNs(row) + nearPx * pixelNs;
  const rowBox = rowElement.getBoundingClientRect();
  const box = new DOMRect(event.clientX, rowBox.top, 1, rowBox.height);
  if (session.isStrip(node)) {
    card.request(`strip ${node} ${Math.round(event.clientX / 4)}`, {
      box,
      content: () => stripCard(session, node, timeNs - pixelNs, timeNs + pixelNs),
    });
  } else if (timeNs >= startNs && timeNs <= endNs) {
    card.request(`span ${row}`, { box, content: () => spanCard(session, row) });
  } else {
    card.leave();
  }
}
