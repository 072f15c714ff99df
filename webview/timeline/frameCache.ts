import { Emitter } from '../../src/base/emitter';
import type { ResolvedFrame } from '../../src/protocol/resolve';
import { RemoteError, type RpcClient } from '../../src/protocol/rpc';
import type { TimelineContract } from '../../src/protocol/timeline';

/** The lines of rows, asked for in batches when rows come on screen. */
export class FrameCache {
  private readonly client: RpcClient<TimelineContract>;
  private readonly frames = new Map<number, ResolvedFrame>();
  private readonly asked = new Set<number>();
  private waiting: number[] = [];
  private generation = 0;
  private readonly change = new Emitter<undefined>();
  readonly onDidChange = this.change.event;

  constructor(client: RpcClient<TimelineContract>) {
    this.client = client;
  }

  get(row: number): ResolvedFrame | undefined {
    return this.frames.get(row);
  }

  /** Shows what was known of a trace that has grown, until the answers for this one come. */
  takeOver(before: FrameCache, rowOf: (rowBefore: number) => number | undefined): void {
    for (const [rowBefore, frame] of before.frames) {
      const row = rowOf(rowBefore);
      if (row !== undefined) {
        this.frames.set(row, frame);
      }
    }
  }

  /** Whether the answer for `row` is known, also where it is that there is no line. */
  isKnown(row: number): boolean {
    return this.asked.has(row) && !this.waiting.includes(row);
  }

  /** Asks for the rows that were not asked for yet; those of one frame of the screen go together. */
  want(rows: readonly number[]): void {
    const fresh = rows.filter((row) => !this.asked.has(row));
    if (fresh.length === 0) {
      return;
    }
    for (const row of fresh) {
      this.asked.add(row);
    }
    if (this.waiting.length === 0) {
      queueMicrotask(() => void this.ask());
    }
    this.waiting.push(...fresh);
  }

  /** Asks again for everything, keeping the old answers on screen until the new ones come. */
  refresh(): void {
    this.generation++;
    this.asked.clear();
    this.change.fire(undefined);
  }

  private async ask(): Promise<void> {
    const rows = this.waiting;
    this.waiting = [];
    const { generation } = this;
    let answer: TimelineContract['methods']['spanFrames']['response'];
    try {
      answer = await this.client.call('spanFrames', { rows });
    } catch (error) {
      if (!(error instanceof RemoteError)) {
        throw error;
      }
      // The next look at these rows asks again.
      for (const row of rows) {
        this.asked.delete(row);
      }
      return;
    }
    if (generation === this.generation) {
      for (const row of rows) {
        this.frames.delete(row);
      }
      for (const { row, frame } of answer) {
        this.frames.set(row, frame);
      }
      this.change.fire(undefined);
    }
  }
}
