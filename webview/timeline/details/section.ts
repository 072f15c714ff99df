import { element, icon } from '../../shared/element';

/** Which sections are folded, over all spans. */
export interface Folding {
  isFolded(id: string): boolean;
  setFolded(id: string, folded: boolean): void;
}

/** A titled part of the details that folds. */
export function section(
  options: {
    readonly id: string;
    readonly title: string;
    readonly note?: string;
    readonly actions?: readonly HTMLElement[];
  },
  folding: Folding,
  ...content: readonly (Node | undefined)[]
): HTMLElement {
  const body = element('div', { class: 'section-body' }, ...content);
  const chevron = icon('chevron-down', 'section-chevron');
  const title = element(
    'button',
    { class: 'section-title' },
    chevron,
    element('span', { class: 'section-name', text: options.title.toUpperCase() }),
    element('span', { class: 'dim section-note', text: options.note ?? '' }),
  );
  const show = (folded: boolean): void => {
    body.hidden = folded;
    chevron.className = `codicon codicon-chevron-${folded ? 'right' : 'down'} section-chevron`;
    title.setAttribute('aria-expanded', String(!folded));
  };
  title.addEventListener('click', () => {
    const folded = !folding.isFolded(options.id);
    folding.setFolded(options.id, folded);
    show(folded);
  });
  show(folding.isFolded(options.id));
  return element(
    'section',
    { class: `section section-${options.id}` },
    element('div', { class: 'section-head' }, title, ...(options.actions ?? [])),
    body,
  );
}
