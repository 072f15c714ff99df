import type { Locator, Page } from 'playwright-core';
import { waitFor } from './deadline.mts';

/** A row of a tree as a user sees it. */
export interface TreeRow {
  /** Place in the tree from the top, from 0, rows out of sight included. */
  readonly index: number;
  /** Depth, from 1. */
  readonly level: number;
  readonly label: string;
  readonly description: string;
  readonly expanded?: boolean;
  readonly selected: boolean;
  /** What a screen reader says. */
  readonly accessibleLabel: string;
}

/** A tree view of the sidebar. Rows are found by the start of `label description`, which a user reads as one line. */
export interface TreeView {
  /** Rows on screen, from top to bottom. */
  rows(): Promise<TreeRow[]>;
  /** Waits for a row whose text `matches`. */
  row(matches: RegExp, timeoutMs?: number): Promise<TreeRow>;
  click(matches: RegExp): Promise<void>;
  /** Clicks a row after the window was busy and so drew nothing that it was told meanwhile. */
  clickAfterBusy(matches: RegExp, busyMs: number): Promise<void>;
  doubleClick(matches: RegExp): Promise<void>;
  expand(matches: RegExp): Promise<void>;
  collapse(matches: RegExp): Promise<void>;
  /** Presses an inline action of a row by its tooltip. */
  action(matches: RegExp, title: string): Promise<void>;
  /** Titles of a row's inline actions. */
  actions(matches: RegExp): Promise<string[]>;
  /** Presses an action of the view's title bar. */
  titleAction(title: string): Promise<void>;
  /** Text that an empty view shows, links included. */
  welcome(): Promise<string>;
  /** Text beside the view's title. */
  description(): Promise<string>;
  /** Opens a row's context menu and runs one of its items. */
  menu(matches: RegExp, item: string): Promise<void>;
  /** Opens a row's context menu. */
  openMenu(matches: RegExp): Promise<void>;
  /** Runs an item of the open context menu after the window was busy and so drew nothing that it was told meanwhile. */
  chooseAfterBusy(item: string, busyMs: number): Promise<void>;
  /** Text of the hover of a row. */
  tooltip(matches: RegExp): Promise<string>;
}

