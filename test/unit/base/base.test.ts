import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DisposableStore, disposable } from '../../../src/base/disposable';
import { Emitter } from '../../../src/base/emitter';
import { Latest } from '../../../src/base/latest';
import { Lru } from '../../../src/base/lru';

describe('DisposableStore', () => {
  it('disposes newest first, once, and late additions at once', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    store.add(disposable(() => order.push('first')));
    store.add(disposable(() => order.push('second')));
    store.dispose();
    store.dispose();
    store.add(disposable(() => order.push('late')));
    assert.deepEqual(order, ['second', 'first', 'late']);
  });
});

describe('Emitter', () => {
  it('keeps two subscriptions of one function apart', () => {
    const emitter = new Emitter<number>();
    const seen: number[] = [];
    const listener = (value: number): void => {
      seen.push(value);
    };
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    assert.deepEqual(seen, [1, 1, 2]);
  });

  it('calls no listener that was added while firing', () => {
    const emitter = new Emitter<number>();
    let late = 0;
    emitter.event(() => {
      emitter.event(() => late++);
    });
    emitter.fire(1);
    assert.equal(late, 0);
  });
});

describe('Latest', () => {
  it('drops the answer of the task that was overtaken, whichever ends last', async () => {
    const latest = new Latest();
    let endSlow: (value: string) => void = () => undefined;
    const slow = latest.run(() => new Promise<string>((resolve) => (endSlow = resolve)));
    const fast = latest.run(() => Promise.resolve('new'));
    assert.equal(await fast, 'new');
    endSlow('old');
    assert.equal(await slow, undefined);
  });

  it('aborts the signal of the task that was overtaken and swallows only its error', async () => {
    const latest = new Latest();
    const overtaken = latest.run(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    );
    await assert.rejects(
      latest.run(() => Promise.reject(new Error('a real failure'))),
      /a real failure/,
    );
    assert.equal(await overtaken, undefined);
  });
});

describe('Lru', () => {
  it('evicts what was unused for longest and says so once per value', () => {
    const evicted: string[] = [];
    const lru = new Lru<string, string>(2, (value) => evicted.push(value));
    lru.set('a', 'A');
    lru.set('b', 'B');
    lru.get('a');
    lru.set('c', 'C');
    assert.deepEqual(evicted, ['B']);
    lru.set('a', 'A2');
    lru.delete('b');
    lru.clear();
    assert.deepEqual(evicted, ['B', 'A', 'C', 'A2']);
    assert.equal(lru.size, 0);
  });
});
