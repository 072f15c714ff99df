import { Latest } from '../../src/base/latest';
import { DisposableStore, type Disposable } from '../../src/base/disposable';
import type { Trace } from '../../src/core/model/trace';
import { durationText } from '../../src/core/timeline/durationText';
import { lastOrigin } from '../../src/core/timeline/errorOrigins';
import { growthMark } from '../../src/core/timeline/growthMark';
import {
  pannedViewport,
  viewportAround,
  viewportBetween,
  zoomedViewport,
  type Viewport,
} from '../../src/core/timeline/viewport';
import type { RpcClient } from '../../src/protocol/rpc';
import type {
  FrameReference,
  TimelineCommand,
  TimelineContract,
  TimelineState,
} from '../../src/protocol/timeline';
import { mergedText } from '../../src/words';
import { Animation } from '../shared/animation';
import { onDrag } from '../shared/drag';
import { element } from '../shared/element';
import { quietly } from '../shared/quietly';
import { onDidChangeTheme, readTheme, type Theme } from '../shared/theme';
import { problemBanner } from './banner';
import { DetailsPane, type DetailsLayout } from './details/detailsPane';
import { FindBar } from './findBar';
import { FrameCache } from './frameCache';
import { geometryOf, type Geometry } from './geometry';
import { Header } from './header';
import { HoverCard, lineCard, spanCard } from './hoverCard';
import { toggleKeysDialog } from './keysDialog';
import { handleTreeKey } from './treeKeys';
import { legend } from './legend';
import { Patterns } from './patterns';
import { TimelineSession } from './session';
import { stripCard } from './stripCard';
import { takeOver } from './takeOver';
import { TopStrip } from './topStrip';
import { Waterfall } from './waterfall';

const widePx = 900;
const narrowPx = 640;
const insteadPx = 420;
const zoomStep = 1.5;
const panShare = 0.15;
const saveDelayMs = 250;

/** One trace on screen: puts the parts together, draws at most once a frame, carries out commands, keeps the state. */
export class TimelineView implements Disposable {
  readonly element = element('div', { class: 'timeline' });
  private readonly session: TimelineSession;
  private readonly client: RpcClient<TimelineContract>;
  private readonly saveState: (state: TimelineState) => void;
  private readonly disposables = new DisposableStore();
  private readonly frames: FrameCache;
  private readonly patterns = new Patterns();
  private readonly card = new HoverCard();
  private readonly header: Header;
  private readonly findBar: FindBar;
  private readonly topStrip: TopStrip;
  private readonly waterfall: Waterfall;
  private readonly details: DetailsPane;
  private readonly legendCell = element('div', { class: 'legend-cell' });
  private readonly detailsSplitter = element('div', { class: 'details-splitter' });
  private readonly main = element('div', { class: 'main' });
  private readonly body = element('div', { class: 'body' });
  private readonly banner: HTMLElement | undefined;
  private readonly zooming = new Animation();
  private readonly following = new Latest();
  private theme: Theme;
  private themeVersion = 0;
  private drawRequested = false;
  private saveTimer: number | undefined;
  /** In a panel too narrow for both, whether the details have the place of the waterfall. */
  private insteadOpen = false;
  private legendKey = '';
  private geometry: Geometry | undefined;
  private options: Pick<
    TimelineState,
    | 'treeWidthPx'
    | 'detailsWidthPx'
    | 'detailsHeightPx'
    | 'detailsOpen'
    | 'detailsBelow'
    | 'findOpen'
    | 'followCode'
    | 'bannerClosed'
  >;
  private readonly folded: Set<string>;
  private compact: boolean;

