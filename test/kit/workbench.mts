import type { Browser, BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { waitFor } from './deadline.mts';
import type { VscodeServer, WindowOptions } from './vscodeServer.mts';
import { treeView, type TreeView } from './treeView.mts';

/** The themes that every view is looked at in: as the picker names them, and the class that the workbench carries then. */
export const themes = {
  light: { label: 'Light Modern', className: 'vscode-theme-defaults-themes-light_modern-json' },
  dark: { label: 'Dark Modern', className: 'vscode-theme-defaults-themes-dark_modern-json' },
  highContrast: { label: 'Dark High Contrast', className: 'hc-black' },
  lightHighContrast: { label: 'Light High Contrast', className: 'hc-light' },
} as const;

/** One key of `themes`. */
export type Theme = keyof typeof themes;

/** An editor group's visible tab. */
export interface VisibleEditor {
  /** As the tab shows it. */
  readonly title: string;
  /** Path in the workspace with forward slashes, as the breadcrumbs show it; empty for an editor without any. */
  readonly path: string;
  /** Preview tabs are shown in italics. */
  readonly preview: boolean;
  /** Line and column of the cursor, from 1; absent where the tab is no text editor. */
  readonly lineBase1?: number;
  readonly focused: boolean;
}

/** A notification on screen. */
export interface Notification {
  readonly message: string;
  readonly buttons: readonly string[];
}

const defaultSizePx = { width: 1400, height: 900 };

/** One window of VS Code in a browser: what a user sees and does, by names on the screen only. */
export class Workbench {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #consoleLines: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('console', (message) => {
      // The workbench prints whole stacks of harmless failures; their first line tells them apart.
      this.#consoleLines.push(message.text().split('\n', 1)[0]!.slice(0, 300));
      if (this.#consoleLines.length > 500) this.#consoleLines.shift();
    });
  }

  /** Opens a window of a server and waits until it can be used. */
  static async open(
    server: VscodeServer,
    browser: Browser,
    window: WindowOptions,
    sizePx = defaultSizePx,
  ): Promise<Workbench> {
    try {
      return await Workbench.openUrl(server.windowUrl(window), browser, sizePx);
    } catch (error) {
      throw new Error(`The window did not open:\n${server.log()}`, { cause: error });
    }
  }

  /** Opens a window by its address. */
  static async openUrl(url: string, browser: Browser, sizePx = defaultSizePx): Promise<Workbench> {
    const context = await browser.newContext({ viewport: sizePx, locale: 'en-US' });
    const workbench = new Workbench(context, await context.newPage());
    try {
      await workbench.page.goto(url);
      await workbench.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
      return workbench;
    } catch (error) {
      await workbench.close();
      throw error;
    }
  }

  /** The newest lines of the browser's console, the extension host's among them. */
  consoleLines(): readonly string[] {
    return this.#consoleLines;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Reloads as a user does; VS Code then saves what it keeps, which it does not when the page is taken away. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** Runs a command of the palette by its whole title, category included. */
  async runCommand(title: string): Promise<void> {
    // The palette lists what there was when it opened; a command may come with the extension's activation.
    await waitFor(`the command ${title}`, async () => {
      await this.#openPalette(`>${title}`);
      const row = this.quickPickRow(title);
      try {
        await row.waitFor({ timeout: 2_000 });
      } catch {
        await this.page.keyboard.press('Escape');
        return false;
      }
      await row.click({ timeout: 2_000 });
      return true;
    });
  }

  /** Titles of the palette's commands that start with a prefix, in the palette's order. */
  async commandTitles(prefix: string): Promise<string[]> {
    await this.#openPalette(`>${prefix}`);
    const rows = this.page.locator('.quick-input-widget .quick-input-list .monaco-list-row .label-name');
    await rows.first().waitFor();
    const titles = await rows.allInnerTexts();
    await this.page.keyboard.press('Escape');
    return titles.filter((title) => title.startsWith(prefix));
  }

  /** Row of the open quick pick by its whole label. */
  quickPickRow(label: string): Locator {
    return this.page
      .locator('.quick-input-widget .quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) })
      .first();
  }

  /** Answers the open input box or quick pick by typing and Enter. */
  async answerQuickInput(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the workspace at a line, as *Go to File…* does. */
  async openFile(pathInWorkspace: string, lineBase1: number): Promise<void> {
    await this.#openPalette(`${pathInWorkspace}:${lineBase1}`);
    const row = this.page.locator('.quick-input-widget .quick-input-list .monaco-list-row', {
      hasText: pathInWorkspace.split('/').at(-1)!,
    });
    await row.first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Shows a container of the activity bar by its title. A click on its icon would hide one that is shown already. */
  async openContainer(title: string): Promise<void> {
    await this.runCommand(`View: Show ${title}`);
    await this.page
      .locator('.sidebar .composite.title h2', { hasText: new RegExp(`^${title}`, 'i') })
      .waitFor();
  }

  /** Badge number of a container of the activity bar; `undefined` where there is none. */
  async badge(title: string): Promise<string | undefined> {
    const badge = this.page.locator(
      `.activitybar .action-item:has(> .action-label[aria-label^="${title}"]) .badge-content`,
    );
    const texts = await badge.allInnerTexts();
    return texts.find((text) => text !== '');
  }

  /** A tree view of the sidebar by its title. */
  tree(title: string): TreeView {
    return treeView(this.page, title);
  }

  /** Text of the status bar's items that start with `prefix`. */
  async statusBarItems(prefix = ''): Promise<string[]> {
    const texts = await this.page.locator('.part.statusbar .statusbar-item:visible').allInnerTexts();
    return texts.map((text) => text.trim()).filter((text) => text !== '' && text.startsWith(prefix));
  }

  /** Toasts on screen, newest first. */
  async notifications(): Promise<Notification[]> {
    return this.page.locator('.notifications-toasts .notification-list-item').evaluateAll((items) =>
      items.map((item) => ({
        message: item.querySelector('.notification-list-item-message')?.textContent ?? '',
        buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
          (button) => button.textContent,
        ),
      })),
    );
  }

  /** Waits for a notification whose message `matches`. */
  async notification(matches: RegExp, timeoutMs?: number): Promise<Notification> {
    return waitFor(
      `a notification like ${matches.source}`,
      async () => (await this.notifications()).find((shown) => matches.test(shown.message)),
      timeoutMs,
    );
  }

  /** Presses a button of a notification. */
  async pressNotificationButton(message: RegExp, button: string): Promise<void> {
    await this.page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ has: this.page.locator('.notification-list-item-message', { hasText: message }) })
      .first()
      .locator('.notification-list-item-buttons-container .monaco-button', { hasText: exactly(button) })
      .click();
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page
      .locator('.notifications-toasts .notification-list-item')
      .first()
      .waitFor({ state: 'detached' });
  }

  /** The visible editor of every group, from left to right. */
  async visibleEditors(): Promise<VisibleEditor[]> {
    const groups = await this.page.locator('.editor-group-container').evaluateAll((containers) =>
      containers
        .map((group) => ({ group, left: group.getBoundingClientRect().left }))
        .sort((a, b) => a.left - b.left)
        .map(({ group }) => {
          const tab = group.querySelector('.tabs-container .tab.active');
          const label = tab?.querySelector('.monaco-icon-label');
          const crumbs = [...group.querySelectorAll('.breadcrumbs-control .monaco-icon-label')];
          // The file's parts of the code follow it.
          const file = crumbs.findIndex((crumb) => crumb.classList.contains('file-icon'));
          const line = group.querySelector('.monaco-editor .line-numbers.active-line-number');
          return {
            title: tab?.querySelector('.monaco-icon-label-container')?.textContent ?? '',
            path: crumbs
              .slice(0, file + 1)
              .map((crumb) => crumb.textContent)
              .join('/'),
            preview: label?.classList.contains('italic') ?? false,
            line: line?.textContent,
            focused: group.classList.contains('active'),
          };
        })
        .filter((editor) => editor.title !== ''),
    );
    return groups.map(({ line, ...editor }) => ({
      ...editor,
      ...(line === undefined || line === '' ? {} : { lineBase1: Number(line) }),
    }));
  }

  /** Waits until some group shows a file at a line, and gives that editor. */
  async editorAt(path: string, lineBase1: number, timeoutMs?: number): Promise<VisibleEditor> {
    return this.#explaining(`${path}:${lineBase1} in an editor`, timeoutMs, async () =>
      (await this.visibleEditors()).find((editor) => editor.path === path && editor.lineBase1 === lineBase1),
    );
  }

  /** Waits for the custom editor or panel that has an element, and gives the frame that the element is in. */
  async webview(selector: string, timeoutMs?: number): Promise<Frame> {
    return this.#explaining(`a webview with ${selector}`, timeoutMs, async () => {
      for (const frame of this.page.frames()) {
        // A webview's own page is the inner of two frames.
        if (frame.parentFrame()?.parentFrame() !== this.page.mainFrame()) continue;
        if (!(await frame.locator(selector).first().isVisible())) continue;
        return frame;
      }
      return undefined;
    });
  }

  /** Chooses a theme as a user does. */
  async setTheme(theme: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    const { label, className } = themes[theme];
    const input = this.page.locator('.quick-input-widget:visible input.input');
    await input.fill(label);
    await this.quickPickRow(label).click();
    await input.waitFor({ state: 'hidden' });
    await this.page.locator(`.monaco-workbench.${className}`).first().waitFor();
  }

  async setSize(widthPx: number, heightPx: number): Promise<void> {
    await this.page.setViewportSize({ width: widthPx, height: heightPx });
  }

  /** Drags the edge of the sidebar. */
  async setSidebarWidth(widthPx: number): Promise<void> {
    const sidebar = this.page.locator('.part.sidebar');
    const box = await sidebar.boundingBox();
    if (!box) throw new Error('The sidebar is hidden.');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + widthPx, y, { steps: 5 });
    await this.page.mouse.up();
    // The edge stays marked under the pointer.
    await this.page.mouse.move(box.x + box.width + 200, 2);
    await waitFor(`a sidebar of ${widthPx} px`, async () => {
      const width = (await sidebar.boundingBox())?.width ?? 0;
      return Math.abs(width - widthPx) <= 2;
    });
  }

  /** Hides the list of notifications, and keeps them in it. */
  async hideNotifications(): Promise<void> {
    const hide = this.page.locator('.notifications-center .action-label[aria-label^="Hide Notifications"]');
    if (!(await hide.isVisible())) return;
    await hide.click();
    await hide.waitFor({ state: 'hidden' });
  }

  /** Closes every editor. */
  async closeEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
    await this.page
      .locator('.editor-group-container .tabs-container .tab')
      .first()
      .waitFor({ state: 'detached' });
  }

  /** Saves a picture of the whole window; the path is absolute and ends in `.png`. */
  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  }

  async #openPalette(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    // The key is lost while the workbench still registers its keybindings, and a picker that fades away takes no text.
    await waitFor('the command palette', async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press('F1');
      await input.fill(text, { timeout: 2_000 });
      return (await input.inputValue({ timeout: 2_000 })) === text;
    });
  }

  async #explaining<T>(
    what: string,
    timeoutMs: number | undefined,
    probe: () => Promise<T | undefined>,
  ): Promise<T> {
    try {
      return await waitFor(what, probe, timeoutMs);
    } catch (error) {
      const shown = [
        ...(await this.visibleEditors()).map(
          (editor) => `${editor.path || editor.title}:${editor.lineBase1 ?? '-'}`,
        ),
        ...(await this.notifications()).map(({ message }) => `“${message}”`),
      ].join(', ');
      throw new Error(`Waited in vain for ${what}; shown: ${shown === '' ? 'nothing' : shown}.`, {
        cause: error,
      });
    }
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
