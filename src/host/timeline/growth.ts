import { disposable, type Disposable } from '../../base/disposable';

/** Time as {@link TraceGrowth} sees it. */
export interface Clock {
  nowMs(): number;
  after(delayMs: number, task: () => void): Disposable;
}

/** A trace that ended longer ago than this is complete: exporters send within seconds, retries within minutes. */
const recentMs = 10 * 60_000;
/** A trace that has not grown for so long is asked for no more. */
const quietMs = 60_000;
const firstDelayMs = 1000;

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return disposable(() => {
      clearTimeout(timer);
    });
  },
};

/**
 * When to look again whether an open trace has grown. Whatever is stored may belong to it, so each look that finds nothing doubles the wait
 * for the next one, and a minute without growth ends them.
 */
export class TraceGrowth implements Disposable {
  private readonly look: () => void;
  private readonly clock: Clock;
  private mark: string | undefined;
  private liveUntilMs = 0;
  private delayMs = firstDelayMs;
  private planned: Disposable | undefined;

  constructor(look: () => void, clock: Clock = systemClock) {
    this.look = look;
    this.clock = clock;
  }

  /** The trace was read: its `growthMark`, and when its last span ended. */
  read(mark: string, endMs: number): void {
    const nowMs = this.clock.nowMs();
    if (this.mark === undefined ? Math.abs(nowMs - endMs) < recentMs : mark !== this.mark) {
      this.liveUntilMs = nowMs + quietMs;
      this.delayMs = firstDelayMs;
    }
    this.mark = mark;
  }

  /** Something was stored. */
  committed(): void {
    if (this.planned || this.clock.nowMs() >= this.liveUntilMs) {
      return;
    }
    this.planned = this.clock.after(this.delayMs, () => {
      this.planned = undefined;
      this.delayMs *= 2;
      this.look();
    });
  }

  dispose(): void {
    this.planned?.dispose();
    this.planned = undefined;
    this.liveUntilMs = 0;
  }
}