  constructor(
    trace: Trace,
    client: RpcClient<TimelineContract>,
    options: {
      readonly state: TimelineState | undefined;
      /** The view of the same trace with fewer spans, whose place this one takes. */
      readonly before?: TimelineView;
      readonly compact: boolean;
      readonly editorBeside: boolean;
      readonly saveState: (state: TimelineState) => void;
    },
  ) {
    const { state } = options;
    this.session = new TimelineSession(trace);
    this.client = client;
    this.saveState = options.saveState;
    this.compact = options.compact;
    this.folded = new Set(state?.foldedSections ?? ['resource']);
    this.options = {
      detailsOpen: state?.detailsOpen ?? true,
      detailsBelow: state?.detailsBelow ?? false,
      findOpen: state?.findOpen ?? false,
      followCode: state?.followCode ?? true,
      bannerClosed: state?.bannerClosed ?? false,
      ...(state?.treeWidthPx === undefined ? {} : { treeWidthPx: state.treeWidthPx }),
      ...(state?.detailsWidthPx === undefined ? {} : { detailsWidthPx: state.detailsWidthPx }),
      ...(state?.detailsHeightPx === undefined ? {} : { detailsHeightPx: state.detailsHeightPx }),
    };
    this.theme = readTheme();
    this.frames = new FrameCache(client);
    this.header = new Header(this.session, (command) => {
      this.run(command);
    });
    this.findBar = new FindBar(this.session, {
      onStep: (forward) => {
        this.run(forward ? 'findNext' : 'findPrevious');
      },
      onClose: () => {
        this.closeFind();
      },
    });
    this.topStrip = new TopStrip(this.session, () => {
      this.requestDraw();
    });
    this.waterfall = new Waterfall(this.session, this.frames, this.patterns, {
      onGoToCode: (node, preserveFocus) => {
        this.openFrame({ row: this.session.rowOf(node) ?? -1 }, preserveFocus);
      },
      onResizeTree: (widthPx) => {
        this.options = { ...this.options, treeWidthPx: Math.round(widthPx) };
        this.requestDraw();
      },
      onPick: () => {
        this.insteadOpen = true;
        this.requestDraw();
      },
      onScroll: () => {
        this.card.hide();
        this.requestDraw();
      },
    });
    this.details = new DetailsPane(this.session, client, this.card, {
      isFolded: (id) => this.folded.has(id),
      setFolded: (id, folded) => {
        if (folded) {
          this.folded.add(id);
        } else {
          this.folded.delete(id);
        }
        this.requestSave();
      },
      onClose: () => {
        this.setDetailsOpen(false);
      },
      onToggleLayout: () => {
        this.options = { ...this.options, detailsBelow: this.detailsLayout() === 'right' };
        this.requestDraw();
      },
      onOpen: (reference) => {
        this.openFrame(reference, true);
      },
      onFind: (key, value) => {
        this.openFind(quoted(`${key}=${value}`));
      },
      onSelect: (node) => {
        this.goTo(node);
      },
    });
    this.details.editorBeside = options.editorBeside;
    this.banner = this.options.bannerClosed
      ? undefined
      : problemBanner(this.session, {
          onClose: () => {
            this.banner?.remove();
            this.options = { ...this.options, bannerClosed: true };
            this.requestDraw();
          },
          onShow: (row) => {
            this.goTo(this.session.tree.nodes[row]);
          },
        });
    this.assemble();
    this.listen();
    this.start(state, options.before);
  }

  /** Carries out what a key, the palette or a button asks. */
  run(command: TimelineCommand): void {
    const { session } = this;
    const { viewport, bounds } = session;
    switch (command) {
      case 'nextError':
      case 'previousError':
        this.goTo(session.neighbourOrigin(command === 'nextError'));
        break;
      case 'find':
        this.openFind(undefined);
        break;
      case 'findNext':
      case 'findPrevious':
        this.goTo(session.neighbourFound(command === 'findNext'));
        break;
      case 'zoomIn':
      case 'zoomOut':
        this.animateTo(
          zoomedViewport(
            viewport,
            command === 'zoomIn' ? zoomStep : 1 / zoomStep,
            this.zoomAnchorNs(),
            bounds,
          ),
        );
        break;
      case 'panLeft':
      case 'panRight': {
        const deltaNs = (viewport.endNs - viewport.startNs) * panShare;
        this.animateTo(pannedViewport(viewport, command === 'panRight' ? deltaNs : -deltaNs, bounds));
        break;
      }
      case 'zoomToSelection': {
        const row = session.rowOf(session.selected);
        if (row !== undefined) {
          this.animateTo(viewportAround(session.startNs(row), session.shownDurationNs(row), bounds));
        }
        break;
      }
      case 'zoomToTrace':
        this.animateTo(bounds);
        break;
      case 'collapseLevel':
      case 'expandLevel':
        session.stepLevel(command === 'collapseLevel');
        break;
      case 'toggleCriticalPath':
        session.setShowCriticalPath(!session.showCriticalPath);
        break;
      case 'toggleFollowCode':
        this.options = { ...this.options, followCode: !this.options.followCode };
        this.followCode();
        this.requestDraw();
        break;
      case 'toggleDetails':
        this.setDetailsOpen(!this.detailsOpen());
        break;
      case 'goToCode':
        this.openFrame({ row: session.rowOf(session.selected) ?? -1 }, false);
        break;
      case 'showKeys':
        toggleKeysDialog(this.element);
        break;
      case 'copyTraceId':
        quietly(this.client.call('copyText', { text: session.trace.traceId }));
        break;
    }
  }

