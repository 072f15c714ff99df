import { icon } from './element';

let loading: Promise<void> | undefined;

/**
 * Loads what the elements below become when it is there. Until then they are plain elements with the same content and size, so the first
 * paint waits for none of it.
 */
export function loadToolkit(): Promise<void> {
  loading ??= import('./toolkitElements').then(({ registerElements }) => {
    registerElements();
  });
  return loading;
}

/** A toolbar button of 24 × 24 with a codicon; `label` is its tooltip and its name. */
export function iconButton(options: {
  readonly icon: string;
  readonly label: string;
  readonly class?: string;
  readonly onClick: (event: MouseEvent) => void;
}): HTMLElement {
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', 'icon');
  button.setAttribute('aria-label', options.label);
  button.title = options.label;
  button.className = `icon-button ${options.class ?? ''}`.trimEnd();
  button.append(icon(options.icon));
  button.addEventListener('click', options.onClick);
  return button;
}

/** Shows an {@link iconButton} as on or off. */
export function setPressed(button: HTMLElement, pressed: boolean): void {
  button.classList.toggle('pressed', pressed);
  button.setAttribute('aria-pressed', String(pressed));
  // The toolkit hands names on to the button inside it, but not this.
  button.shadowRoot?.querySelector('button')?.setAttribute('aria-pressed', String(pressed));
}

/** Enables or disables a control of the toolkit. */
export function setDisabled(control: HTMLElement, disabled: boolean): void {
  control.toggleAttribute('disabled', disabled);
}

/** A button with a word on it. */
export function textButton(label: string, onClick: () => void): HTMLElement {
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', 'secondary');
  button.textContent = label;
  button.addEventListener('click', onClick);
  return button;
}

/** A count as VS Code's views show it. */
export function badge(count: string): HTMLElement {
  const made = document.createElement('vscode-badge');
  made.textContent = count;
  return made;
}

/** Turns while something is being fetched. */
export function progressRing(): HTMLElement {
  return document.createElement('vscode-progress-ring');
}

/** One line of input. */
export interface TextField {
  readonly element: HTMLElement;
  value: string;
  focus(): void;
}

/** A text field. Bare keys stay inside it: VS Code would run the commands bound to them. */
export function textField(options: {
  readonly label: string;
  readonly placeholder: string;
  readonly class?: string;
  readonly onInput: (value: string) => void;
  readonly onKey?: (event: KeyboardEvent) => void;
}): TextField {
  const field = document.createElement('vscode-text-field');
  field.className = options.class ?? '';
  // The toolkit makes its accessible name of its text; the visible label is hidden by the style sheet.
  field.textContent = options.label;
  field.setAttribute('placeholder', options.placeholder);
  const valueOf = (): string => (field as HTMLElement & { value: string }).value;
  field.addEventListener('input', () => {
    options.onInput(valueOf());
  });
  field.addEventListener('keydown', (event) => {
    options.onKey?.(event);
    if (!event.ctrlKey && !event.metaKey && !/^F\d+$/.test(event.key)) {
      event.stopPropagation();
    }
  });
  return {
    element: field,
    get value() {
      return valueOf();
    },
    set value(text: string) {
      (field as HTMLElement & { value: string }).value = text;
    },
    focus() {
      // The control exists once the element has rendered, which it does in a microtask after being connected.
      requestAnimationFrame(() => {
        field.focus();
        field.shadowRoot?.querySelector('input')?.select();
      });
    },
  };
}
