import { DisposableStore, disposable, type Disposable } from '../../src/base/disposable';
import type { Trace } from '../../src/core/model/trace';
import { growthMark } from '../../src/core/timeline/growthMark';
import type { RpcClient } from '../../src/protocol/rpc';
import type {
  FrameReference,
  TimelineCommand,
  TimelineContract,
  TimelineState,
} from '../../src/protocol/timeline';
import { afterPaint } from '../shared/afterPaint';
import { quietly } from '../shared/quietly';
import { loadToolkit } from '../shared/toolkit';
import { CodeNavigation } from './codeNavigation';
import { Drawing } from './drawing';
import { FrameCache } from './frameCache';
import { HoverCard } from './hoverCard';
import { toggleKeysDialog } from './keysDialog';
import { showFindBar, timelineParts, type TimelineActions, type TimelineParts } from './parts';
import { requestPointerCard } from './pointerCard';
import { TimelineSession } from './session';
import { rowsBefore, takeOver } from './takeOver';
import { handleTreeKey } from './treeKeys';
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

/** One trace on screen: carries out commands and what its parts ask, has what changed drawn, keeps the state. */
export class TimelineView implements Disposable, TimelineActions {
  private readonly session: TimelineSession;
  private readonly client: RpcClient<TimelineContract>;
  private readonly opening: TimelineViewOptions;
  private readonly disposables = new DisposableStore();
  private readonly frames: FrameCache;
  private readonly code: CodeNavigation;
  private readonly zooming: Zooming;
  private readonly card = new HoverCard();
  private readonly parts: TimelineParts;
  private readonly drawing: Drawing;
  private readonly folded: Set<string>;
  private options: Pick<TimelineState, 'treeWidthPx' | 'findOpen' | 'followCode' | 'bannerClosed'>;
  private compact: boolean;
  private saveTimer: number | undefined;

