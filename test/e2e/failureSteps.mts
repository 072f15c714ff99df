import assert from 'node:assert/strict';
import path from 'node:path';
import type { PlantedFailure } from '../kit/shopRecording.mts';
import { TimelinePage } from '../kit/timelinePage.mts';
import type { Workbench } from '../kit/workbench.mts';

/** How long a failure may take from the request to its row: export, ingest, analysis and the next load that fails so. */
export const arrivalMs = 120_000;

/** The file and line that a row names: `ledgerPool.ts:39`. */
export function placeOf(failure: PlantedFailure): string {
  return `${path.basename(failure.seenAt.file)}:${failure.seenAt.line}`;
}

/** Matches the row of a failure's group by what leads it: type and line. */
export function rowOf(failure: PlantedFailure): RegExp {
  return new RegExp(`^${failure.exceptionType} ${literally(placeOf(failure))} · `);
}

/** Text that stands for itself in a regular expression. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Presses *Go to Line* of the group's row and waits for the file at its line. */
export async function goToLine(workbench: Workbench, failure: PlantedFailure): Promise<void> {
  await workbench.closeEditors();
  await workbench.tree('Failures').action(rowOf(failure), 'Go to Line');
  const editor = await workbench.editorAt(failure.seenAt.file, failure.seenAt.line);
  assert.equal(editor.title, path.basename(failure.seenAt.file));
}

/** Opens the newest failing trace below the group and clicks the frame that is at the failure's line. */
export async function clickFrame(workbench: Workbench, failure: PlantedFailure): Promise<void> {
  await workbench.closeEditors();
  const tree = workbench.tree('Failures');
  await tree.expand(rowOf(failure));
  await tree.expand(/^\d\d:\d\d:\d\d /);
  await tree.expand(new RegExp(`^${literally(failure.span)} `));
  await tree.click(new RegExp(`^\\S+ ${literally(placeOf(failure))}$`));
  await workbench.editorAt(failure.seenAt.file, failure.seenAt.line);
  await tree.collapse(rowOf(failure));
}

/** Opens the timeline by a click on the group, steps to its origin and waits for the line in the editor beside. */
export async function followFromTimeline(workbench: Workbench, failure: PlantedFailure): Promise<void> {
  await workbench.closeEditors();
  await workbench.tree('Failures').click(rowOf(failure));
  const timeline = await TimelinePage.of(workbench);
  // The origin is selected from the start, and only moving the selection shows a line.
  await timeline.press('Home');
  await timeline.select(new RegExp(literally(failure.span)));
  await workbench.editorAt(failure.seenAt.file, failure.seenAt.line);
  const editors = await workbench.visibleEditors();
  assert.equal(editors.length, 2, 'the line is shown beside the timeline');
  assert.equal(editors[0]?.preview, true, 'the timeline is a preview tab');
}
