/** Segments indexed in one transaction. */
const indexBatch = 64;
/**
 * Senders come first: what they sent is indexed when none has for `quietMs`, but while they keep coming once in `indexEveryMs`, for at most
 * `busyShare` of the time, and before more than `maxBacklog` segments wait.
 */
const quietMs = 10;
const indexEveryMs = 500;
const busyShare = 0.15;
const maxBacklog = 512;
/** How long a big trace rests before it is analysed again, and at least how often age is checked. */
const restMs = 500;
const ageCheckMs = 60_000;
/** Pause between two looks at traces without a root. */
const minSettleMs = 100;
const settleBatch = 500;

/** What there is to do, each a transaction of its own. Where the store cannot be written nothing is done. */
export interface IndexTasks {
  /** Indexes at most `limit` segments and lets go of what is too old or too much; gives how many were taken, `undefined` where none could be. */
  index(limit: number): number | undefined;
  /** Analyses at most `limit` big traces that have grown; gives how many. */
  settleGrown(limit: number): number;
  /** Analyses at most `limit` traces whose root did not come in time, or those that still wait, too; gives how many. */
  settleRootless(limit: number, all: boolean): number;
  /** How long until a trace has waited long enough for its root; `undefined` where none waits. */
  rootlessInMs(): number | undefined;
}

/** When what was received is indexed: soon, without keeping senders waiting. */
export class IndexSchedule {
  private readonly tasks: IndexTasks;
  /** Segments that are not indexed yet. */
  private backlog = 0;
  private quietSinceMs = 0;
  private indexedAtMs = 0;
  /** How long a segment took in the last step; at first what one of many small traces takes. */
  private segmentMs = 8;
  private indexTimer: NodeJS.Timeout | undefined;
  private restTimer: NodeJS.Timeout | undefined;
  private rootTimer: NodeJS.Timeout | undefined;
  private ageTimer: NodeJS.Timeout | undefined;

  constructor(tasks: IndexTasks) {
    this.tasks = tasks;
  }

  start(): void {
    this.ageTimer = setInterval(() => {
      this.step(indexBatch);
    }, ageCheckMs).unref();
  }

  stop(): void {
    clearTimeout(this.indexTimer);
    clearTimeout(this.restTimer);
    clearTimeout(this.rootTimer);
    clearInterval(this.ageTimer);
    this.indexTimer = undefined;
    this.restTimer = undefined;
    this.rootTimer = undefined;
    this.backlog = 0;
  }

  /** A segment is on disk. */
  added(): void {
    this.backlog++;
  }

  /** There is nothing left to index. */
  cleared(): void {
    this.backlog = 0;
  }

  /** All that senders wait for is on disk. */
  written(): void {
    this.quietSinceMs = performance.now();
    while (this.backlog >= maxBacklog && this.step(indexBatch)) {
      // Senders wait until indexing has caught up.
    }
    this.indexSoon(quietMs);
  }

  /** Derives everything from what was received so far. */
  indexAll(): void {
    clearTimeout(this.indexTimer);
    this.indexTimer = undefined;
    while (this.step(indexBatch)) {
      // Until nothing is left.
    }
    while (this.tasks.settleGrown(100) > 0) {
      // Until every trace is analysed.
    }
    while (this.tasks.settleRootless(1000, true) > 0) {
      // Also those that wait for their root.
    }
  }

  private indexSoon(delayMs: number): void {
    if (this.backlog === 0) {
      return;
    }
    this.indexTimer ??= setTimeout(() => {
      this.indexTimer = undefined;
      const nowMs = performance.now();
      const waitMs = this.quietSinceMs + quietMs - nowMs;
      if (waitMs > 0 && nowMs - this.indexedAtMs < indexEveryMs) {
        this.indexSoon(waitMs);
        return;
      }
      this.step(waitMs > 0 ? this.busyBatch() : indexBatch);
      // A step over a huge trace takes long: the receiver gets as much time as the index.
      this.indexSoon(performance.now() - nowMs);
    }, delayMs);
  }

  /** As many segments as take up the index's share of the time: small traces cost several times what large ones do. */
  private busyBatch(): number {
    return Math.min(indexBatch, Math.max(1, Math.floor((indexEveryMs * busyShare) / this.segmentMs)));
  }

  /** Indexes a batch of segments; true where more is waiting. */
  private step(limit: number): boolean {
    const beforeMs = performance.now();
    const taken = this.tasks.index(limit);
    if (taken === undefined) {
      return false;
    }
    this.indexedAtMs = performance.now();
    if (taken > 0) {
      this.segmentMs = (this.indexedAtMs - beforeMs) / taken;
    }
    this.backlog = taken < limit ? 0 : Math.max(0, this.backlog - taken);
    this.settleAfterRest(restMs);
    this.settleRootless();
    return taken === limit;
  }

  /** Analyses big traces that have grown, for a tenth of the time at most. */
  private settleAfterRest(delayMs: number): void {
    this.restTimer ??= setTimeout(() => {
      this.restTimer = undefined;
      const beforeMs = performance.now();
      if (this.tasks.settleGrown(10) > 0) {
        this.settleAfterRest(Math.max(restMs, 10 * (performance.now() - beforeMs)));
      }
    }, delayMs).unref();
  }

  /** Analyses traces whose root did not come in time, soon after their time is up. */
  private settleRootless(): void {
    const delayMs = this.tasks.rootlessInMs();
    if (delayMs === undefined) {
      return;
    }
    this.rootTimer ??= setTimeout(
      () => {
        this.rootTimer = undefined;
        this.tasks.settleRootless(settleBatch, false);
        this.settleRootless();
      },
      Math.max(delayMs, minSettleMs),
    ).unref();
  }
}
