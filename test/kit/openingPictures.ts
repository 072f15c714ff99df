import path from 'node:path';
import type { Browser } from 'playwright-core';
import { checkoutTrace } from './checkoutSample';
import type { Progress } from './install.mts';
import { bundleWebview, WebviewPage, type OpenAnswer } from './webviewPage';
import type { WebviewTheme } from './webviewThemes';

/** What a timeline's page shows before and instead of a trace, and how it comes to that. */
const states: readonly {
  readonly name: string;
  readonly opens: OpenAnswer;
  readonly show: (view: WebviewPage) => Promise<void>;
}[] = [
  { name: 'skeleton', opens: 'never', show: (view) => view.page.clock.runFor(500) },
  { name: 'progress', opens: 'never', show: (view) => view.page.clock.runFor(1_500) },
  {
    name: 'cancelled',
    opens: 'never',
    show: async (view) => {
      await view.page.clock.runFor(1_500);
      await view.page.getByText('Cancel', { exact: true }).click();
    },
  },
  {
    name: 'failed',
    opens: { threw: 'The analysis stopped with code 1.' },
    show: (view) => view.page.getByRole('alert').waitFor(),
  },
];

/** Pictures of those states in every theme, wide and narrow: they pass too soon to be met in a window. */
export async function takeOpeningPictures(
  browser: Browser,
  folder: string,
  progress: Progress,
): Promise<void> {
  const bundle = await bundleWebview();
  for (const theme of ['light', 'dark', 'highContrast'] satisfies readonly WebviewTheme[]) {
    for (const [width, suffix] of [
      [1124, ''],
      [400, '-narrow'],
    ] as const) {
      for (const { name, opens, show } of states) {
        const view = await WebviewPage.open(browser, bundle, {
          trace: checkoutTrace(),
          opens: [opens],
          theme,
          sizePx: { width, height: 500 },
          clockStands: opens === 'never',
        });
        await show(view);
        if (name !== 'skeleton') {
          await view.page.clock.resume();
        }
        // What the toolkit draws comes as a file of its own.
        await view.page.waitForFunction(`!document.querySelector(':not(:defined)')`);
        const file = path.join(folder, `opening-${name}-${theme}${suffix}.png`);
        await view.page.screenshot({ path: file, animations: 'disabled' });
        progress(file);
        await view.close();
      }
    }
  }
}
