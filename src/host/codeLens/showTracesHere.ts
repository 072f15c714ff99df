import * as vscode from 'vscode';

import { formatClock } from '../../base/format';
import type { Command, CommandArguments, EditorLine } from '../../contributions';
import { durationText } from '../../core/timeline/durationText';
import type { CodeTraces } from '../../protocol/analysis';
import type { TraceSummary } from '../../protocol/backend';
import { codeLensText, joinFacts, tracesHereWords } from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import type { FailuresModel } from '../failures/failuresModel';
import { openTimeline, timelineLabel } from '../failures/timelineUri';
import { withoutIcons } from '../plainText';
import type { CodeTracesOfFile, ShownFunction } from './codeTracesOfFile';
import { enclosingSymbols } from './enclosingSymbols';

/** Traces that are asked for by the list that names them. */
const mostTraces = 300;

/** *Show Traces Through Here*: the traces of the function at the cursor, failed ones first. */
export async function showTracesHere(
  called: CommandArguments<typeof Command.showTracesHere>[0],
  functions: CodeTracesOfFile,
  analysis: AnalysisCalls,
  model: FailuresModel,
): Promise<void> {
  const line = called && 'lineBase1' in called ? called : cursorLine();
  const document = line && (await vscode.workspace.openTextDocument(vscode.Uri.parse(line.uri)));
  const found = document && (await functionAt(document, line.lineBase1, await functions.of(document)));
  if (!found) {
    void vscode.window.showInformationMessage(tracesHereWords.none());
    return;
  }
  const picked = await pickTrace(found.traces, analysis, model);
  if (picked) {
    await openTimeline(picked.traceId, timelineLabel(picked.operation, picked.startMs));
  }
}

function cursorLine(): EditorLine | undefined {
  const active = vscode.window.activeTextEditor;
  return active && { uri: String(active.document.uri), lineBase1: active.selection.active.line + 1 };
}

/** The function that a language server has around the line, else the nearest one above. */
async function functionAt(
  document: vscode.TextDocument,
  lineBase1: number,
  functions: readonly ShownFunction[],
): Promise<ShownFunction | undefined> {
  const exact = functions.find((one) => one.lineBase1 === lineBase1);
  if (exact || functions.length === 0) {
    return exact;
  }
  // The innermost symbol that a trace ran through: classes are around their methods.
  const symbol = (await enclosingSymbols(document.uri, lineBase1)).findLast(({ range }) =>
    functions.some((one) => isIn(one, range)),
  );
  return functions.findLast((one) => one.lineBase1 <= lineBase1 && (!symbol || isIn(one, symbol.range)));
}

function isIn({ lineBase1 }: ShownFunction, { start, end }: vscode.Range): boolean {
  return start.line < lineBase1 && lineBase1 - 1 <= end.line;
}

async function pickTrace(
  traces: CodeTraces,
  analysis: AnalysisCalls,
  model: FailuresModel,
): Promise<TraceSummary | undefined> {
  const nowMs = Date.now();
  const { traces: listed } = await analysis.call('traces', {
    window: model.window(nowMs),
    filter: 'all',
    limit: mostTraces,
  });
  const byId = new Map<string, TraceSummary>(listed.map((summary) => [summary.traceId, summary]));
  const items = traces.traceIds.flatMap((id) => {
    const summary = byId.get(id);
    return summary
      ? [
          {
            label: withoutIcons(summary.operation),
            description: withoutIcons(
              joinFacts([
                formatClock(summary.startMs, nowMs),
                durationText(summary.durationMs * 1e6),
                summary.entryService,
              ]),
            ),
            iconPath: new vscode.ThemeIcon(summary.failed ? 'error' : 'pass'),
            summary,
          },
        ]
      : [];
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: tracesHereWords.title(traces.function),
    placeHolder: codeLensText(traces, durationText(traces.p95Ms * 1e6), nowMs),
    matchOnDescription: true,
  });
  return picked?.summary;
}
