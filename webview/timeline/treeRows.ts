import { SpanFlag } from '../../src/core/model/trace';
import { durationText } from '../../src/core/timeline/durationText';
import { ErrorRole } from '../../src/core/timeline/errorOrigins';
import {
  failureWords,
  foundBelowText,
  orphanHeadingText,
  spanCountText,
  spanRowLabel,
  timelineWords,
} from '../../src/words';
import { sizedContext } from '../shared/canvas';
import { element, icon } from '../shared/element';
import type { Theme } from '../shared/theme';
import type { PlacedRow } from './bars';
import type { FrameCache } from './frameCache';
import type { Geometry } from './geometry';
import { drawSwatch } from './legend';
import { locationLabel, rowLocation } from './location';
import type { Patterns } from './patterns';
import type { TimelineSession } from './session';

const serviceBarHeightPx = 14;
const patternBarPx = 7;

interface RowSlot {
  readonly row: HTMLElement;
  signature: string;
}

/** Row elements by the node they show, and those to be used again. */
interface RowPool {
  readonly shown: Map<number, RowSlot>;
  readonly free: RowSlot[];
}

/** Rows of the tree column: elements for what is on screen, used again while scrolling. They are the accessible view of the canvas. */
export class TreeRows {
  readonly element: HTMLElement;
  private readonly session: TimelineSession;
  private readonly frames: FrameCache;
  private readonly patterns: Patterns;
  private readonly pool: RowPool = { shown: new Map(), free: [] };
  private readonly stickyPool: RowPool = { shown: new Map(), free: [] };
  private readonly stickyLayer: HTMLElement;

  constructor(session: TimelineSession, frames: FrameCache, patterns: Patterns) {
    this.session = session;
    this.frames = frames;
    this.patterns = patterns;
    this.stickyLayer = element('div', { class: 'sticky-layer', attributes: { role: 'presentation' } });
    this.element = element(
      'div',
      {
        class: 'tree-rows',
        attributes: { role: 'treegrid', tabindex: '0', 'aria-label': timelineWords.spans() },
      },
      this.stickyLayer,
    );
  }

  /** `theme` and `geometry` are part of what a row shows, so each row is rebuilt when its signature differs. */
  draw(
    rows: readonly PlacedRow[],
    sticky: readonly PlacedRow[],
    geometry: Geometry,
    theme: Theme,
    themeVersion: number,
  ): void {
    const { session } = this;
    this.element.setAttribute('aria-rowcount', String(session.visible.count));
    this.place(this.pool, this.element, rows, geometry, theme, themeVersion, false);
    this.place(this.stickyPool, this.stickyLayer, sticky, geometry, theme, themeVersion, true);
    this.stickyLayer.style.height = `${sticky.length * geometry.rowHeightPx}px`;
    this.stickyLayer.hidden = sticky.length === 0;
    const selectedId = rows.some(({ node }) => node === session.selected) ? `span-${session.selected}` : '';
    if (selectedId === '') {
      this.element.removeAttribute('aria-activedescendant');
    } else {
      this.element.setAttribute('aria-activedescendant', selectedId);
    }
  }

  /** Rows that stay on screen keep their elements and only move; the elements stand in the order of the rows, for screen readers. */
  private place(
    pool: RowPool,
    parent: HTMLElement,
    rows: readonly PlacedRow[],
    geometry: Geometry,
    theme: Theme,
    themeVersion: number,
    sticky: boolean,
  ): void {
    const wanted = new Set(rows.map(({ node }) => node));
    for (const [node, slot] of pool.shown) {
      if (!wanted.has(node)) {
        slot.row.remove();
        pool.shown.delete(node);
        pool.free.push(slot);
      }
    }
    let next: HTMLElement | null = null;
    for (const placed of rows.toReversed()) {
      let slot = pool.shown.get(placed.node);
      if (!slot) {
        slot = pool.free.pop() ?? {
          row: element('div', { class: 'row', attributes: { role: sticky ? 'presentation' : 'row' } }),
          signature: '',
        };
        pool.shown.set(placed.node, slot);
      }
      const { row } = slot;
      if (row.parentElement !== parent || row.nextElementSibling !== next) {
        parent.insertBefore(row, next);
      }
      next = row;
      row.style.transform = `translateY(${placed.topPx}px)`;
      const signature = this.signature(placed.node, geometry, themeVersion);
      // A row that is pressed keeps its elements: without the one that was pressed there would be no click.
      if (signature !== slot.signature && !row.matches(':active')) {
        slot.signature = signature;
        this.fill(row, placed.node, geometry, theme, sticky);
      }
    }
  }

  private signature(node: number, geometry: Geometry, themeVersion: number): string {
    const { session } = this;
    const row = session.rowOf(node);
    const location = row === undefined ? undefined : this.frames.get(row)?.location;
    return [
      node,
      geometry.treeWidthPx,
      geometry.rowHeightPx,
      themeVersion,
      node === session.selected,
      node === session.hovered,
      session.visible.isCollapsed(node),
      session.visible.indexOf(node),
      row === undefined ? '' : session.isFound[row],
      session.findText,
      location
        ? `${location.path}:${location.lineBase1}:${location.grade}`
        : row === undefined || this.frames.isKnown(row),
    ].join(' ');
  }