  refreshLines(): void {
    this.frames.refresh();
    void this.details.refresh();
  }

  setEditorBeside(beside: boolean): void {
    this.details.setEditorBeside(beside);
  }

  setCompact(compact: boolean): void {
    this.compact = compact;
    this.requestDraw();
  }

  get growthMark(): string {
    return growthMark(this.session.trace);
  }

  focus(): void {
    this.waterfall.focus();
  }

  /** What would bring this view back. */
  state(): TimelineState {
    const { session } = this;
    const row = session.rowOf(session.selected);
    return {
      ...this.options,
      spanCount: session.trace.spans.count,
      collapsedNodes: session.visible.collapsedNodes(),
      viewport: session.viewport,
      ...(row === undefined ? {} : { selectedSpanId: session.spanId(row) }),
      scrollTopPx: this.waterfall.scrollTopPx,
      foldedSections: [...this.folded],
      showCriticalPath: session.showCriticalPath,
      findText: session.findText,
      findFilters: session.findFilters,
    };
  }

  dispose(): void {
    clearTimeout(this.saveTimer);
    this.disposables.dispose();
    this.element.remove();
  }

  private assemble(): void {
    const strip = element('div', { class: 'top-strip' }, this.legendCell, this.topStrip.element);
    strip.style.height = `${this.topStrip.heightPx}px`;
    this.main.append(strip, this.waterfall.element);
    this.body.append(this.main, this.detailsSplitter, this.details.element);
    this.element.append(this.header.element, ...(this.banner ? [this.banner] : []), this.findBar.element);
    this.element.append(this.body, this.card.element);
    this.findBar.element.hidden = !this.options.findOpen;
  }

  private listen(): void {
    const { session } = this;
    this.disposables.add(
      session.onDidChange((change) => {
        if (change === 'selection') {
          void this.details.show(session.rowOf(session.selected));
          this.followCode();
        } else if (change === 'hover') {
          this.card.leave();
        }
        this.requestDraw();
      }),
    );
    this.disposables.add(
      this.frames.onDidChange(() => {
        this.requestDraw();
      }),
    );
    this.disposables.add(
      onDidChangeTheme(() => {
        this.theme = readTheme();
        this.themeVersion++;
        this.requestDraw();
      }),
    );
    const resize = new ResizeObserver(() => {
      // At once: a frame with the old size would be stretched.
      this.draw();
    });
    resize.observe(this.element);
    this.disposables.add({
      dispose: () => {
        resize.disconnect();
      },
    });
    void document.fonts.load('14px codicon').then(() => {
      this.requestDraw();
    });
    const rows = this.waterfall.rows.element;
    rows.addEventListener('keydown', (event) => {
      handleTreeKey(event, session, {
        pageRows: Math.max(1, Math.floor(this.waterfall.heightPx / (this.geometry?.rowHeightPx ?? 24)) - 1),
        goTo: (node) => {
          this.zooming.cancel();
          this.goTo(node);
        },
        goToCode: (preserveFocus) => {
          this.openFrame({ row: session.rowOf(session.selected) ?? -1 }, preserveFocus);
        },
      });
    });
    rows.addEventListener('pointermove', (event) => {
      this.explain(event);
    });
    // Wherever it is let go: a row that was pressed waits to be filled anew.
    const onRelease = (): void => {
      this.requestDraw();
    };
    window.addEventListener('pointerup', onRelease);
    this.disposables.add({
      dispose: () => {
        window.removeEventListener('pointerup', onRelease);
      },
    });
    onDrag(this.detailsSplitter, () => (event) => {
      const box = this.body.getBoundingClientRect();
      this.options =
        this.detailsLayout() === 'right'
          ? { ...this.options, detailsWidthPx: Math.round(box.right - event.clientX) }
          : { ...this.options, detailsHeightPx: Math.round(box.bottom - event.clientY) };
      this.requestDraw();
    });
  }

  private start(state: TimelineState | undefined, before: TimelineView | undefined): void {
    const { session } = this;
    if (state) {
      session.restore(state);
    }
    if (before) {
      const rowOf = takeOver(session, before.session);
      this.frames.takeOver(before.frames, rowOf);
      const row = session.rowOf(session.selected);
      if (row !== undefined) {
        this.details.takeOver(before.details, row);
      }
    }
    if (session.selected < 0 && session.tree.count > 0) {
      const origin = lastOrigin(session.trace, session.origins);
      session.selected = session.tree.nodes[origin ?? session.mainRow()]!;
      session.visible.reveal(session.selected);
    }
    void this.details.show(session.rowOf(session.selected));
    // The view has a size only once it is in the page.
    requestAnimationFrame(() => {
      this.draw();
      if (state) {
        this.waterfall.setScrollTop(state.scrollTopPx + (before ? this.rowsMovedPx(before) : 0));
      } else {
        this.waterfall.show(session.selected, false);
        // Opening a trace splits no editor: that takes a person who moves through it.
        this.followCode(true);
      }
      this.draw();
    });
  }

