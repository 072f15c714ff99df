import { Emitter } from '../../src/base/emitter';
import { Lru } from '../../src/base/lru';
import { stringsOf } from '../../src/core/model/attributes';
import { spanIdAt } from '../../src/core/model/ids';
import type { StringTable } from '../../src/core/model/stringTable';
import { SpanFlag, type Trace } from '../../src/core/model/trace';
import { criticalPath, piecesByRow, type CriticalPath } from '../../src/core/timeline/criticalPath';
import { ErrorRole, errorRoles, lastOrigin, originRows } from '../../src/core/timeline/errorOrigins';
import { findQueryFromText } from '../../src/core/timeline/findQuery';
import { findSpans } from '../../src/core/timeline/findSpans';
import { collapseForOpening } from '../../src/core/timeline/initialCollapse';
import { selfTime, type SelfTime } from '../../src/core/timeline/selfTime';
import { serviceSlots } from '../../src/core/timeline/serviceSlots';
import { nodeTree, type NodeTree } from '../../src/core/timeline/nodeTree';
import { clampedViewport, wholeTrace, type Viewport } from '../../src/core/timeline/viewport';
import { VisibleNodes } from '../../src/core/timeline/visibleNodes';
import type { TimelineFolds, TimelineState } from '../../src/protocol/timeline';

/** What changed, so that views redraw only what they must. */
export type SessionChange = 'rows' | 'viewport' | 'selection' | 'hover' | 'found' | 'options';

/** From this many descendants on, a collapsed row is drawn as a strip instead of a bar. */
const stripFromSpans = 20;

/** One opened trace with everything a person does to it; knows no DOM. */
export class TimelineSession {
  readonly trace: Trace;
  readonly strings: StringTable;
  readonly tree: NodeTree;
  readonly visible: VisibleNodes;
  /** `ErrorRole` by row. */
  readonly roles: Uint8Array;
  /** Rows where failures began, in the order of the tree. */
  readonly origins: readonly number[];
  readonly path: CriticalPath;
  readonly pathPieces: ReadonlyMap<number, readonly number[]>;
  /** In order of appearance. */
  readonly services: ReadonlySet<string>;
  private readonly slotOfService: ReadonlyMap<string, number>;
  /** By the number of the service's string. */
  private readonly slots: Uint8Array;
  private readonly selfTimes = new Lru<number, SelfTime>(4000);
  private readonly change = new Emitter<SessionChange>();
  readonly onDidChange = this.change.event;

  readonly bounds: Viewport;
  viewport: Viewport;
  /** Node, or -1. */
  selected = -1;
  /** Node, or -1. */
  hovered = -1;
  showCriticalPath = true;
  findText = '';
  findFilters = false;
  /** Rows found, ascending, and `1` for each. */
  found: Uint32Array = new Uint32Array(0);
  isFound: Uint8Array;

  constructor(trace: Trace) {
    this.trace = trace;
    this.strings = stringsOf(trace.spans);
    this.tree = nodeTree(trace);
    this.visible = new VisibleNodes(this.tree);
    this.roles = errorRoles(trace);
    // In the order of the tree, where orphans stand last.
    this.origins = originRows(this.roles).sort((a, b) => this.tree.nodes[a]! - this.tree.nodes[b]!);
    this.path = criticalPath(trace);
    this.pathPieces = piecesByRow(this.path);
    this.bounds = wholeTrace(trace.durationNs);
    this.viewport = this.bounds;
    this.isFound = new Uint8Array(trace.spans.count);
    const numbers = new Set(trace.service);
    this.services = new Set(Array.from(numbers, (number) => this.strings.get(number)));
    this.slotOfService = serviceSlots(this.services);
    this.slots = new Uint8Array(this.strings.count);
    for (const number of numbers) {
      this.slots[number] = this.slotOf(this.strings.get(number));
    }
    collapseForOpening(this.tree, this.visible, this.origins);
  }

  /** Row of a node, or `undefined` for a heading. */
  rowOf(node: number): number | undefined {
    const row = node >= 0 ? this.tree.rows[node]! : -1;
    return row >= 0 ? row : undefined;
  }

