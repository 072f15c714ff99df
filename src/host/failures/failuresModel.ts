import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import { Latest } from '../../base/latest';
import type { TimeWindow } from '../../core/failures/failureGroup';
import type { ConnectionAnswer, FailureView, LocatedGroup } from '../../protocol/analysis';
import type { TraceSummary } from '../../protocol/backend';
import type { AnalysisCalls } from '../analysisCalls';
import type { GroupRow } from './rows';
import { groupMatches } from './search';

/** Which time the list covers: a length up to now, or a fixed range. */
export type WindowChoice =
  | { readonly kind: 'last'; readonly lengthMs: number }
  | { readonly kind: 'range'; readonly fromMs: number; readonly toMs: number };

export type Filter = 'failed' | 'all';
export type Grouping = 'group' | 'service' | 'operation' | 'connection';

/** What the user chose to see; kept over window reloads. */
export interface FailureChoices {
  readonly window: WindowChoice;
  readonly filter: Filter;
  readonly grouping: Grouping;
  readonly search: string;
}

export const defaultChoices: FailureChoices = {
  window: { kind: 'last', lengthMs: 3_600_000 },
  filter: 'failed',
  grouping: 'group',
  search: '',
};

/** What changed: rows that keep their place, or the list itself. */
export type ModelChange =
  { readonly kind: 'texts'; readonly rows: readonly GroupRow[] } | { readonly kind: 'list' };

const pageSize = 50;
/** What is failing now is told from this long a time where the list shows a fixed range. */
const watchLengthMs = 3_600_000;

/**
 * Failures of all connections as the view shows them. An update changes rows in place and appends new groups;
 * only {@link refresh} sorts, so that nothing moves under the pointer.
 */
export class FailuresModel implements Disposable {
  private readonly analysis: AnalysisCalls;
  private readonly rows = new Map<string, GroupRow>();
  private readonly latest = new Latest();
  private readonly latestTraces = new Latest();
  private readonly latestWatched = new Latest();
  private readonly changes = new Emitter<ModelChange>();
  private order: string[] = [];
  private appendedIds = new Set<string>();
  private current: FailureView | undefined;
  private watched: FailureView | undefined;
  /** The list is to be sorted with the next answer: a live update may overtake the refresh that asked for it. */
  private sortNext = false;
  /** Connections that owed their answer when the list was last sorted: it is sorted again with each that comes. */
  private owing: ReadonlySet<string> = new Set();
  private allTraces: readonly TraceSummary[] = [];
  private traceAnswers: readonly ConnectionAnswer[] = [];
  private traceLimit = pageSize;
  private chosen: FailureChoices;
  private failed = false;

  readonly onDidChange = this.changes.event;

  constructor(analysis: AnalysisCalls, choices: FailureChoices) {
    this.analysis = analysis;
    this.chosen = choices;
  }

  get choices(): FailureChoices {
    return this.chosen;
  }

  /** The newest answer; `undefined` before the first. */
  get view(): FailureView | undefined {
    return this.current;
  }

  /** What fails now, whatever range the list shows: for alerts, badge and status bar. */
  get liveView(): FailureView | undefined {
    return this.watched;
  }

  /** The length of {@link liveView}'s window. */
  get liveLengthMs(): number {
    return this.chosen.window.kind === 'last' ? this.chosen.window.lengthMs : watchLengthMs;
  }

  /** The last question got no answer because the worker stopped. */
  get isStale(): boolean {
    return this.failed;
  }

  /** Groups that came since the list was sorted, and are still in the window. */
  get appended(): number {
    return [...this.appendedIds].filter((id) => this.rows.get(id)?.isGone === false).length;
  }

  /** Rows of the groups that pass the search, in the order of the list. */
  get groupRows(): readonly GroupRow[] {
    return this.order
      .map((id) => this.rows.get(id)!)
      .filter((row) => groupMatches(row.group, this.chosen.search));
  }

  /** Traces of the filter *All*, newest first. */
  get traces(): readonly TraceSummary[] {
    return this.allTraces;
  }

  /** There may be more traces than {@link traces} holds. */
  get hasMoreTraces(): boolean {
    return this.allTraces.length >= this.traceLimit;
  }

  /** Answers of the connections for what is shown. */
  get answers(): readonly ConnectionAnswer[] {
    return this.chosen.filter === 'all' ? this.traceAnswers : (this.current?.answers ?? []);
  }

  /** No cap made lower bounds of all counts. That a connection is silent the view says on its own. */
  get isExact(): boolean {
    return this.chosen.filter === 'all' || !this.current || isExact(this.current);
  }

  /** The window of the next question, ending at `nowMs` unless a range is chosen. */
  window(nowMs: number): TimeWindow {
    const choice = this.chosen.window;
    return choice.kind === 'range'
      ? { fromMs: choice.fromMs, toMs: choice.toMs }
      : { fromMs: nowMs - choice.lengthMs, toMs: nowMs };
  }

  /** Takes a choice and asks anew. */
  async choose(choices: Partial<FailureChoices>, nowMs: number): Promise<void> {
    this.chosen = { ...this.chosen, ...choices };
    this.traceLimit = pageSize;
    if (Object.keys(choices).every((key) => key === 'grouping')) {
      this.changes.fire({ kind: 'list' });
      return;
    }
    await this.refresh(nowMs);
  }

  /** Asks every connection and sorts. */
  async refresh(nowMs: number): Promise<void> {
    await this.ask(nowMs, true);
  }

  /** Asks again and changes rows in place. */
  async update(nowMs: number): Promise<void> {
    await this.ask(nowMs, false);
  }

