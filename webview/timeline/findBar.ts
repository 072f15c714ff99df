import { foundText, timelineWords } from '../../src/words';
import { element, setText } from '../shared/element';
import { iconButton, setDisabled, setPressed, textField, type TextField } from '../shared/toolkit';
import type { TimelineSession } from './session';

/** What the find bar asks for. */
export interface FindListener {
  onStep(forward: boolean): void;
  onClose(): void;
}

/** Find, docked under the header: input, previous, next, filter, count, scope, close. */
export class FindBar {
  readonly element: HTMLElement;
  private readonly session: TimelineSession;
  private readonly field: TextField;
  private readonly steppers: readonly HTMLElement[];
  private readonly filter: HTMLElement;
  private readonly count = element('span', { class: 'find-count', attributes: { role: 'status' } });
  private readonly scope = element('span', { class: 'dim find-scope', text: timelineWords.findScope() });

  constructor(session: TimelineSession, listener: FindListener) {
    this.session = session;
    this.field = textField({
      label: timelineWords.find(),
      placeholder: timelineWords.findPlaceholder(),
      class: 'find-input',
      onInput: (text) => {
        session.setFind(text, session.findFilters);
      },
      onKey: (event) => {
        if (event.key === 'Enter') {
          listener.onStep(!event.shiftKey);
        } else if (event.key === 'Escape') {
          listener.onClose();
        }
      },
    });
    const step = (icon: string, label: string, forward: boolean): HTMLElement =>
      iconButton({
        icon,
        label,
        onClick: () => {
          listener.onStep(forward);
        },
      });
    this.steppers = [
      step('arrow-up', timelineWords.findPrevious(), false),
      step('arrow-down', timelineWords.findNext(), true),
    ];
    this.filter = iconButton({
      icon: 'list-filter',
      label: timelineWords.findFilter(),
      onClick: () => {
        session.setFind(session.findText, !session.findFilters);
      },
    });
    this.element = element(
      'search',
      { class: 'find-bar' },
      this.field.element,
      ...this.steppers,
      this.filter,
      this.count,
      this.scope,
      element('span', { class: 'gap' }),
      iconButton({
        icon: 'close',
        label: timelineWords.close(),
        onClick: () => {
          listener.onClose();
        },
      }),
    );
  }

  focus(): void {
    this.field.focus();
  }

  update(): void {
    const { session } = this;
    if (this.field.value !== session.findText) {
      this.field.value = session.findText;
    }
    const searching = session.findText.trim() !== '';
    setText(
      this.count,
      searching ? foundText(session.positionAmong(session.found), session.found.length) : '',
    );
    this.count.classList.toggle('none', searching && session.found.length === 0);
    for (const stepper of this.steppers) {
      setDisabled(stepper, session.found.length === 0);
    }
    setPressed(this.filter, session.findFilters);
  }
}
