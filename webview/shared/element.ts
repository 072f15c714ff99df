/** What {@link element} sets; text goes in as text, never as markup. */
export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: (event: MouseEvent) => void;
}

/** A new element with its content; children that are absent are left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const made: HTMLElementTagNameMap[Tag] = document.createElement(tag);
  if (options.class !== undefined) {
    made.className = options.class;
  }
  if (options.text !== undefined) {
    made.textContent = options.text;
  }
  if (options.title !== undefined) {
    made.title = options.title;
  }
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    made.setAttribute(name, value);
  }
  if (options.onClick) {
    made.onclick = options.onClick;
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A codicon; decoration only, so hidden from screen readers. */
export function icon(name: string, className = ''): HTMLElement {
  return element('span', {
    class: `codicon codicon-${name} ${className}`.trimEnd(),
    attributes: { 'aria-hidden': 'true' },
  });
}

/** Sets text only where it differs, so that unchanged rows cost no layout. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}
