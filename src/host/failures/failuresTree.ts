import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { backendErrorText, connectionWords } from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import { exceptionRows, frameRows, libraryFrameRows, spanRows } from './childRows';
import { groupTexts, itemOfRow, lateTooltip, type GroupTexts, type RowContext } from './failureItems';
import type { FailuresModel } from './failuresModel';
import { headingsOf } from './headings';
import { parentOfRow, type GroupRow, type Row, type TraceRow } from './rows';

/** First page of a group's runs; each *more* row adds another. */
const firstPage = 3;
const nextPage = 20;

/** Facts about rows that the view knows. */
export type ViewContext = Omit<RowContext, 'moreBelow' | 'complete' | 'nowMs'>;

interface Page {
  readonly wanted: number;
  readonly rows: readonly TraceRow[];
  readonly total: number;
  /** A connection that has runs of the group had not answered. */
  readonly isPending: boolean;
}

/** Rows of the Failures view. Rows below a group are asked for when it is opened and stay as they are until the list is sorted again. */
export class FailuresTree implements vscode.TreeDataProvider<Row>, Disposable {
  private readonly model: FailuresModel;
  private readonly analysis: AnalysisCalls;
  private readonly context: ViewContext;
  private readonly actions: () => readonly Row[];
  /** When VS Code was last told to draw rows again, on the clock of `performance`. */
  drawnAnewMs = -Infinity;
  private readonly changes = new vscode.EventEmitter<Row | Row[] | undefined>();
  private readonly pages = new Map<string, Promise<Page>>();
  private readonly known = new Map<string, Page>();
  private readonly children = new Map<string, Promise<readonly Row[]>>();
  /** Texts of the groups' rows as they were last drawn. */
  private readonly shown = new Map<string, GroupTexts>();
  private topTraces: ReadonlyMap<string, TraceRow> = new Map();
  private readonly modelChanges: Disposable;

  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    model: FailuresModel,
    analysis: AnalysisCalls,
    context: ViewContext,
    actions: () => readonly Row[],
  ) {
    this.model = model;
    this.analysis = analysis;
    this.context = context;
    this.actions = actions;
    this.modelChanges = model.onDidChange((change) => {
      if (change.kind === 'list') {
        this.redraw();
      } else {
        this.redrawChanged(change.rows);
      }
    });
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const context = this.rowContext();
    if (row.kind === 'group') {
      this.shown.set(row.rowId, groupTexts(row, context));
    }
    return itemOfRow(row, context);
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    item.tooltip ??= lateTooltip(row, this.rowContext());
    return item;
  }

  getParent(row: Row): Row | undefined {
    return parentOfRow(row);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    return [...(await this.childrenOf(row))];
  }

  /** Forgets the rows below groups: the next look asks again. */
  forgetChildren(): void {
    this.pages.clear();
    this.known.clear();
    this.children.clear();
  }

  /** Asks again for rows below groups that a connection still owed. */
  askPendingAgain(): void {
    const owed = this.model.groupRows.filter(({ rowId }) => this.known.get(rowId)?.isPending);
    for (const row of owed) {
      this.pages.set(row.rowId, this.askPage(row, this.known.get(row.rowId)!.wanted));
    }
    if (owed.length > 0) {
      this.draw(owed);
    }
  }

  /** Draws all rows again. */
  redraw(): void {
    this.shown.clear();
    this.draw(undefined);
  }

  /** Draws those groups again whose texts changed: a row drawn anew loses its inline actions until the pointer moves. */
  redrawChanged(rows: readonly GroupRow[] = this.model.groupRows): void {
    const context = this.rowContext();
    const changed = rows.filter((row) => {
      const shown = this.shown.get(row.rowId);
      return shown !== undefined && !isSameText(shown, groupTexts(row, context));
    });
    if (changed.length > 0) {
      this.draw(changed);
    }
  }

  /** Shows the next page below `parent`. */
  showMore(parent: GroupRow): void {
    const page = this.known.get(parent.rowId);
    this.pages.set(parent.rowId, this.askPage(parent, (page?.wanted ?? firstPage) + nextPage));
    this.draw(parent);
  }

  dispose(): void {
    this.modelChanges.dispose();
    this.changes.dispose();
  }

  private draw(rows: Row | Row[] | undefined): void {
    this.drawnAnewMs = performance.now();
    this.changes.fire(rows);
  }

  private rowContext(): RowContext {
    return {
      ...this.context,
      nowMs: Date.now(),
      complete: this.model.isExact,
      moreBelow: (parent) => this.moreBelow(parent),
    };
  }

  private async childrenOf(row: Row | undefined): Promise<readonly Row[]> {
    switch (row?.kind) {
      case undefined:
        return [...this.topRows(), ...this.actions()];
      case 'heading':
        return row.groupIds.map((id) => this.model.groupRow(id)).filter((group) => group !== undefined);
      case 'group':
        return this.rowsOfGroup(row);
      case 'trace':
        return this.cached(row, () => this.rowsOfTrace(row));
      case 'pasted':
        return row.stacks();
      case 'span':
      case 'stack':
        return exceptionRows(row);
      case 'exception':
        return frameRows(row, row.exception);
      case 'library':
        return libraryFrameRows(row);
      case 'message':
      case 'frame':
      case 'more':
      case 'action':
        return [];
    }
  }

  private topRows(): readonly Row[] {
    const { filter, grouping } = this.model.choices;
    if (filter === 'all') {
      const rows: Row[] = this.topTraceRows();
      if (this.model.hasMoreTraces) {
        rows.push({ kind: 'more', rowId: 'more', parent: undefined });
      }
      return rows;
    }
    return grouping === 'group'
      ? this.model.groupRows
      : headingsOf(
          this.model.groupRows,
          grouping,
          (id) => this.context.nameOf(id) ?? connectionWords.localReceiver(),
        );
  }

  /** Rows of all traces; one whose trace is as before stays the same object, which keeps it selected. */
  private topTraceRows(): TraceRow[] {
    const rows = this.model.traces.map((summary): TraceRow => {
      const known = this.topTraces.get(summary.traceId);
      return known && isDeepStrictEqual(known.summary, summary)
        ? known
        : { kind: 'trace', rowId: `trace/${summary.traceId}`, summary, parent: undefined };
    });
    this.topTraces = new Map(rows.map((row) => [row.summary.traceId, row]));
    return rows;
  }

  private async rowsOfGroup(row: GroupRow): Promise<readonly Row[]> {
    let asked = this.pages.get(row.rowId);
    if (!asked) {
      asked = this.askPage(row, firstPage);
      this.pages.set(row.rowId, asked);
    }
    const page = await asked;
    this.known.set(row.rowId, page);
    const rows: Row[] = [{ kind: 'message', rowId: `${row.rowId}/message`, parent: row }, ...page.rows];
    if ((this.moreBelow(row) ?? 0) > 0) {
      rows.push({ kind: 'more', rowId: `${row.rowId}/more`, parent: row });
    }
    return rows;
  }

  private async askPage(row: GroupRow, wanted: number): Promise<Page> {
    const answer = await this.analysis.call('traces', {
      window: this.model.window(Date.now()),
      filter: 'failed',
      groupId: row.group.id,
      limit: wanted,
    });
    const rows = answer.traces.map((summary): TraceRow => ({
      kind: 'trace',
      rowId: `${row.rowId}/${summary.traceId}`,
      summary,
      parent: row,
    }));
    // A full page may hide more; a part of one shows all there is.
    return {
      wanted,
      rows,
      total:
        rows.length < wanted ? rows.length : Math.max(rows.length, row.group.failing || row.group.recovered),
      isPending: answer.answers.some(({ isPending }) => isPending),
    };
  }

  private moreBelow(row: GroupRow | undefined): number | undefined {
    if (!row) {
      return undefined;
    }
    const page = this.known.get(row.rowId);
    return page && page.total - page.rows.length;
  }

  private async rowsOfTrace(row: TraceRow): Promise<readonly Row[]> {
    const answer = await this.analysis.call('failurePath', {
      traceId: row.summary.traceId,
      ...(row.parent ? { groupId: row.parent.group.id } : {}),
    });
    if (answer.ok) {
      return spanRows(row, answer.value);
    }
    return [
      {
        kind: 'action',
        rowId: `${row.rowId}/error`,
        action: 'tryAgain',
        detail: backendErrorText(
          this.context.nameOf(row.summary.connectionId) ?? connectionWords.localReceiver(),
          answer.error,
        ),
      },
    ];
  }

  private cached(row: Row, ask: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
    let rows = this.children.get(row.rowId);
    if (!rows) {
      rows = ask();
      rows.catch(() => this.children.delete(row.rowId));
      this.children.set(row.rowId, rows);
    }
    return rows;
  }
}

function isSameText(a: GroupTexts, b: GroupTexts): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.contextValue === b.contextValue &&
    a.newestTraceId === b.newestTraceId
  );
}