  name(row: number): string {
    return this.strings.get(this.trace.spans.names[row]!);
  }

  serviceName(row: number): string {
    return this.strings.get(this.trace.service[row]!);
  }

  slot(row: number): number {
    return this.slots[this.trace.service[row]!]!;
  }

  slotOf(service: string): number {
    return this.slotOfService.get(service) ?? 0;
  }

  hasFlag(row: number, flag: number): boolean {
    return (this.trace.flags[row]! & flag) !== 0;
  }

  startNs(row: number): number {
    return this.trace.startNs[row]!;
  }

  /** A span that has not ended is drawn to the end of the trace. */
  shownDurationNs(row: number): number {
    return this.hasFlag(row, SpanFlag.open)
      ? Math.max(0, this.trace.durationNs - this.trace.startNs[row]!)
      : this.trace.spanDurationNs[row]!;
  }

  selfTime(row: number): SelfTime {
    let time = this.selfTimes.get(row);
    if (!time) {
      time = selfTime(this.trace, row);
      this.selfTimes.set(row, time);
    }
    return time;
  }

  /** Spans hidden below a collapsed node, 0 for others. */
  hiddenBelow(node: number): number {
    return this.visible.isCollapsed(node) ? this.tree.end[node]! - node - 1 : 0;
  }

  isStrip(node: number): boolean {
    return this.hiddenBelow(node) >= stripFromSpans;
  }

  /** The root that stands for the whole trace: the first that is no orphan, else the first. */
  mainRow(): number {
    for (let row = 0; row < this.trace.spans.count; row = this.trace.subtreeEnd[row]!) {
      if (!this.hasFlag(row, SpanFlag.orphan)) {
        return row;
      }
    }
    return 0;
  }

  nodeOfSpanId(spanId: string): number | undefined {
    for (let row = 0; row < this.trace.spans.count; row++) {
      if (spanIdAt(this.trace.spans.spanIds, row) === spanId) {
        return this.tree.nodes[row]!;
      }
    }
    return undefined;
  }

  spanId(row: number): string {
    return spanIdAt(this.trace.spans.spanIds, row);
  }

  select(node: number): void {
    if (node !== this.selected) {
      this.selected = node;
      this.change.fire('selection');
    }
  }

  /** Selects `node` and expands what hides it. */
  reveal(node: number): void {
    this.visible.reveal(node);
    this.change.fire('rows');
    this.select(node);
  }

  /** Selects, where nothing is selected, the failure that ended last, else the main span. */
  selectFailure(): void {
    if (this.selected < 0 && this.tree.count > 0) {
      this.selected = this.tree.nodes[lastOrigin(this.trace, this.origins) ?? this.mainRow()]!;
      this.visible.reveal(this.selected);
    }
  }

  hover(node: number): void {
    if (node !== this.hovered) {
      this.hovered = node;
      this.change.fire('hover');
    }
  }

  setCollapsed(node: number, collapsed: boolean): void {
    this.visible.setCollapsed(node, collapsed);
    this.change.fire('rows');
  }

  /** Collapses the deepest expanded level, or expands the shallowest collapsed one. */
  stepLevel(collapse: boolean): void {
    if (collapse) {
      const deepest = this.visible.deepestExpanded();
      if (deepest !== undefined) {
        this.visible.collapseFrom(deepest);
      }
    } else {
      const shallowest = this.visible.shallowestCollapsed();
      if (shallowest !== undefined) {
        this.visible.collapseFrom(shallowest + 1);
      }
    }
    this.change.fire('rows');
  }

  setViewport(viewport: Viewport): void {
    this.viewport = clampedViewport(viewport, this.bounds);
    this.change.fire('viewport');
  }

  setShowCriticalPath(show: boolean): void {
    this.showCriticalPath = show;
    this.change.fire('options');
  }

