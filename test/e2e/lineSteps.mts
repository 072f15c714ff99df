import type { Workbench } from '../kit/workbench.mts';
import { literally } from './failureSteps.mts';

/** Texts that extensions draw behind lines of the editors on screen. */
export async function notesInEditors(workbench: Workbench): Promise<string[]> {
  const contents = await workbench.page
    .locator('.editor-group-container .view-line span')
    .evaluateAll((spans) => spans.map((span) => getComputedStyle(span, '::after').content));
  return contents.flatMap((content) => (/^".+"$/.test(content) ? [content.slice(1, -1)] : []));
}

/** Presses a button of the open quick pick's row with this label and description. */
export async function pressPickButton(
  workbench: Workbench,
  label: string,
  description: string,
  button: string,
): Promise<void> {
  const row = workbench.page
    .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
    .filter({
      has: workbench.page.locator('.label-name', { hasText: new RegExp(`^\\s*${literally(label)}\\s*$`) }),
    })
    .filter({ has: workbench.page.locator('.label-description', { hasText: description }) })
    .first();
  await row.hover();
  await row.locator(`.action-label[aria-label="${button}"]`).click();
}
