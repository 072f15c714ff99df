import { durationText, offsetText } from '../../src/core/timeline/durationText';
import type { ResolvedFrame } from '../../src/protocol/resolve';
import {
  joinFacts,
  locationReasonText,
  selfTimeText,
  startText,
  timelineWords,
  unknownReasonText,
} from '../../src/words';
import { element } from '../shared/element';
import { gradeBadge, locationText } from './location';
import type { TimelineSession } from './session';
import { oddities } from './treeRows';

const delayMs = 300;
/** Time to reach the card's actions with the pointer. */
const graceMs = 200;
const marginPx = 8;

/** What the card is about, and where: the row or word under the pointer, which the card must not hide. */
export interface HoverTarget {
  readonly box: DOMRect;
  readonly content: () => readonly Node[];
}

/** The card that explains a line or a span after the pointer has rested. */
export class HoverCard {
  readonly element: HTMLElement;
  private timer: number | undefined;
  private key = '';

  constructor() {
    this.element = element('div', { class: 'hover-card', attributes: { role: 'tooltip' } });
    this.element.hidden = true;
    this.element.addEventListener('pointerenter', () => {
      clearTimeout(this.timer);
    });
    this.element.addEventListener('pointerleave', () => {
      this.hide();
    });
  }

  /** Shows the card for `key` after the delay; the same key again changes nothing. */
  request(key: string, target: HoverTarget): void {
    if (key === this.key) {
      return;
    }
    clearTimeout(this.timer);
    this.key = key;
    this.element.hidden = true;
    this.timer = window.setTimeout(() => {
      const content = target.content();
      if (content.length > 0) {
        this.element.replaceChildren(...content);
        this.element.hidden = false;
        this.place(target.box);
      }
    }, delayMs);
  }

  /** Hides the card unless the pointer reaches it soon. */
  leave(): void {
    if (this.key === '') {
      return;
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(
      () => {
        this.hide();
      },
      this.element.hidden ? 0 : graceMs,
    );
  }

  hide(): void {
    clearTimeout(this.timer);
    this.key = '';
    this.element.hidden = true;
  }

  /** Beside the word where there is room, else below or above: never over the row it explains. */
  private place(box: DOMRect): void {
    const { offsetWidth, offsetHeight } = this.element;
    let left = box.left;
    let top = box.bottom + 2;
    if (top + offsetHeight > window.innerHeight - marginPx) {
      top = box.top - offsetHeight - 2;
    }
    left = Math.min(left, window.innerWidth - offsetWidth - marginPx);
    this.element.style.left = `${Math.max(marginPx, left)}px`;
    this.element.style.top = `${Math.max(marginPx, top)}px`;
  }
}

/** The card of a line: place, grade, reason, and the way there. */
export function lineCard(frame: ResolvedFrame, onGo: () => void): readonly Node[] {
  const { location } = frame;
  if (!location) {
    return [
      element(
        'div',
        { class: 'card-title' },
        frame.sourceFunction ?? frame.function ?? frame.file ?? frame.raw,
        gradeBadge(frame),
      ),
      element('div', { text: unknownReasonText(frame.reason, frame.file ?? frame.raw) }),
      ...(frame.candidates ?? [])
        .slice(0, 5)
        .map(({ path, lineBase1 }) =>
          element('div', { class: 'dim', text: lineBase1 === undefined ? path : `${path}:${lineBase1}` }),
        ),
    ];
  }
  return [
    element('div', { class: 'card-title' }, locationText(location), gradeBadge(frame)),
    element('div', {
      class: 'dim',
      text: joinFacts([location.path, frame.sourceFunction ?? frame.function]),
    }),
    element('div', { class: 'card-reason', text: sentence(locationReasonText(location.reason)) }),
    element(
      'div',
      { class: 'card-actions' },
      element('button', { class: 'link', text: timelineWords.goToLine(), onClick: onGo }),
    ),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The card of a span's bar. */
export function spanCard(session: TimelineSession, row: number): readonly Node[] {
  const odd = oddities(session, row);
  return [
    element('div', { class: 'card-title', text: session.name(row) }),
    element('div', {
      class: 'dim',
      text: joinFacts([
        session.serviceName(row),
        durationText(session.shownDurationNs(row)),
        selfTimeText(durationText(session.selfTime(row).totalNs)),
        startText(offsetText(session.startNs(row))),
      ]),
    }),
    ...(odd === '' ? [] : [element('div', { class: 'card-reason', text: sentence(odd) })]),
  ];
}