  private fill(target: HTMLElement, node: number, geometry: Geometry, theme: Theme, sticky: boolean): void {
    const { session } = this;
    const row = session.rowOf(node);
    target.dataset['node'] = String(node);
    target.className = [
      'row',
      node === session.selected ? 'selected' : '',
      node === session.hovered ? 'hovered' : '',
      row === undefined ? 'heading' : '',
    ]
      .filter(Boolean)
      .join(' ');
    target.style.height = `${geometry.rowHeightPx}px`;
    if (!sticky) {
      target.id = `span-${node}`;
      this.describe(target, node, row);
    }
    const tree = element('div', { class: 'tree-cell', attributes: { role: 'gridcell' } });
    tree.style.width = `${geometry.treeWidthPx}px`;
    const depth = session.tree.depth[node]!;
    const indent = element('span', { class: 'indent' });
    // Deep traces would push everything out: from 40 % of the column on, levels share what is left.
    const indentPx = Math.min(
      depth * geometry.indentPx,
      Math.floor(geometry.treeWidthPx * mostIndentShare(geometry)),
    );
    indent.style.width = `${indentPx}px`;
    indent.style.setProperty('--indent', `${geometry.indentPx}px`);
    tree.append(indent, this.chevron(node));
    if (row === undefined) {
      tree.append(
        icon('warning', 'row-mark warning'),
        element('span', { class: 'name dim', text: this.headingText(node) }),
      );
    } else {
      this.fillSpan(tree, node, row, theme);
    }
    target.replaceChildren(tree);
  }

  private fillSpan(tree: HTMLElement, node: number, row: number, theme: Theme): void {
    const { session } = this;
    tree.append(this.serviceBar(session.slot(row), theme));
    const role = session.roles[row];
    if (role !== ErrorRole.none) {
      tree.append(icon(role === ErrorRole.origin ? 'error' : 'close', 'row-mark error'));
    }
    const odd = oddities(session, row);
    if (odd !== '') {
      const mark = icon('warning', 'row-mark warning');
      mark.title = odd;
      tree.append(mark);
    }
    const name = session.name(row) || failureWords.unnamed();
    const label = element(
      'span',
      { class: 'label' },
      element('span', { class: session.isFound[row] === 1 ? 'name found' : 'name', text: name }),
    );
    tree.append(label);
    const hidden = session.hiddenBelow(node);
    if (hidden > 0) {
      label.append(element('span', { class: 'count', text: spanCountText(hidden + 1) }));
      const found = session.found.length > 0 ? session.foundBelow(node) : 0;
      if (found > 0) {
        label.append(element('span', { class: 'count', text: foundBelowText(found) }));
      }
    }
    const parent = session.trace.parent[row]!;
    const service = session.serviceName(row);
    if (parent < 0 || session.serviceName(parent) !== service) {
      label.append(element('span', { class: 'service', text: service }));
    }
    const frame = this.frames.get(row);
    if (frame) {
      const location = rowLocation(frame);
      location.classList.toggle('origin', role === ErrorRole.origin);
      tree.append(location);
    } else if (this.frames.isKnown(row)) {
      tree.append(element('span', { class: 'location unknown', text: failureWords.noLine() }));
    }
  }

  private serviceBar(slot: number, theme: Theme): HTMLElement {
    if (!theme.highContrast) {
      // A plain element: forty canvases a frame cost more than all bars.
      const bar = element('span', { class: 'service-bar' });
      bar.style.background = theme.services[slot]!;
      return bar;
    }
    const canvas = element('canvas', { class: 'service-bar wide', attributes: { 'aria-hidden': 'true' } });
    const context = sizedContext(canvas, patternBarPx, serviceBarHeightPx);
    drawSwatch(context, slot, theme, this.patterns, patternBarPx, serviceBarHeightPx);
    return canvas;
  }

  private chevron(node: number): HTMLElement {
    if (!this.session.visible.hasChildren(node)) {
      return element('span', { class: 'chevron' });
    }
    return icon(this.session.visible.isCollapsed(node) ? 'chevron-right' : 'chevron-down', 'chevron');
  }

  private headingText(node: number): string {
    const heading = this.session.tree.headings[-1 - this.session.tree.rows[node]!]!;
    return orphanHeadingText(this.session.strings.get(heading.service));
  }

  private describe(target: HTMLElement, node: number, row: number | undefined): void {
    const { session } = this;
    target.setAttribute('aria-rowindex', String(session.visible.indexOf(node) + 1));
    target.setAttribute('aria-level', String(session.tree.depth[node]! + 1));
    target.setAttribute('aria-selected', String(node === session.selected));
    if (session.visible.hasChildren(node)) {
      target.setAttribute('aria-expanded', String(!session.visible.isCollapsed(node)));
    } else {
      target.removeAttribute('aria-expanded');
    }
    const hidden = session.hiddenBelow(node);
    target.setAttribute(
      'aria-label',
      row === undefined
        ? this.headingText(node)
        : spanRowLabel({
            name: session.name(row),
            service: session.serviceName(row),
            duration: durationText(session.shownDurationNs(row)),
            role: roleNames[session.roles[row]!] ?? 'none',
            ...(this.frames.isKnown(row) ? { location: locationLabel(this.frames.get(row)) } : {}),
            ...(hidden > 0 ? { hidden } : {}),
          }),
    );
  }
}

const roleNames = ['none', 'passedThrough', 'origin'] as const;

/** What is odd about a span's time or place, in words; empty where nothing is. An open end is drawn, so it is not among them. */
export function oddities(session: TimelineSession, row: number): string {
  return [
    session.hasFlag(row, SpanFlag.negativeDuration) ? timelineWords.endsBeforeStart() : '',
    session.hasFlag(row, SpanFlag.cycle) ? timelineWords.cutCycle() : '',
    session.hasFlag(row, SpanFlag.clamped) ? timelineWords.farInTime() : '',
    session.hasFlag(row, SpanFlag.skewed) ? timelineWords.outsideParent() : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Deep rows keep room for a name beside their line, which is never cut; a narrow tree has less to give. */
function mostIndentShare({ treeWidthPx }: Geometry): number {
  return treeWidthPx < 320 ? 0.2 : 0.4;
}