  /** How far the selected row stands below where it stood before spans came above it. */
  private rowsMovedPx(before: TimelineView): number {
    const index = this.session.visible.indexOfShown(this.session.selected);
    const indexBefore = before.session.visible.indexOfShown(before.session.selected);
    return index < 0 || indexBefore < 0 ? 0 : (index - indexBefore) * (this.geometry?.rowHeightPx ?? 0);
  }

  private requestDraw(): void {
    this.requestSave();
    if (!this.drawRequested) {
      this.drawRequested = true;
      requestAnimationFrame(() => {
        this.drawRequested = false;
        this.draw();
      });
    }
  }

  private draw(): void {
    const widthPx = this.element.clientWidth;
    if (widthPx === 0) {
      return;
    }
    this.applyLayout(widthPx);
    const geometry = geometryOf(this.waterfall.widthPx, this.waterfall.heightPx, this.session.viewport, {
      panelPx: widthPx,
      compact: this.compact,
      wantedTreePx: this.options.treeWidthPx,
    });
    this.geometry = geometry;
    this.legendCell.style.width = `${geometry.treeWidthPx}px`;
    this.drawLegend(geometry);
    this.topStrip.draw(geometry, this.theme);
    this.waterfall.draw(geometry, this.theme, this.themeVersion);
    this.header.update({
      short: widthPx < narrowPx,
      findOpen: this.options.findOpen,
      followCode: this.options.followCode,
    });
    this.findBar.update();
  }

  private applyLayout(widthPx: number): void {
    const layout = this.detailsLayout();
    const { classList } = this.element;
    classList.toggle('wide', widthPx >= widePx);
    classList.toggle('narrow', widthPx < narrowPx);
    classList.toggle('tiny', widthPx < insteadPx);
    const open = this.detailsOpen();
    this.body.dataset['details'] = open ? layout : 'none';
    this.main.hidden = layout === 'instead' && open;
    this.details.element.hidden = !open;
    this.detailsSplitter.hidden = !open || layout === 'instead';
    const { style } = this.details.element;
    const bodyHeightPx = this.body.clientHeight;
    if (layout === 'right') {
      const mostPx = widthPx / 2;
      style.width = `${Math.min(Math.max(this.options.detailsWidthPx ?? 372, 280), mostPx)}px`;
      style.height = '';
    } else {
      style.width = '';
      const wantedPx = this.options.detailsHeightPx ?? Math.min(Math.max(bodyHeightPx * 0.42, 266), 358);
      style.height = layout === 'instead' ? '' : `${Math.min(Math.max(wantedPx, 100), bodyHeightPx - 140)}px`;
    }
    this.details.setLayout(layout);
  }

  private detailsOpen(): boolean {
    return this.detailsLayout() === 'instead' ? this.insteadOpen : this.options.detailsOpen;
  }

  private detailsLayout(): DetailsLayout {
    const widthPx = this.element.clientWidth;
    if (widthPx < insteadPx) {
      return 'instead';
    }
    if (widthPx < narrowPx) {
      return 'below-one';
    }
    return widthPx < widePx || this.options.detailsBelow ? 'below-two' : 'right';
  }

  private drawLegend(geometry: Geometry): void {
    const { session } = this;
    let merged = 0;
    for (let index = 0; index < Math.min(session.visible.count, 1000); index++) {
      const node = session.visible.at(index);
      merged += session.isStrip(node) ? session.hiddenBelow(node) : 0;
    }
    const pixelNs = (geometry.scale.endNs - geometry.scale.startNs) / geometry.scale.widthPx;
    const key = `${geometry.treeWidthPx} ${this.themeVersion} ${merged} ${merged > 0 ? pixelNs : 0}`;
    if (key === this.legendKey) {
      return;
    }
    this.legendKey = key;
    const noteHeightPx = merged > 0 ? 18 : 0;
    this.legendCell.replaceChildren(
      legend(session, this.theme, this.patterns, geometry.treeWidthPx, this.topStrip.heightPx - noteHeightPx),
      ...(merged > 0
        ? [element('div', { class: 'dim merged', text: mergedText(durationText(pixelNs), merged) })]
        : []),
    );
  }

