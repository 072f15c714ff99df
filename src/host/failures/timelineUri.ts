import * as vscode from 'vscode';

import { formatClock } from '../../base/format';
import { timelineEditor } from '../../contributions';
import { oneLine } from '../plainText';

/** `POST /checkout · 14:03:22`: the label of a timeline's tab. */
export function timelineLabel(operation: string, startMs: number): string {
  return `${oneLine(operation, 60)} · ${formatClock(startMs, Date.now())}`;
}

/** The URI of a trace's timeline. Its last segment is the tab's label where VS Code takes it from there. */
export function timelineUri(traceId: string, name: string): vscode.Uri {
  // A slash would begin a new segment, and VS Code shows the last one only.
  const label = oneLine(name, 80).replace(/[/\\]/g, '∕');
  return vscode.Uri.from({
    scheme: timelineEditor.scheme,
    path: `/${traceId}/${label === '' ? traceId.slice(0, 8) : label}${timelineEditor.extension}`,
  });
}

/** Opens a trace's timeline as a preview tab, as a click on a file in the Explorer does. */
export async function openTimeline(traceId: string, name: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', timelineUri(traceId, name), { preview: true });
}
