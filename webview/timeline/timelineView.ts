import { DisposableStore, disposable, type Disposable } from '../../src/base/disposable';
import type { Trace } from '../../src/core/model/trace';
import { lastOrigin } from '../../src/core/timeline/errorOrigins';
import { growthMark } from '../../src/core/timeline/growthMark';
import type { RpcClient } from '../../src/protocol/rpc';
import type {
  FrameReference,
  TimelineCommand,
  TimelineContract,
  TimelineState,
} from '../../src/protocol/timeline';
import { afterPaint } from '../shared/afterPaint';
import { element } from '../shared/element';
import { quietly } from '../shared/quietly';
import { onDidChangeTheme, readTheme, type Theme } from '../shared/theme';
import { loadToolkit } from '../shared/toolkit';
import { problemBanner } from './banner';
import { CodeNavigation } from './codeNavigation';
import { DetailsPane } from './details/detailsPane';
import { FindBar } from './findBar';
import { FrameCache } from './frameCache';
import { geometryOf, type Geometry } from './geometry';
import { Header } from './header';
import { HoverCard } from './hoverCard';
import { toggleKeysDialog } from './keysDialog';
import { LegendCell } from './legend';
import { PanelLayout } from './panelLayout';
import { Patterns } from './patterns';
import { requestPointerCard } from './pointerCard';
import { TimelineSession } from './session';
import { takeOver } from './takeOver';
import { TopStrip } from './topStrip';
import { handleTreeKey } from './treeKeys';
import { Waterfall } from './waterfall';
import { Zooming } from './zooming';

const saveDelayMs = 250;

/** What a view is opened with. */
export interface TimelineViewOptions {
  readonly state: TimelineState | undefined;
  /** The view of the same trace with fewer spans, whose place this one takes. */
  readonly before: TimelineView | undefined;
  readonly compact: boolean;
  readonly editorBeside: boolean;
  readonly saveState: (state: TimelineState) => void;
}

/** One trace on screen: puts the parts together, draws at most once a frame, carries out commands, keeps the state. */
export class TimelineView implements Disposable {
  readonly element = element('div', { class: 'timeline' });
  private readonly session: TimelineSession;
  private readonly client: RpcClient<TimelineContract>;
  private readonly opening: TimelineViewOptions;
  private readonly disposables = new DisposableStore();
  private readonly frames: FrameCache;
  private readonly code: CodeNavigation;
  private readonly zooming: Zooming;
  private readonly card = new HoverCard();
  private readonly header: Header;
  private readonly topStrip: TopStrip;
  private readonly legend: LegendCell;
  private readonly waterfall: Waterfall;
  private readonly details: DetailsPane;
  private readonly layout: PanelLayout;
  private readonly banner: HTMLElement | undefined;
  private findBar: FindBar | undefined;
  private theme: Theme = readTheme();
  private themeVersion = 0;
  private drawRequested = false;
  private saveTimer: number | undefined;
  private geometry: Geometry | undefined;
  private options: Pick<TimelineState, 'treeWidthPx' | 'findOpen' | 'followCode' | 'bannerClosed'>;
  private readonly folded: Set<string>;
  private compact: boolean;

  /** Goes on with the parts; what the first frame does not show waits for {@link start}. */
  constructor(trace: Trace, client: RpcClient<TimelineContract>, opening: TimelineViewOptions) {
    const { state, before } = opening;
    this.session = new TimelineSession(trace);
    this.client = client;
    this.opening = opening;
    this.compact = opening.compact;
    this.folded = new Set(state?.foldedSections ?? ['resource']);
    this.options = {
      findOpen: state?.findOpen ?? false,
      followCode: state?.followCode ?? true,
      bannerClosed: state?.bannerClosed ?? false,
      ...(state?.treeWidthPx === undefined ? {} : { treeWidthPx: state.treeWidthPx }),
    };
    this.frames = new FrameCache(client);
    this.code = new CodeNavigation(client);
    this.zooming = new Zooming(this.session);
    const patterns = new Patterns();
    this.header = new Header(this.session, (command) => {
      this.run(command);
    });
    this.topStrip = new TopStrip(this.session, () => {
      this.requestDraw();
    });
    this.legend = new LegendCell(this.session, patterns, this.topStrip.heightPx);
    this.waterfall = this.newWaterfall(patterns);
    this.details = this.newDetails();
    this.layout = new PanelLayout(
      this.element,
      this.details.element,
      {
        detailsOpen: state?.detailsOpen ?? true,
        detailsBelow: state?.detailsBelow ?? false,
        ...(state?.detailsWidthPx === undefined ? {} : { detailsWidthPx: state.detailsWidthPx }),
        ...(state?.detailsHeightPx === undefined ? {} : { detailsHeightPx: state.detailsHeightPx }),
      },
      () => {
        this.requestDraw();
      },
    );
    this.banner = this.options.bannerClosed ? undefined : this.newBanner();
    this.assemble();
    this.goOn(state, before);
    this.listen();
  }