  /** The card for what is under the pointer: the line over its text, else the bar. */
  private explain(event: PointerEvent): void {
    const { session, geometry } = this;
    const target = event.target as HTMLElement;
    const rowElement = target.closest<HTMLElement>('.row');
    const node = rowElement?.dataset['node'] === undefined ? -1 : Number(rowElement.dataset['node']);
    const row = session.rowOf(node);
    if (!geometry || !rowElement || row === undefined) {
      this.card.leave();
      return;
    }
    const location = target.closest<HTMLElement>('.location');
    const frame = this.frames.get(row);
    if (location && frame) {
      this.card.request(`line ${row}`, {
        box: location.getBoundingClientRect(),
        content: () =>
          lineCard(frame, () => {
            this.openFrame({ row }, true);
          }),
      });
      return;
    }
    const barsLeftPx = this.waterfall.scroller.getBoundingClientRect().left + geometry.treeWidthPx;
    const timeNs = this.waterfall.timeNsAt(event.clientX);
    if (event.clientX < barsLeftPx || timeNs === undefined) {
      this.card.leave();
      return;
    }
    const pixelNs = (geometry.scale.endNs - geometry.scale.startNs) / geometry.scale.widthPx;
    const rowBox = rowElement.getBoundingClientRect();
    const box = new DOMRect(event.clientX, rowBox.top, 1, rowBox.height);
    if (session.isStrip(node)) {
      this.card.request(`strip ${node} ${Math.round(event.clientX / 4)}`, {
        box,
        content: () => stripCard(session, node, timeNs - pixelNs, timeNs + pixelNs),
      });
    } else if (
      timeNs >= session.startNs(row) - 4 * pixelNs &&
      timeNs <= session.startNs(row) + session.shownDurationNs(row) + 4 * pixelNs
    ) {
      this.card.request(`span ${row}`, { box, content: () => spanCard(session, row) });
    } else {
      this.card.leave();
    }
  }

  private goTo(node: number | undefined): void {
    if (node === undefined) {
      return;
    }
    this.session.reveal(node);
    // Rows may have appeared, so their places count only after a draw.
    this.draw();
    this.waterfall.show(node, true);
  }

  private openFind(text: string | undefined): void {
    this.options = { ...this.options, findOpen: true };
    this.findBar.element.hidden = false;
    if (text !== undefined) {
      this.session.setFind(text, this.session.findFilters);
    }
    this.findBar.focus();
    this.requestDraw();
  }

  private closeFind(): void {
    this.options = { ...this.options, findOpen: false };
    this.findBar.element.hidden = true;
    this.session.setFind('', false);
    this.focus();
  }

  private setDetailsOpen(open: boolean): void {
    if (this.detailsLayout() === 'instead') {
      this.insteadOpen = open;
    } else {
      this.options = { ...this.options, detailsOpen: open };
    }
    this.draw();
    this.focus();
  }

  private followCode(onlyBeside = false): void {
    const row = this.session.rowOf(this.session.selected);
    if (this.options.followCode && row !== undefined) {
      quietly(
        this.following.run((signal) =>
          this.client.call('openFrame', { row, preserveFocus: true, follows: true, onlyBeside }, signal),
        ),
      );
    }
  }

  private openFrame(reference: FrameReference, preserveFocus: boolean): void {
    this.card.hide();
    if (reference.row >= 0) {
      quietly(this.client.call('openFrame', { ...reference, preserveFocus }));
    }
  }

  private animateTo(to: Viewport): void {
    const from = this.session.viewport;
    this.zooming.run((share) => {
      this.session.setViewport(share === 1 ? to : viewportBetween(from, to, share));
    });
  }

  /** Zooming by key keeps the selection in place where it is in view, else the middle. */
  private zoomAnchorNs(): number {
    const { session } = this;
    const { startNs, endNs } = session.viewport;
    const row = session.rowOf(session.selected);
    if (row !== undefined) {
      const middleNs = session.startNs(row) + session.shownDurationNs(row) / 2;
      if (middleNs >= startNs && middleNs <= endNs) {
        return middleNs;
      }
    }
    return (startNs + endNs) / 2;
  }

  private requestSave(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = window.setTimeout(() => {
      this.saveState(this.state());
    }, saveDelayMs);
  }
}

function quoted(text: string): string {
  return /[\s"]/.test(text) && !text.includes('"') ? `"${text}"` : text;
}
