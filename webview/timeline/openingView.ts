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
        page.replaceChildren(element('div', { class: 'skeleton', attributes: { 'aria-hidden': 'true' } }));
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
