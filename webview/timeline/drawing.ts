import { DisposableStore, disposable, type Disposable } from '../../src/base/disposable';
import { onDidChangeTheme, readTheme } from '../shared/theme';
import { geometryOf, type Geometry } from './geometry';
import type { TimelineParts } from './parts';
import type { TimelineSession } from './session';

/** What a person chose that is drawn. */
export interface DrawnOptions {
  readonly compact: boolean;
  readonly treeWidthPx?: number;
  readonly findOpen: boolean;
  readonly followCode: boolean;
}

/** Draws the parts of a timeline together, at most once a frame, and when the panel's size or the theme changes. */
export class Drawing implements Disposable {
  /** Of what was drawn last; `undefined` before, and while the panel was never shown. */
  geometry: Geometry | undefined;
  private readonly session: TimelineSession;
  private readonly parts: TimelineParts;
  private readonly options: () => DrawnOptions;
  private readonly disposables = new DisposableStore();
  private theme = readTheme();
  private themeVersion = 0;
  private requested = false;

  constructor(session: TimelineSession, parts: TimelineParts, options: () => DrawnOptions) {
    this.session = session;
    this.parts = parts;
    this.options = options;
    this.listen();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Draws in the next frame. */
  request(): void {
    if (!this.requested) {
      this.requested = true;
      requestAnimationFrame(() => {
        this.requested = false;
        this.draw();
      });
    }
  }

  /** Draws at once, for who goes on with what is drawn. */
  draw(): void {
    const heightBeforePx = this.geometry?.heightPx ?? 0;
    const geometry = this.measure();
    if (!geometry) {
      return;
    }
    const { theme, themeVersion } = this;
    const { waterfall, legend, topStrip, header, layout, findBar } = this.parts;
    if (geometry.heightPx < heightBeforePx) {
      waterfall.keepShown(this.session.selected, geometry);
    }
    // The waterfall first: it asks how far it is scrolled, and that costs a layout where anything was written before.
    waterfall.draw(geometry, theme, themeVersion);
    legend.draw(geometry, theme, themeVersion);
    topStrip.draw(geometry, theme);
    header.update({ ...this.options(), short: layout.isNarrow });
    findBar?.update();
  }

  /** Lays out the panel and measures it; `undefined` while it is not shown. */
  measure(): Geometry | undefined {
    const { panel, layout, details, waterfall } = this.parts;
    const { compact, treeWidthPx } = this.options();
    const { clientWidth: panelWidthPx, clientHeight: panelHeightPx } = panel;
    if (panelWidthPx === 0) {
      return undefined;
    }
    layout.apply(panelWidthPx);
    details.setLayout(layout.kind);
    this.geometry = geometryOf(waterfall.widthPx, waterfall.heightPx, this.session.viewport, {
      panelWidthPx,
      panelHeightPx,
      compact,
      wantedTreePx: treeWidthPx,
    });
    return this.geometry;
  }

  private listen(): void {
    const { panel } = this.parts;
    this.disposables.add(
      onDidChangeTheme(() => {
        this.theme = readTheme();
        this.themeVersion++;
        this.request();
      }),
    );
    const resize = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = panel;
      // At once: a frame with the old size would be stretched.
      if (this.geometry?.panelWidthPx !== clientWidth || this.geometry.panelHeightPx !== clientHeight) {
        this.draw();
      }
    });
    resize.observe(panel);
    this.disposables.add(
      disposable(() => {
        resize.disconnect();
      }),
    );
  }
}
