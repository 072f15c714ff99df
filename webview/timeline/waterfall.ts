import { pannedViewport, timeNsFromXPx, zoomedViewport } from '../../src/core/timeline/viewport';
import { timelineWords } from '../../src/words';
import { Animation } from '../shared/animation';
import { sizedContext } from '../shared/canvas';
import { onDrag } from '../shared/drag';
import { element } from '../shared/element';
import type { Theme } from '../shared/theme';
import { Bars, type PlacedRow } from './bars';
import type { FrameCache } from './frameCache';
import { axisLeftPx, type Geometry } from './geometry';
import { drawRuler, rulerWidthPx } from './overviewRuler';
import type { Patterns } from './patterns';
import type { TimelineSession } from './session';
import { TreeRows } from './treeRows';

const overscanRows = 2;
const wheelZoom = 1.0015;

/** What a click on a row means to the view around the waterfall. */
export interface WaterfallListener {
  onGoToCode(node: number, preserveFocus: boolean): void;
  /** A row was chosen with the pointer. */
  onPick(): void;
  onResizeTree(widthPx: number): void;
  onScroll(): void;
}

/** The scrolling part: rows of the tree, bars beside them, ancestors that stay on top. Only rows on screen exist. */
export class Waterfall {
  readonly element: HTMLElement;
  readonly rows: TreeRows;
  private readonly session: TimelineSession;
  private readonly frames: FrameCache;
  private readonly bars: Bars;
  private readonly canvas = element('canvas', { class: 'bars', attributes: { 'aria-hidden': 'true' } });
  private readonly ruler = element('canvas', {
    class: 'overview-ruler',
    attributes: { 'aria-hidden': 'true' },
  });
  private readonly splitter: HTMLElement;
  private readonly spacer: HTMLElement;
  private readonly stage: HTMLElement;
  private readonly scrolling = new Animation();
  private geometry: Geometry | undefined;

  constructor(session: TimelineSession, frames: FrameCache, patterns: Patterns, listener: WaterfallListener) {
    this.session = session;
    this.frames = frames;
    this.bars = new Bars(session, patterns);
    this.rows = new TreeRows(session, frames, patterns);
    this.splitter = element('div', { class: 'splitter', title: timelineWords.resizeTree() });
    this.stage = element('div', { class: 'stage' }, this.rows.element, this.canvas, this.splitter);
    this.spacer = element('div', { class: 'spacer' }, this.stage);
    this.element = element(
      'div',
      { class: 'waterfall-frame' },
      element('div', { class: 'scroller', attributes: { tabindex: '-1' } }, this.spacer),
      this.ruler,
    );
    this.listenToPointer(listener);
    this.scroller.addEventListener('scroll', () => {
      listener.onScroll();
    });
    onDrag(this.splitter, () => (event) => {
      listener.onResizeTree(event.clientX - this.scroller.getBoundingClientRect().left);
    });
  }

  get scroller(): HTMLElement {
    return this.element.firstElementChild as HTMLElement;
  }

  get widthPx(): number {
    return this.scroller.clientWidth;
  }

  get heightPx(): number {
    return this.scroller.clientHeight;
  }

  get scrollTopPx(): number {
    return this.scroller.scrollTop;
  }

  setScrollTop(topPx: number): void {
    this.scrolling.cancel();
    this.scroller.scrollTop = topPx;
  }

  focus(): void {
    this.rows.element.focus({ preventScroll: true });
  }

  /** Gives the list its length, so that it can be scrolled before anything is drawn. */
  prepare(geometry: Geometry): void {
    this.geometry = geometry;
    this.spacer.style.height = `${this.session.visible.count * geometry.rowHeightPx}px`;
  }

  draw(geometry: Geometry, theme: Theme, themeVersion: number): void {
    const { visible } = this.session;
    this.prepare(geometry);
    const scrollTopPx = this.scrollTopPx;
    this.stage.style.height = `${geometry.heightPx}px`;
    this.splitter.style.left = `${geometry.treeWidthPx}px`;
    this.canvas.style.left = `${geometry.treeWidthPx}px`;
    const first = Math.max(0, Math.floor(scrollTopPx / geometry.rowHeightPx) - overscanRows);
    const last = Math.min(
      visible.count,
      Math.ceil((scrollTopPx + geometry.heightPx) / geometry.rowHeightPx) + overscanRows,
    );
    const placed: PlacedRow[] = [];
    for (let index = first; index < last; index++) {
      placed.push({ node: visible.at(index), topPx: index * geometry.rowHeightPx - scrollTopPx });
    }
    const sticky = this.stickyRows(geometry, scrollTopPx);
    this.wantFrames([...sticky, ...placed]);
    this.rows.draw(placed, sticky, geometry, theme, themeVersion);
    const context = sizedContext(this.canvas, geometry.barsWidthPx, geometry.heightPx);
    this.bars.draw(context, placed, sticky, geometry, theme);
    this.ruler.hidden = this.session.found.length === 0;
    if (!this.ruler.hidden) {
      drawRuler(sizedContext(this.ruler, rulerWidthPx, geometry.heightPx), this.session, geometry, theme);
    }
  }