/** A tree view by the title in its header, upper or lower case. */
export function treeView(page: Page, title: string): TreeView {
  const pane = page
    .locator('.sidebar .pane')
    .filter({ has: page.locator('.pane-header h3.title', { hasText: new RegExp(`^${title}$`, 'i') }) });
  const rowElements = pane.locator('.monaco-list-row');

  const rows = async (): Promise<TreeRow[]> => {
    const found = await rowElements.evaluateAll((elements) =>
      elements
        // A virtual list keeps its rows in any order.
        .map((element) => ({ element, index: Number(element.getAttribute('data-index')) }))
        .sort((a, b) => a.index - b.index)
        .map(({ element, index }) => ({
          index,
          level: Number(element.getAttribute('aria-level')),
          label: element.querySelector('.monaco-icon-name-container')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          expanded: element.getAttribute('aria-expanded'),
          selected: element.getAttribute('aria-selected') === 'true',
          accessibleLabel: element.getAttribute('aria-label') ?? '',
        })),
    );
    return found.map(({ expanded, ...row }) => ({
      ...row,
      ...(expanded === null ? {} : { expanded: expanded === 'true' }),
    }));
  };

  const find = async (matches: RegExp, timeoutMs?: number): Promise<TreeRow> => {
    try {
      return await waitFor(
        `a row like ${matches.source}`,
        async () => (await rows()).find((row) => matches.test(text(row))),
        timeoutMs,
      );
    } catch (error) {
      throw new Error(
        `No row of ${title} is like ${matches.source}; shown:\n${(await rows()).map(text).join('\n')}`,
        { cause: error },
      );
    }
  };

  /** A virtual list reuses its elements while counts change, so the row is looked up again right before each use. */
  const element = async (matches: RegExp): Promise<Locator> => {
    const row = await find(matches);
    return pane.locator(`.monaco-list-row[data-index="${row.index}"]`);
  };

  /** Clicks a part of a row; in one step with finding it, because rows change places while counts go up. */
  const clickPart = (matches: RegExp, selector: string): Promise<boolean> =>
    rowElements.evaluateAll(
      (elements, [source, part]) => {
        const found = elements.find((candidate) => {
          const shown = ['.monaco-icon-name-container', '.label-description'].map(
            (name) => candidate.querySelector(name)?.textContent ?? '',
          );
          return new RegExp(source).test(shown.join(' ').trim());
        });
        const target = found?.querySelector<HTMLElement>(part);
        target?.click();
        return target !== undefined && target !== null;
      },
      [matches.source, selector] as const,
    );

  const setExpanded = async (matches: RegExp, expanded: boolean): Promise<void> => {
    if ((await find(matches)).expanded === expanded) return;
    await clickPart(matches, '.monaco-tl-twistie');
    await waitFor(
      `${matches.source} to be ${expanded ? 'expanded' : 'collapsed'}`,
      async () => (await find(matches)).expanded === expanded,
    );
  };

  return {
    rows,
    row: find,
    click: async (matches) => {
      await find(matches);
      await waitFor(`a click on a row like ${matches.source}`, () =>
        clickPart(matches, '.monaco-icon-label'),
      );
    },
    clickAfterBusy: async (matches, busyMs) => {
      await (
        await element(matches)
      )
        .locator('.monaco-icon-label')
        .first()
        .evaluate((label, lengthMs) => {
          const endMs = performance.now() + lengthMs;
          while (performance.now() < endMs);
          (label as HTMLElement).click();
        }, busyMs);
    },
    doubleClick: async (matches) => {
      await (await element(matches)).locator('.monaco-icon-label').first().dblclick();
    },
    expand: (matches) => setExpanded(matches, true),
    collapse: (matches) => setExpanded(matches, false),
    action: async (matches, name) => {
      await (await element(matches)).hover();
      await waitFor(`${name} on a row like ${matches.source}`, () =>
        clickPart(matches, `.actions .action-label[aria-label="${name}"]`),
      );
    },
    actions: async (matches) => {
      const row = await element(matches);
      await row.hover();
      return row
        .locator('.actions .action-label')
        .evaluateAll((labels) => labels.map((label) => label.getAttribute('aria-label') ?? ''));
    },
    titleAction: async (name) => {
      await pane.locator('.pane-header').hover();
      await pane.locator(`.pane-header .actions .action-label[aria-label^="${name}"]`).click();
    },
    welcome: async () => (await pane.locator('.welcome-view-content').innerText()).trim(),
    description: async () => {
      const description = pane.locator('.pane-header .description');
      return (await description.count()) > 0 ? (await description.first().innerText()).trim() : '';
    },
    menu: async (matches, item) => {
      await (await element(matches)).click({ button: 'right' });
      const choice = page.locator('.monaco-menu .action-item', { hasText: item }).first();
      await choice.waitFor();
      // A menu takes no click in the moment in which it opens.
      await waitFor(`the menu of ${matches.source} to take ${item}`, async () => {
        if (await choice.isHidden()) return true;
        await choice.click({ timeout: 2_000 });
        return false;
      });
    },
    openMenu: async (matches) => {
      await (await element(matches)).click({ button: 'right' });
      await page.locator('.monaco-menu .action-item').first().waitFor();
    },
    chooseAfterBusy: async (item, busyMs) => {
      const shown = page.locator('.monaco-menu .action-item', { hasText: item }).first();
      await shown.evaluate(async (element, lengthMs) => {
        // A menu takes no click in its first 100 ms.
        await new Promise((resolve) => setTimeout(resolve, 200));
        const endMs = performance.now() + lengthMs;
        while (performance.now() < endMs);
        element.dispatchEvent(new MouseEvent('mouseup', { bubbles: true, cancelable: true }));
      }, busyMs);
      await shown.waitFor({ state: 'detached' });
    },
    tooltip: async (matches) => {
      const hover = page.locator('.workbench-hover').first();
      // A pointer that rests where a row comes to lie starts no hover.
      return waitFor(`the tooltip of a row like ${matches.source}`, async () => {
        await page.mouse.move(0, 0);
        await (await element(matches)).locator('.monaco-icon-label').first().hover({ timeout: 2_000 });
        await hover.waitFor({ timeout: 3_000 });
        return hover.innerText();
      });
    },
  };
}

function text(row: TreeRow): string {
  return `${row.label} ${row.description}`.trim();
}