  setFind(text: string, filters: boolean): void {
    this.findText = text;
    this.findFilters = filters;
    this.found = findSpans(this.trace, this.strings, findQueryFromText(text));
    this.isFound = new Uint8Array(this.trace.spans.count);
    for (const row of this.found) {
      this.isFound[row] = 1;
    }
    this.visible.setFilter(filters && this.found.length > 0 ? this.keptNodes() : undefined);
    this.change.fire('found');
  }

  /** Found spans below a node, itself left out. */
  foundBelow(node: number): number {
    let count = 0;
    for (let below = node + 1; below < this.tree.end[node]!; below++) {
      const row = this.tree.rows[below]!;
      count += row >= 0 ? this.isFound[row]! : 0;
    }
    return count;
  }

  /** The origin before or after the selection, around the end; `undefined` where there is none. */
  neighbourOrigin(forward: boolean): number | undefined {
    return neighbour(
      this.origins.map((row) => this.tree.nodes[row]!),
      this.selected,
      forward,
    );
  }

  /** The found node before or after the selection, around the end. */
  neighbourFound(forward: boolean): number | undefined {
    const nodes = Array.from(this.found, (row) => this.tree.nodes[row]!).sort((a, b) => a - b);
    return neighbour(nodes, this.selected, forward);
  }

  /** Position of the selection among `rows`, counted from 1. */
  positionAmong(rows: readonly number[] | Uint32Array): number | undefined {
    const row = this.rowOf(this.selected);
    const index = row === undefined ? -1 : rows.indexOf(row);
    return index < 0 ? undefined : index + 1;
  }

  isOrigin(row: number): boolean {
    return this.roles[row] === ErrorRole.origin;
  }

  /** The id of a node's span, or a name for a heading: the same in a trace that has grown. */
  keyOf(node: number): string {
    const row = this.tree.rows[node]!;
    return row >= 0 ? this.spanId(row) : `heading ${this.strings.get(this.tree.headings[-1 - row]!.service)}`;
  }

  /** What is collapsed, in whichever way takes fewer words. */
  folds(): TimelineFolds {
    const { visible, tree } = this;
    const collapsed: number[] = [];
    const expanded: number[] = [];
    for (let node = 0; node < tree.count; node++) {
      if (visible.hasChildren(node)) {
        (visible.isCollapsed(node) ? collapsed : expanded).push(node);
      }
    }
    return collapsed.length > expanded.length
      ? { most: 'collapsed', except: expanded.map((node) => this.keyOf(node)) }
      : { most: 'expanded', except: collapsed.map((node) => this.keyOf(node)) };
  }

  /** Collapses as `folds` says; spans that came since are as most are. */
  setFolds({ most, except }: TimelineFolds): void {
    const others = new Set(except);
    const collapsed: number[] = [];
    for (let node = 0; node < this.tree.count; node++) {
      if (this.visible.hasChildren(node) && others.has(this.keyOf(node)) === (most === 'expanded')) {
        collapsed.push(node);
      }
    }
    this.visible.setCollapsedNodes(collapsed);
  }

  restore(state: TimelineState): void {
    if (state.folds) {
      this.setFolds(state.folds);
    }
    if (state.viewport) {
      this.viewport = clampedViewport(state.viewport, this.bounds);
    }
    this.showCriticalPath = state.showCriticalPath;
    const node = state.selectedSpanId === undefined ? undefined : this.nodeOfSpanId(state.selectedSpanId);
    this.selected = node ?? -1;
    if (state.findOpen) {
      this.setFind(state.findText, state.findFilters);
    }
  }

  private keptNodes(): Uint8Array<ArrayBuffer> {
    const kept = new Uint8Array(this.tree.count);
    for (const row of this.found) {
      for (let node = this.tree.nodes[row]!; node >= 0 && kept[node] === 0; node = this.tree.parent[node]!) {
        kept[node] = 1;
      }
    }
    return kept;
  }
}

function neighbour(nodes: readonly number[], from: number, forward: boolean): number | undefined {
  return forward
    ? (nodes.find((node) => node > from) ?? nodes[0])
    : (nodes.findLast((node) => node < from) ?? nodes.at(-1));
}
