import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Memento } from 'vscode';
import { KeptList } from '../../../src/host/keptList';

describe('a kept list', () => {
  it('holds the newest of the same, tells of each change, and is there again after a reload', async () => {
    const values = new Map<string, unknown>();
    const memento = {
      keys: () => [...values.keys()],
      get: (key: string, fallback?: unknown) => values.get(key) ?? fallback,
      update: (key: string, value: unknown) => {
        values.set(key, value);
        return Promise.resolve();
      },
    } as Memento;
    const listOf = () =>
      new KeptList<{ readonly file: string; readonly map: string }>(
        memento,
        'maps',
        (a, b) => a.file === b.file,
      );
    const list = listOf();
    let changes = 0;
    list.onDidChange(() => changes++);
    await list.put({ file: 'a.js', map: 'old' });
    await list.put({ file: 'b.js', map: 'b' });
    await list.put({ file: 'a.js', map: 'new' });
    assert.deepEqual(listOf().list(), [
      { file: 'b.js', map: 'b' },
      { file: 'a.js', map: 'new' },
    ]);
    await list.remove({ file: 'b.js', map: '' });
    assert.deepEqual(
      listOf()
        .list()
        .map(({ file }) => file),
      ['a.js'],
    );
    assert.equal(changes, 4);
  });
});
