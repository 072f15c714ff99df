import { timelineWords } from '../../src/words';
import { element } from '../shared/element';
import { loadToolkit, progressRing, textButton } from '../shared/toolkit';

/** A skeleton for a moment's wait would flash; after this long it is drawn. */
const skeletonAfterMs = 150;
const progressAfterMs = 1000;

/** What stands on the page while a trace is on its way: nothing at first, then a skeleton, then progress that can be cancelled. */
export class OpeningView {
  private readonly timers: readonly number[];

  constructor(page: HTMLElement, onCancel: () => void) {
    this.timers = [
      window.setTimeout(() => {
        page.replaceChildren(skeleton());
      }, skeletonAfterMs),
      window.setTimeout(() => {
        void loadToolkit();
        const cancel = textButton(timelineWords.cancel(), onCancel);
        page.replaceChildren(
          element(
            'div',
            { class: 'message', attributes: { role: 'status' } },
            progressRing(),
            element('p', { text: timelineWords.loading() }),
            cancel,
          ),
        );
      }, progressAfterMs),
    ];
  }

  /** Whatever comes next replaces what is drawn by then. */
  end(): void {
    this.timers.forEach(clearTimeout);
  }
}

/** Rows of the skeleton: depth, width of the name in pixels, where the bar starts and how long it is in percent. */
const skeletonRows: readonly (readonly [depth: number, namePx: number, startShare: number, share: number])[] =
  [
    [0, 128, 0, 96],
    [1, 104, 1, 42],
    [2, 144, 2, 18],
    [2, 88, 22, 20],
    [1, 120, 45, 50],
    [2, 96, 46, 12],
    [2, 136, 60, 34],
    [3, 112, 62, 30],
  ];

/** The outline of what comes: a header, and rows with bars, fainter downwards. */
function skeleton(): HTMLElement {
  const piece = (widthCss: string, leftCss: string): HTMLElement => {
    const made = element('span', { class: 'skeleton-piece' });
    made.style.width = widthCss;
    made.style.marginLeft = leftCss;
    return made;
  };
  return element(
    'div',
    { class: 'skeleton', attributes: { 'aria-hidden': 'true' } },
    element('div', { class: 'skeleton-header' }, piece('240px', '12px')),
    ...skeletonRows.map(([depth, namePx, startShare, share]) =>
      element(
        'div',
        { class: 'skeleton-row' },
        element('div', { class: 'skeleton-name' }, piece(`${namePx}px`, `${12 + depth * 12}px`)),
        element('div', { class: 'skeleton-bar' }, piece(`${share}%`, `${startShare}%`)),
      ),
    ),
  );
}

/** Why there is no timeline, with the way out of it where there is one. */
export function messageView(
  text: string,
  more: { readonly detail?: string; readonly onTryAgain?: () => void },
): HTMLElement {
  return element(
    'div',
    { class: 'message', attributes: { role: 'alert' } },
    element('p', { text }),
    more.detail === undefined ? undefined : element('p', { class: 'dim message-detail', text: more.detail }),
    more.onTryAgain ? textButton(timelineWords.tryAgain(), more.onTryAgain) : undefined,
  );
}
