import * as vscode from 'vscode';

import { backendErrorText, openTraceWords, traceNotFoundText } from '../words';
import type { AnalysisCalls } from './analysisCalls';
import { openTimeline, timelineLabel } from './failures/timelineUri';
import { withoutLinks } from './plainText';
import { traceIdFromReference } from './traceReference';

/** *Open Trace…*: any form of a trace id, or a page address; every connection is asked for it. */
export async function openTrace(analysis: AnalysisCalls, reference?: string): Promise<void> {
  const text =
    reference ??
    (await vscode.window.showInputBox({
      title: openTraceWords.title(),
      prompt: openTraceWords.prompt(),
      value: await referenceInClipboard(),
      validateInput: (typed) =>
        typed.trim() === '' || traceIdFromReference(typed) ? undefined : openTraceWords.noId(),
    }));
  const traceId = text === undefined ? undefined : traceIdFromReference(text);
  if (!traceId) {
    return;
  }
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: openTraceWords.searching() },
    () => analysis.call('findTrace', { traceId }),
  );
  if (found.ok) {
    await openTimeline(traceId, timelineLabel(found.value.name, found.value.startMs));
  } else {
    void vscode.window.showErrorMessage(
      withoutLinks(
        found.error.kind === 'notFound'
          ? traceNotFoundText(traceId)
          : backendErrorText(found.error.target, found.error),
      ),
    );
  }
}

/** What stands in the clipboard, where it means a trace: people copy an id before they ask for its trace. */
async function referenceInClipboard(): Promise<string> {
  const text = (await vscode.env.clipboard.readText()).trim();
  return traceIdFromReference(text) ? text : '';
}
