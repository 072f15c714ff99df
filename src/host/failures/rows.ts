import type { FailureRow } from '../../contributions';
import type { LocatedGroup, PathSpan } from '../../protocol/analysis';
import type { TraceSummary } from '../../protocol/backend';
import type { ResolvedException, ResolvedFrame, ResolvedStack } from '../../protocol/resolve';
import type { PastedStack } from '../pasted/pastedStacks';
import { topFrameOf } from '../pasted/topFrame';

/** A heading of a grouped list: a service, an operation or a connection. */
export interface HeadingRow extends FailureRow {
  readonly kind: 'heading';
  readonly label: string;
  readonly groupIds: readonly string[];
}

/** One defect. The row object stays the same while its text changes in place. */
export interface GroupRow extends FailureRow {
  readonly kind: 'group';
  group: LocatedGroup;
  /** The window has left all its runs behind: the row stands until the list is sorted. */
  isGone: boolean;
}

/** Full message, service and operation of a group. */
export interface MessageRow extends FailureRow {
  readonly kind: 'message';
  readonly parent: GroupRow;
}

/** One failing run of a group, or one trace of the list of all traces. */
export interface TraceRow extends FailureRow {
  readonly kind: 'trace';
  readonly summary: TraceSummary;
  readonly parent: GroupRow | undefined;
}

/** Shows the next page of its parent's rows. */
export interface MoreRow extends FailureRow {
  readonly kind: 'more';
  readonly parent: GroupRow | undefined;
}

/** One span on the way from a run's entry to the origin of its failure. */
export interface SpanRow extends FailureRow {
  readonly kind: 'span';
  readonly parent: TraceRow;
  readonly span: PathSpan;
}

/** Above the stacks that were pasted. */
export interface PastedHeadingRow extends FailureRow {
  readonly kind: 'pasted';
  readonly count: number;
  stacks(): Promise<readonly StackRow[]>;
}

/** One pasted stack. */
export interface StackRow extends FailureRow {
  readonly kind: 'stack';
  readonly parent: PastedHeadingRow;
  readonly stack: PastedStack;
  readonly resolved: ResolvedStack;
}

/** A cause, context or further exception of the span or stack: the first one's frames stand directly below that. */
export interface ExceptionRow extends FailureRow {
  readonly kind: 'exception';
  readonly parent: SpanRow | StackRow;
  readonly exception: ResolvedException;
}

export interface FrameRow extends FailureRow {
  readonly kind: 'frame';
  readonly parent: SpanRow | StackRow | ExceptionRow | LibraryRow;
  readonly frame: ResolvedFrame;
}

/** Frames of packages and the runtime that stand together, folded. */
export interface LibraryRow extends FailureRow {
  readonly kind: 'library';
  readonly parent: SpanRow | StackRow | ExceptionRow;
  readonly frames: readonly ResolvedFrame[];
}

/** A row that is a button: what to do about a list that is empty or not whole. */
export interface ActionRow extends FailureRow {
  readonly kind: 'action';
  readonly action: FailureAction;
  readonly detail: string;
  readonly connectionId?: string;
}

export type FailureAction =
  'narrow' | 'widen' | 'showAll' | 'tryAgain' | 'editConnection' | 'startReceiver' | 'clearSearch';

/** Anything that stands in the Failures view. */
export type Row =
  | HeadingRow
  | GroupRow
  | MessageRow
  | TraceRow
  | MoreRow
  | SpanRow
  | PastedHeadingRow
  | StackRow
  | ExceptionRow
  | FrameRow
  | LibraryRow
  | ActionRow;

/** Whether a group counts as news: recovered errors are none, as they failed no run. */
export function isUnread({ state, failing }: LocatedGroup): boolean {
  return state === 'new' && failing > 0;
}

/** The trace that a row stands for: its own, or the newest of its group. */
export function traceIdOfRow(row: Row): string | undefined {
  switch (row.kind) {
    case 'group':
      return row.group.traceIds[0];
    case 'trace':
      return row.summary.traceId;
    case 'message':
    case 'span':
    case 'exception':
    case 'frame':
    case 'library':
      return traceIdOfRow(row.parent);
    case 'heading':
    case 'pasted':
    case 'stack':
    case 'more':
    case 'action':
      return undefined;
  }
}

/** The group that a row belongs to. */
export function groupOfRow(row: Row): LocatedGroup | undefined {
  switch (row.kind) {
    case 'group':
      return row.group;
    case 'heading':
    case 'pasted':
    case 'action':
      return undefined;
    default:
      return row.parent && groupOfRow(row.parent);
  }
}

/** The frame that *Go to Line* of a row opens. */
export function frameOfRow(row: Row): ResolvedFrame | undefined {
  switch (row.kind) {
    case 'group':
      return row.group.frame;
    case 'message':
      return row.parent.group.frame;
    case 'span':
      return row.span.frame;
    case 'stack':
      return topFrameOf(row.resolved);
    case 'frame':
      return row.frame;
    default:
      return undefined;
  }
}

/** The row above another one; `undefined` at the top. */
export function parentOfRow(row: Row): Row | undefined {
  return 'parent' in row ? row.parent : undefined;
}
