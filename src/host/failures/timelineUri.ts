import * as vscode from 'vscode';

import { formatClock } from '../../base/format';
import { timelineEditor } from '../../contributions';
import { oneLine } from '../plainText';
import { groupOfRow, traceIdOfRow, type Row } from './rows';

const asPreview: vscode.TextDocumentShowOptions = { preview: true };

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
  await vscode.commands.executeCommand('vscode.open', timelineUri(traceId, name), asPreview);
}

/**
 * What a click on a row does that stands for a trace. VS Code keeps the arguments of our own commands in the extension host and forgets them when
 * a row is drawn anew, so a click on the row that is still on screen would find no command; those of its own command go to the window with the row.
 */
export function timelineLink(row: Row, title: string): vscode.Command | undefined {
  const traceId = traceIdOfRow(row);
  return traceId === undefined
    ? undefined
    : {
        command: 'vscode.open',
        title,
        arguments: [timelineUri(traceId, timelineName(row)), asPreview],
      };
}

/** `POST /checkout · 14:03:22`: the name of the timeline of a row's trace. */
export function timelineName(row: Row): string {
  if (row.kind === 'group' || row.kind === 'message') {
    const group = groupOfRow(row)!;
    return timelineLabel(group.operation, group.lastSeenMs);
  }
  if (row.kind === 'trace') {
    return timelineLabel(row.summary.operation, row.summary.startMs);
  }
  return 'parent' in row && row.parent ? timelineName(row.parent) : '';
}
