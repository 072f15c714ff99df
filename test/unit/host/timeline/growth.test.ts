import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { disposable } from '../../../../src/base/disposable';
import { TraceGrowth } from '../../../../src/host/timeline/growth';

/** Time that passes when the test says so. */
class PlayedClock {
  private timeMs = 1_000_000;
  private planned: { readonly atMs: number; readonly task: () => void } | undefined;

  nowMs(): number {
    return this.timeMs;
  }

  after(delayMs: number, task: () => void): ReturnType<typeof disposable> {
    const own = { atMs: this.timeMs + delayMs, task };
    this.planned = own;
    return disposable(() => {
      this.planned = this.planned === own ? undefined : this.planned;
    });
  }

  pass(ms: number): void {
    this.timeMs += ms;
    if (this.planned && this.planned.atMs <= this.timeMs) {
      const { task } = this.planned;
      this.planned = undefined;
      task();
    }
  }
}

describe('trace growth', () => {
  it('looks once for many commits, ever more rarely while nothing comes, and stops after a quiet minute', () => {
    const clock = new PlayedClock();
    const looks: number[] = [];
    const startMs = clock.nowMs();
    const growth = new TraceGrowth(() => {
      looks.push((clock.nowMs() - startMs) / 1000);
      growth.read('5', startMs);
    }, clock);
    growth.read('5', startMs);
    for (let second = 0; second < 600; second++) {
      growth.committed();
      growth.committed();
      clock.pass(1000);
    }
    assert.deepEqual(looks, [1, 3, 7, 15, 31, 63]);
  });

  it('looks again within a second after the trace grew', () => {
    const clock = new PlayedClock();
    let looks = 0;
    const growth = new TraceGrowth(() => looks++, clock);
    growth.read('5', clock.nowMs());
    for (let spans = 6; spans < 200; spans++) {
      growth.committed();
      clock.pass(1000);
      growth.read(String(spans), clock.nowMs());
    }
    assert.equal(looks, 194);
    growth.dispose();
    growth.committed();
    clock.pass(60_000);
    assert.equal(looks, 194);
  });

  it('leaves a trace of long ago alone', () => {
    const clock = new PlayedClock();
    const growth = new TraceGrowth(() => assert.fail('looked'), clock);
    growth.read('5', clock.nowMs() - 3_600_000);
    growth.committed();
    clock.pass(60_000);
  });
});
