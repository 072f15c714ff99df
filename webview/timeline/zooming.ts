import {
  pannedViewport,
  viewportAround,
  viewportBetween,
  zoomedViewport,
  type Viewport,
} from '../../src/core/timeline/viewport';
import { Animation } from '../shared/animation';
import type { TimelineSession } from './session';

const zoomStep = 1.5;
const panShare = 0.15;

/** Zooming and panning by commands, a step at a time and animated. */
export class Zooming {
  private readonly session: TimelineSession;
  private readonly animation = new Animation();

  constructor(session: TimelineSession) {
    this.session = session;
  }

  /** Zooms one step in or out. */
  step(zoomIn: boolean): void {
    const { viewport, bounds } = this.session;
    this.animateTo(zoomedViewport(viewport, zoomIn ? zoomStep : 1 / zoomStep, this.anchorNs(), bounds));
  }

  /** Moves one step to the right or left. */
  pan(right: boolean): void {
    const { viewport, bounds } = this.session;
    const deltaNs = (viewport.endNs - viewport.startNs) * panShare;
    this.animateTo(pannedViewport(viewport, right ? deltaNs : -deltaNs, bounds));
  }

  toSelection(): void {
    const { session } = this;
    const row = session.rowOf(session.selected);
    if (row !== undefined) {
      this.animateTo(viewportAround(session.startNs(row), session.shownDurationNs(row), session.bounds));
    }
  }

  toTrace(): void {
    this.animateTo(this.session.bounds);
  }

  cancel(): void {
    this.animation.cancel();
  }

  private animateTo(to: Viewport): void {
    const from = this.session.viewport;
    this.animation.run((share) => {
      this.session.setViewport(share === 1 ? to : viewportBetween(from, to, share));
    });
  }

  /** The selection stays in place where it is in view, else the middle. */
  private anchorNs(): number {
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
}
