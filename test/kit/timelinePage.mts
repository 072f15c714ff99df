import type { Frame, Locator } from 'playwright-core';
import { waitFor } from './deadline.mts';
import type { Workbench } from './workbench.mts';

/** The timeline that a window shows, as a user sees it. */
export class TimelinePage {
  readonly frame: Frame;
  readonly #grid: Locator;

  private constructor(frame: Frame) {
    this.frame = frame;
    this.#grid = frame.locator('[role="treegrid"]');
  }

  /** Waits for a timeline with at least one row. */
  static async of(workbench: Workbench): Promise<TimelinePage> {
    const page = new TimelinePage(await workbench.webview('[role="treegrid"] [role="row"]'));
    return page;
  }

  /** Text of the rows on screen. */
  async rows(): Promise<string[]> {
    return this.#grid.locator('[role="row"]').allInnerTexts();
  }

  /** Selects the first row on screen whose text `matches`. */
  async select(matches: RegExp): Promise<void> {
    await this.#grid.locator('[role="row"]', { hasText: matches }).first().click();
    await waitFor(`a selected row like ${matches.source}`, async () => matches.test(await this.selected()));
  }

  /** Text of the selected row; empty where there is none. */
  async selected(): Promise<string> {
    return (await this.#grid.locator('[role="row"][aria-selected="true"]').allInnerTexts()).join(' ');
  }

  /** Presses a key while the rows have the focus. */
  async press(key: string): Promise<void> {
    await this.#grid.focus();
    await this.frame.page().keyboard.press(key);
  }

  /** Opens the find bar and types into it, key by key. */
  async typeIntoFind(text: string): Promise<void> {
    await this.press('ControlOrMeta+f');
    const input = this.#findInput();
    await input.waitFor();
    await input.pressSequentially(text);
  }

  /** Closes the find bar, which a timeline keeps while it is hidden. */
  async closeFind(): Promise<void> {
    const input = this.#findInput();
    if (!(await input.isVisible())) return;
    await input.press('Escape');
    await input.waitFor({ state: 'hidden' });
  }

  /** What stands in the find bar. */
  async findText(): Promise<string> {
    return this.#findInput().inputValue();
  }

  #findInput(): Locator {
    return this.frame.locator('search').getByRole('textbox');
  }

  /** Waits until the text of the page `matches`. */
  async shows(matches: RegExp, timeoutMs?: number): Promise<void> {
    await waitFor(
      `the timeline to show ${matches.source}`,
      async () => matches.test(await this.frame.locator('body').innerText()),
      timeoutMs,
    );
  }
}