  /** Asks for the next page of all traces. */
  async showMoreTraces(nowMs: number): Promise<void> {
    this.traceLimit += pageSize;
    await this.ask(nowMs, false);
  }

  /** The row of a group, wherever it stands. */
  groupRow(groupId: string): GroupRow | undefined {
    return this.rows.get(groupId);
  }

  dispose(): void {
    this.latest.cancel();
    this.latestTraces.cancel();
    this.latestWatched.cancel();
    this.changes.dispose();
  }

  private async ask(nowMs: number, sort: boolean): Promise<void> {
    const window = this.window(nowMs);
    this.sortNext ||= sort;
    try {
      await Promise.all([
        this.askGroups(window, sort),
        this.chosen.window.kind === 'range' &&
          this.askWatched({ fromMs: nowMs - watchLengthMs, toMs: nowMs }),
        this.chosen.filter === 'all' && this.askTraces(window),
      ]);
      this.failed = false;
    } catch (error) {
      this.failed = true;
      this.changes.fire({ kind: 'list' });
      throw error;
    }
  }

  private async askGroups(window: TimeWindow, fresh: boolean): Promise<void> {
    const view = await this.latest.run((signal) =>
      this.analysis.call('failures', { window, purpose: 'list', ...(fresh && { fresh }) }, signal),
    );
    if (view) {
      const pending = new Set(
        view.answers.filter(({ isPending }) => isPending).map(({ connectionId }) => connectionId),
      );
      const sort = this.sortNext || [...this.owing].some((id) => !pending.has(id));
      this.owing = this.sortNext ? pending : new Set([...this.owing].filter((id) => pending.has(id)));
      this.sortNext = false;
      this.take(view, sort);
    }
  }

  private async askWatched(window: TimeWindow): Promise<void> {
    const view = await this.latestWatched.run((signal) =>
      this.analysis.call('failures', { window, purpose: 'watch' }, signal),
    );
    if (view) {
      this.watched = view;
      this.changes.fire({ kind: 'texts', rows: [] });
    }
  }

  private async askTraces(window: TimeWindow): Promise<void> {
    const { search } = this.chosen;
    const answer = await this.latestTraces.run((signal) =>
      this.analysis.call(
        'traces',
        { window, filter: 'all', limit: this.traceLimit, ...(search === '' ? {} : { text: search }) },
        signal,
      ),
    );
    if (answer) {
      this.allTraces = answer.traces;
      this.traceAnswers = answer.answers;
      this.changes.fire({ kind: 'list' });
    }
  }

  private take(view: FailureView, sort: boolean): void {
    const wasEmpty = this.order.length === 0;
    this.current = view;
    if (this.chosen.window.kind === 'last') {
      this.watched = view;
    }
    const changed: GroupRow[] = [];
    let grew = false;
    for (const group of view.groups) {
      const row = this.rows.get(group.id);
      if (row) {
        row.group = group;
        row.isGone = false;
        changed.push(row);
      } else {
        this.rows.set(group.id, newRow(group));
        this.order.push(group.id);
        this.appendedIds.add(group.id);
        grew = true;
      }
    }
    const gone = this.goneRows(view);
    const isRecounted = this.takeRecounted(gone, view.window);
    for (const row of gone) {
      row.group = { ...row.group, failing: 0, runs: 0, recovered: 0 };
      row.isGone = true;
      changed.push(row);
    }
    // Into an empty list nothing is appended: its first rows are simply there.
    if (sort || wasEmpty) {
      this.sort(view);
    }
    this.changes.fire(
      sort || grew || isRecounted || view.groups.length === 0
        ? { kind: 'list' }
        : { kind: 'texts', rows: changed },
    );
  }

  /** Rows that stood for a group until now. Those that the window has left behind go when the list is sorted. */
  private goneRows(view: FailureView): readonly GroupRow[] {
    const present = new Set(view.groups.map(({ id }) => id));
    // Who gave no answer, or not the whole list, may still have the group.
    const isWhole = new Set(
      view.answers.flatMap(({ connectionId, completeness }) =>
        completeness?.complete === true ? [connectionId] : [],
      ),
    );
    return this.order
      .map((id) => this.rows.get(id)!)
      .filter(
        ({ group, isGone }) =>
          !isGone && !present.has(group.id) && group.connectionIds.every((id) => isWhole.has(id)),
      );
  }

  /** Takes out rows whose runs are still in the window: with more of their spans they are runs of another group, and these groups never were. */
  private takeRecounted(gone: readonly GroupRow[], { fromMs }: TimeWindow): boolean {
    const recounted = new Set(
      gone.filter(({ group }) => group.lastSeenMs >= fromMs).map(({ group }) => group.id),
    );
    for (const id of recounted) {
      this.rows.delete(id);
      this.appendedIds.delete(id);
    }
    this.order = this.order.filter((id) => !recounted.has(id));
    return recounted.size > 0;
  }

  private sort(view: FailureView): void {
    this.order = view.groups.map((group) => group.id);
    this.appendedIds = new Set();
    const kept = new Set(this.order);
    for (const id of [...this.rows.keys()]) {
      if (!kept.has(id)) {
        this.rows.delete(id);
      }
    }
  }
}

function newRow(group: LocatedGroup): GroupRow {
  return { kind: 'group', rowId: `group/${group.id}`, group, isGone: false };
}

/** Whether no cap was hit by the connections that answered: counts of groups are exact where these do not say otherwise. */
export function isExact(view: Pick<FailureView, 'answers'>): boolean {
  return view.answers.every(({ completeness }) => completeness?.complete ?? true);
}
