import type { Locator } from 'playwright-core';
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

/** Selects the whole of a file of the workspace and opens it as a stack, which then stands under *Pasted*. */
export async function openStackOfFile(workbench: Workbench, file: string): Promise<void> {
  await workbench.closeEditors();
  await workbench.openFile(file, 1);
  await workbench.editorAt(file, 1);
  await workbench.page.keyboard.press('Control+A');
  await workbench.runCommand('Spanline: Open Stack Trace');
  await workbench.tree('Failures').row(new RegExp(` · ${literally(file)} · `));
}

/** Number and text of the line that the cursor is in, in the editor in focus: `5     serve();`. */
export async function shownLine(workbench: Workbench): Promise<string> {
  return editorInFocus(workbench).evaluate((editor) => {
    const top = (element: Element): number => Math.round(element.getBoundingClientRect().top);
    const number = editor.querySelector('.line-numbers.active-line-number');
    const line =
      number &&
      [...editor.querySelectorAll('.view-lines .view-line')].find((each) => top(each) === top(number));
    return `${number?.textContent ?? ''} ${(line?.textContent ?? '').replaceAll('\u00a0', ' ')}`;
  });
}

/** Numbers of the lines that have an icon in the margin, from top to bottom, in the editor in focus. */
export async function markedLines(workbench: Workbench): Promise<number[]> {
  return editorInFocus(workbench).evaluate((editor) => {
    const top = (element: Element): number => Math.round(element.getBoundingClientRect().top);
    const numbers = new Map(
      [...editor.querySelectorAll('.line-numbers')].map((number) => [
        top(number),
        Number(number.textContent),
      ]),
    );
    return [...editor.querySelectorAll('.glyph-margin-widgets .cgmr')]
      .map((mark) => numbers.get(top(mark)) ?? 0)
      .sort((a, b) => a - b);
  });
}

function editorInFocus(workbench: Workbench): Locator {
  return workbench.page.locator('.editor-group-container.active .monaco-editor').first();
}