  /** Makes what the first frame shows; {@link start} shows it, and brings the rest. */
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
    const { session, frames, card } = this;
    const layout = {
      detailsOpen: state?.detailsOpen ?? true,
      detailsBelow: state?.detailsBelow ?? false,
      ...(state?.detailsWidthPx === undefined ? {} : { detailsWidthPx: state.detailsWidthPx }),
      ...(state?.detailsHeightPx === undefined ? {} : { detailsHeightPx: state.detailsHeightPx }),
    };
    this.parts = timelineParts({ session, client, frames, card, layout, shown: this.options }, this);
    this.drawing = this.disposables.add(
      new Drawing(session, this.parts, () => ({ ...this.options, compact: this.compact })),
    );
    this.goOn(state, before);
    this.listen();
  }

  get element(): HTMLElement {
    return this.parts.panel;
  }

  get growthMark(): string {
    return growthMark(this.session.trace);
  }

  /** Draws the first frame of a view that is in the page now, and brings the rest after it. */
  start(options: { readonly focus: boolean }): void {
    const { session } = this;
    const { state, before } = this.opening;
    const { waterfall } = this.parts;
    const geometry = this.drawing.measure();
    if (geometry) {
      waterfall.prepare(geometry);
      if (state) {
        const movedPx = before ? rowsBefore(session, before.session) * geometry.rowHeightPx : 0;
        waterfall.setScrollTop(state.scrollTopPx + movedPx);
      } else {
        waterfall.show(session.selected, false);
      }
    }
    this.drawing.draw();
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
        this.setDetailsOpen(!this.parts.layout.isOpen);
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

  goTo(node: number | undefined): void {
    if (node === undefined) {
      return;
    }
    this.session.reveal(node);
    // Rows may have appeared, so their places count only after a draw.
    this.drawing.draw();
    this.parts.waterfall.show(node, true);
  }

  openFrame(reference: FrameReference, preserveFocus: boolean): void {
    this.card.hide();
    this.code.open(reference, preserveFocus);
  }

  openFind(text: string | undefined): void {
    this.options = { ...this.options, findOpen: true };
    const findBar = showFindBar(this.parts, this.session, this);
    if (text !== undefined) {
      this.session.setFind(text, this.session.findFilters);
    }
    findBar.focus();
    this.requestDraw();
  }

  closeFind(): void {
    this.options = { ...this.options, findOpen: false };
    if (this.parts.findBar) {
      this.parts.findBar.element.hidden = true;
    }
    this.session.setFind('', false);
    this.focus();
  }

  closeBanner(): void {
    this.options = { ...this.options, bannerClosed: true };
    this.requestDraw();
  }

  setDetailsOpen(open: boolean): void {
    this.parts.layout.setOpen(open);
    this.drawing.draw();
    this.focus();
  }

  setTreeWidth(widthPx: number): void {
    this.options = { ...this.options, treeWidthPx: widthPx };
    this.requestDraw();
  }

  setCompact(compact: boolean): void {
    this.compact = compact;
    this.requestDraw();
  }

  setEditorBeside(beside: boolean): void {
    this.parts.details.setEditorBeside(beside);
  }

  isFolded(section: string): boolean {
    return this.folded.has(section);
  }

  setFolded(section: string, folded: boolean): void {
    if (folded) {
      this.folded.add(section);
    } else {
      this.folded.delete(section);
    }
    this.requestSave();
  }

  refreshLines(): void {
    this.frames.refresh();
    void this.parts.details.refresh();
  }

  focus(): void {
    this.parts.waterfall.focus();
  }

  /** Draws what changed, and keeps it. */
  requestDraw(): void {
    this.requestSave();
    this.drawing.request();
  }

  /** What would bring this view back. */
  state(): TimelineState {
    const { session } = this;
    const row = session.rowOf(session.selected);
    return {
      ...this.options,
      ...this.parts.layout.choices,
      folds: session.folds(),
      viewport: session.viewport,
      ...(row === undefined ? {} : { selectedSpanId: session.spanId(row) }),
      scrollTopPx: this.parts.waterfall.scrollTopPx,
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
        this.parts.details.takeOver(before.parts.details, row);
      }
    }
    session.selectFailure();
  }

  private listen(): void {
    const { session, disposables } = this;
    const requestDraw = (): void => {
      this.requestDraw();
    };
    disposables.add(
      session.onDidChange((change) => {
        if (change === 'selection') {
          void this.parts.details.show(session.rowOf(session.selected));
          this.followCode(false);
        } else if (change === 'hover') {
          this.card.leave();
        }
        this.requestDraw();
      }),
    );
    disposables.add(this.frames.onDidChange(requestDraw));
    // Wherever it is let go: a row that was pressed waits to be filled anew.
    window.addEventListener('pointerup', requestDraw);
    disposables.add(
      disposable(() => {
        window.removeEventListener('pointerup', requestDraw);
      }),
    );
    const { waterfall } = this.parts;
    const rows = waterfall.rows.element;
    rows.addEventListener('keydown', (event) => {
      handleTreeKey(event, session, {
        pageRows: Math.max(
          1,
          Math.floor(waterfall.heightPx / (this.drawing.geometry?.rowHeightPx ?? 24)) - 1,
        ),
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
  }

  /** What the first frame does without: focus, details, the toolkit's elements, the line in the editor. */
  private bringRest(options: { readonly focus: boolean }): void {
    if (options.focus) {
      this.focus();
    }
    const { details } = this.parts;
    details.editorBeside = this.opening.editorBeside;
    void details.show(this.session.rowOf(this.session.selected));
    if (!this.opening.state) {
      // Opening a trace splits no editor: that takes a person who moves through it.
      this.followCode(true);
    }
    // Icons in canvases, and states of buttons, are drawn once there is what shows them.
    void Promise.all([document.fonts.load('14px codicon'), loadToolkit()]).then(() => {
      this.requestDraw();
    });
  }

  private explain(event: PointerEvent): void {
    const { geometry } = this.drawing;
    const { waterfall } = this.parts;
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

  private followCode(onlyBeside: boolean): void {
    const row = this.session.rowOf(this.session.selected);
    if (this.options.followCode && row !== undefined) {
      this.code.follow(row, onlyBeside);
    }
  }

  private requestSave(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = window.setTimeout(() => {
      this.opening.saveState(this.state());
    }, saveDelayMs);
  }
}