  /** Draws the first frame of a view that is in the page now, and brings the rest after it. */
  start(options: { readonly focus: boolean }): void {
    const { state, before } = this.opening;
    this.geometry = this.measure();
    if (this.geometry) {
      this.waterfall.prepare(this.geometry);
      if (state) {
        this.waterfall.setScrollTop(state.scrollTopPx + (before ? this.rowsMovedPx(before) : 0));
      } else {
        this.waterfall.show(this.session.selected, false);
      }
    }
    this.draw();
    if (before) {
      this.bringRest(options);
    } else {
      afterPaint(() => {
        if (this.element.isConnected) {
          this.bringRest(options);
        }
      });
    }
  }

  /** Carries out what a key, the palette or a button asks. */
  run(command: TimelineCommand): void {
    const { session, zooming } = this;
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
        zooming.step(command === 'zoomIn');
        break;
      case 'panLeft':
      case 'panRight':
        zooming.pan(command === 'panRight');
        break;
      case 'zoomToSelection':
        zooming.toSelection();
        break;
      case 'zoomToTrace':
        zooming.toTrace();
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
        this.followCode(false);
        this.requestDraw();
        break;
      case 'toggleDetails':
        this.setDetailsOpen(!this.layout.isOpen);
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
      ...this.layout.choices,
      folds: session.folds(),
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

  private newWaterfall(patterns: Patterns): Waterfall {
    return new Waterfall(this.session, this.frames, patterns, {
      onGoToCode: (node, preserveFocus) => {
        this.openFrame({ row: this.session.rowOf(node) ?? -1 }, preserveFocus);
      },
      onResizeTree: (widthPx) => {
        this.options = { ...this.options, treeWidthPx: Math.round(widthPx) };
        this.requestDraw();
      },
      onPick: () => {
        this.layout.insteadOpen = true;
        this.requestDraw();
      },
      onScroll: () => {
        this.card.hide();
        this.requestDraw();
      },
    });
  }

  private newDetails(): DetailsPane {
    return new DetailsPane(this.session, this.client, this.card, {
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
        this.layout.turn();
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
  }

  private newBanner(): HTMLElement | undefined {
    return problemBanner(this.session, {
      onClose: () => {
        this.banner?.remove();
        this.options = { ...this.options, bannerClosed: true };
        this.requestDraw();
      },
      onShow: (row) => {
        this.goTo(this.session.tree.nodes[row]);
      },
    });
  }

  private assemble(): void {
    const strip = element('div', { class: 'top-strip' }, this.legend.element, this.topStrip.element);
    strip.style.height = `${this.topStrip.heightPx}px`;
    this.layout.main.append(strip, this.waterfall.element);
    this.element.append(this.header.element, ...(this.banner ? [this.banner] : []));
    this.element.append(this.layout.body, this.card.element);
    if (this.options.findOpen) {
      this.findBar = this.newFindBar();
    }
  }

  /** The find bar above the body: made when it is first wanted. */
  private newFindBar(): FindBar {
    const findBar = new FindBar(this.session, {
      onStep: (forward) => {
        this.run(forward ? 'findNext' : 'findPrevious');
      },
      onClose: () => {
        this.closeFind();
      },
    });
    this.layout.body.before(findBar.element);
    return findBar;
  }

  /** Where a person left this trace, or where its failure is. */
  private goOn(state: TimelineState | undefined, before: TimelineView | undefined): void {
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
  }

  private listen(): void {
    const { session, disposables } = this;
    const requestDraw = (): void => {
      this.requestDraw();
    };
    disposables.add(
      session.onDidChange((change) => {
        if (change === 'selection') {
          void this.details.show(session.rowOf(session.selected));
          this.followCode(false);
        } else if (change === 'hover') {
          this.card.leave();
        }
        this.requestDraw();
      }),
    );
    disposables.add(this.frames.onDidChange(requestDraw));
    disposables.add(
      onDidChangeTheme(() => {
        this.theme = readTheme();
        this.themeVersion++;
        this.requestDraw();
      }),
    );
    const resize = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = this.element;
      // At once: a frame with the old size would be stretched.
      if (this.geometry?.panelWidthPx !== clientWidth || this.geometry.panelHeightPx !== clientHeight) {
        this.draw();
      }
    });
    resize.observe(this.element);
    disposables.add(
      disposable(() => {
        resize.disconnect();
      }),
    );
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
    window.addEventListener('pointerup', requestDraw);
    disposables.add(
      disposable(() => {
        window.removeEventListener('pointerup', requestDraw);
      }),
    );
  }

  /** What the first frame does without: focus, details, the toolkit's elements, the line in the editor. */
  private bringRest(options: { readonly focus: boolean }): void {
    if (options.focus) {
      this.focus();
    }
    this.details.editorBeside = this.opening.editorBeside;
    void this.details.show(this.session.rowOf(this.session.selected));
    if (!this.opening.state) {
      // Opening a trace splits no editor: that takes a person who moves through it.
      this.followCode(true);
    }
    // Icons in canvases, and states of buttons, are drawn once there is what shows them.
    void Promise.all([document.fonts.load('14px codicon'), loadToolkit()]).then(() => {
      this.requestDraw();
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
    const geometry = this.measure();
    if (!geometry) {
      return;
    }
    this.geometry = geometry;
    // The waterfall first: it asks how far it is scrolled, and that costs a layout where anything was written before.
    this.waterfall.draw(geometry, this.theme, this.themeVersion);
    this.legend.draw(geometry, this.theme, this.themeVersion);
    this.topStrip.draw(geometry, this.theme);
    this.header.update({
      short: this.layout.isNarrow,
      findOpen: this.options.findOpen,
      followCode: this.options.followCode,
    });
    this.findBar?.update();
  }

  /** Lays out the panel and measures it; `undefined` while it is not shown. */
  private measure(): Geometry | undefined {
    const { clientWidth: panelWidthPx, clientHeight: panelHeightPx } = this.element;
    if (panelWidthPx === 0) {
      return undefined;
    }
    this.layout.apply(panelWidthPx);
    this.details.setLayout(this.layout.kind);
    return geometryOf(this.waterfall.widthPx, this.waterfall.heightPx, this.session.viewport, {
      panelWidthPx,
      panelHeightPx,
      compact: this.compact,
      wantedTreePx: this.options.treeWidthPx,
    });
  }

  private explain(event: PointerEvent): void {
    const { geometry, waterfall } = this;
    if (geometry) {
      requestPointerCard(this.card, event, {
        session: this.session,
        frames: this.frames,
        geometry,
        barsLeftPx: waterfall.scroller.getBoundingClientRect().left + geometry.treeWidthPx,
        timeNsAt: (clientX) => waterfall.timeNsAt(clientX),
        onGo: (row) => {
          this.openFrame({ row }, true);
        },
      });
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
    this.findBar ??= this.newFindBar();
    this.findBar.element.hidden = false;
    if (text !== undefined) {
      this.session.setFind(text, this.session.findFilters);
    }
    this.findBar.focus();
    this.requestDraw();
  }

  private closeFind(): void {
    this.options = { ...this.options, findOpen: false };
    if (this.findBar) {
      this.findBar.element.hidden = true;
    }
    this.session.setFind('', false);
    this.focus();
  }

  private setDetailsOpen(open: boolean): void {
    this.layout.setOpen(open);
    this.draw();
    this.focus();
  }

  private followCode(onlyBeside: boolean): void {
    const row = this.session.rowOf(this.session.selected);
    if (this.options.followCode && row !== undefined) {
      this.code.follow(row, onlyBeside);
    }
  }

  private openFrame(reference: FrameReference, preserveFocus: boolean): void {
    this.card.hide();
    this.code.open(reference, preserveFocus);
  }

  private requestSave(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = window.setTimeout(() => {
      this.opening.saveState(this.state());
    }, saveDelayMs);
  }
}

function quoted(text: string): string {
  return /[\s"]/.test(text) && !text.includes('"') ? `"${text}"` : text;
}
