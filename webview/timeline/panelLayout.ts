import { element } from '../shared/element';
import { onDrag } from '../shared/drag';
import type { TimelineState } from '../../src/protocol/timeline';
import type { DetailsLayout } from './details/detailsPane';

const widePx = 900;
const narrowPx = 640;
const insteadPx = 420;

/** What a person chose of the panel's parts. */
export type LayoutChoices = Pick<
  TimelineState,
  'detailsWidthPx' | 'detailsHeightPx' | 'detailsOpen' | 'detailsBelow'
>;

/** Divides the panel between the waterfall and the details, by its width and by what a person chose. */
export class PanelLayout {
  readonly body: HTMLElement;
  readonly main = element('div', { class: 'main' });
  choices: LayoutChoices;
  /** In a panel too narrow for both, whether the details have the place of the waterfall. */
  insteadOpen = false;
  private readonly panel: HTMLElement;
  private readonly details: HTMLElement;
  private readonly splitter = element('div', { class: 'details-splitter' });
  private widthPx = 0;

  constructor(panel: HTMLElement, details: HTMLElement, choices: LayoutChoices, onResize: () => void) {
    this.panel = panel;
    this.details = details;
    this.choices = choices;
    this.body = element('div', { class: 'body' }, this.main, this.splitter, details);
    onDrag(this.splitter, () => (event) => {
      const box = this.body.getBoundingClientRect();
      this.choices =
        this.kind === 'right'
          ? { ...this.choices, detailsWidthPx: Math.round(box.right - event.clientX) }
          : { ...this.choices, detailsHeightPx: Math.round(box.bottom - event.clientY) };
      onResize();
    });
  }

  get kind(): DetailsLayout {
    if (this.widthPx < insteadPx) {
      return 'instead';
    }
    if (this.widthPx < narrowPx) {
      return 'below-one';
    }
    return this.widthPx < widePx || this.choices.detailsBelow ? 'below-two' : 'right';
  }

  get isNarrow(): boolean {
    return this.widthPx < narrowPx;
  }

  get isOpen(): boolean {
    return this.kind === 'instead' ? this.insteadOpen : this.choices.detailsOpen;
  }

  setOpen(open: boolean): void {
    if (this.kind === 'instead') {
      this.insteadOpen = open;
    } else {
      this.choices = { ...this.choices, detailsOpen: open };
    }
  }

  /** Moves the details from the right to below the waterfall, or back. */
  turn(): void {
    this.choices = { ...this.choices, detailsBelow: this.kind === 'right' };
  }

  /** Lays the parts out in a panel of this width. */
  apply(widthPx: number): void {
    this.widthPx = widthPx;
    const { kind, isOpen, choices } = this;
    const { classList } = this.panel;
    classList.toggle('wide', widthPx >= widePx);
    classList.toggle('narrow', this.isNarrow);
    classList.toggle('tiny', widthPx < insteadPx);
    this.body.dataset['details'] = isOpen ? kind : 'none';
    this.main.hidden = kind === 'instead' && isOpen;
    this.details.hidden = !isOpen;
    this.splitter.hidden = !isOpen || kind === 'instead';
    const { style } = this.details;
    if (kind === 'right') {
      style.width = `${Math.min(Math.max(choices.detailsWidthPx ?? 372, 280), widthPx / 2)}px`;
      style.height = '';
    } else {
      style.width = '';
      style.height = kind === 'instead' ? '' : `${this.heightBelowPx(this.body.clientHeight)}px`;
    }
  }

  private heightBelowPx(bodyHeightPx: number): number {
    const wantedPx = this.choices.detailsHeightPx ?? Math.min(Math.max(bodyHeightPx * 0.42, 266), 358);
    return Math.min(Math.max(wantedPx, 100), bodyHeightPx - 140);
  }
}