  /** Scrolls so that `node` is below the sticky rows and above the end. */
  show(node: number, animate: boolean): void {
    const { geometry } = this;
    const index = this.session.visible.indexOf(node);
    if (!geometry || index < 0) {
      return;
    }
    const topPx = index * geometry.rowHeightPx;
    const stickyPx = Math.min(this.session.tree.depth[node]!, geometry.stickyMost) * geometry.rowHeightPx;
    const from = this.scrollTopPx;
    let to = from;
    if (topPx < from + stickyPx) {
      to = topPx - stickyPx;
    } else if (topPx + geometry.rowHeightPx > from + geometry.heightPx) {
      to = topPx + geometry.rowHeightPx - geometry.heightPx;
    }
    // Far away, some rows around it say where one is.
    if (Math.abs(to - from) > geometry.heightPx) {
      to = topPx - Math.max(stickyPx, geometry.heightPx / 3);
    }
    to = Math.max(0, to);
    if (to === from) {
      return;
    }
    if (animate && Math.abs(to - from) < 4 * geometry.heightPx) {
      this.scrolling.run((share) => {
        this.scroller.scrollTop = from + (to - from) * share;
      });
    } else {
      this.setScrollTop(to);
    }
  }

  /** Lower than before: a row that could be seen, or was on the way, stays in view. */
  keepShown(node: number, geometry: Geometry): void {
    const before = this.geometry;
    const topPx = this.session.visible.indexOf(node) * geometry.rowHeightPx - this.scrollTopPx;
    const wasShown = before !== undefined && topPx >= 0 && topPx < before.heightPx;
    if (wasShown || this.scrolling.isRunning) {
      this.prepare(geometry);
      this.show(node, false);
    }
  }

  /** The time under an x coordinate of the window. */
  timeNsAt(clientX: number): number | undefined {
    const { geometry } = this;
    if (!geometry) {
      return undefined;
    }
    const left = this.scroller.getBoundingClientRect().left + geometry.treeWidthPx + axisLeftPx;
    return timeNsFromXPx(geometry.scale, clientX - left);
  }

  /** Ancestors of the first row below them that are scrolled out, outermost first. */
  private stickyRows(geometry: Geometry, scrollTopPx: number): PlacedRow[] {
    const { visible, tree } = this.session;
    const sticky: number[] = [];
    while (scrollTopPx > 0 && sticky.length < geometry.stickyMost) {
      // The row that would be the first below one more sticky row.
      const below = Math.floor(scrollTopPx / geometry.rowHeightPx) + sticky.length + 1;
      const candidate =
        below < visible.count ? ancestorAtDepth(tree, visible.at(below), sticky.length) : undefined;
      const ownTopPx = candidate === undefined ? Infinity : visible.indexOf(candidate) * geometry.rowHeightPx;
      if (candidate === undefined || ownTopPx >= scrollTopPx + sticky.length * geometry.rowHeightPx) {
        break;
      }
      sticky.push(candidate);
    }
    return sticky.map((node, index) => ({ node, topPx: index * geometry.rowHeightPx }));
  }

  private wantFrames(placed: readonly PlacedRow[]): void {
    const rows: number[] = [];
    for (const { node } of placed) {
      const row = this.session.rowOf(node);
      if (row !== undefined) {
        rows.push(row);
      }
    }
    this.frames.want(rows);
  }

  private listenToPointer(listener: WaterfallListener): void {
    const { session } = this;
    const grid = this.rows.element;
    grid.addEventListener('pointermove', (event) => {
      session.hover(nodeOf(event) ?? -1);
    });
    grid.addEventListener('pointerleave', () => {
      session.hover(-1);
    });
    grid.addEventListener('click', (event) => {
      const node = nodeOf(event);
      if (node === undefined) {
        return;
      }
      const target = event.target as HTMLElement;
      if (target.closest('.chevron.codicon')) {
        session.setCollapsed(node, !session.visible.isCollapsed(node));
        return;
      }
      session.select(node);
      if (target.closest('.location-text')) {
        listener.onGoToCode(node, true);
      } else {
        listener.onPick();
      }
    });
    grid.addEventListener('dblclick', (event) => {
      const node = nodeOf(event);
      if (node !== undefined && !(event.target as HTMLElement).closest('.chevron')) {
        listener.onGoToCode(node, false);
      }
    });
    this.scroller.addEventListener(
      'wheel',
      (event) => {
        this.scrolling.cancel();
        this.onWheel(event);
      },
      { passive: false },
    );
  }

  private onWheel(event: WheelEvent): void {
    const { session, geometry } = this;
    const deltaPx = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    const anchorNs = this.timeNsAt(event.clientX);
    if (!geometry || anchorNs === undefined) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      session.setViewport(zoomedViewport(session.viewport, wheelZoom ** -deltaPx, anchorNs, session.bounds));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const pannedPx = event.deltaX === 0 ? deltaPx : event.deltaX;
      const nsPerPx = (session.viewport.endNs - session.viewport.startNs) / geometry.scale.widthPx;
      session.setViewport(pannedViewport(session.viewport, pannedPx * nsPerPx, session.bounds));
    }
  }
}

function nodeOf(event: Event): number | undefined {
  const row = (event.target as HTMLElement).closest<HTMLElement>('.row');
  return row?.dataset['node'] === undefined ? undefined : Number(row.dataset['node']);
}

function ancestorAtDepth(tree: TimelineSession['tree'], node: number, depth: number): number | undefined {
  if (tree.depth[node]! <= depth) {
    return undefined;
  }
  let at = node;
  while (tree.depth[at]! > depth) {
    at = tree.parent[at]!;
  }
  return at;
}
