import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PathIndex } from '../../../../src/core/locate/pathIndex';

describe('PathIndex', () => {
  it('holds what a plain set of paths would, whatever comes and goes', () => {
    const folder = fc.constantFrom('', 'a', 'a/b', 'a/b/c', 'ab', 'b', 'b/a');
    // Many folders, so that one name has more files than are looked through one by one.
    const wide = fc.nat(60).map((i) => `wide/f${i}`);
    const file = fc
      .tuple(fc.oneof(folder, wide), fc.constantFrom('index.ts', 'x.ts', 'Y.ts'))
      .map(([at, name]) => (at === '' ? name : `${at}/${name}`));
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ add: file }) },
      { weight: 2, arbitrary: fc.record({ remove: file }) },
      { weight: 1, arbitrary: fc.record({ below: fc.oneof(folder, fc.constant('wide')) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const index = new PathIndex({ ignoreCase: false });
        const expected = new Set<string>();
        for (const one of steps) {
          if ('add' in one) {
            index.add(one.add);
            expected.add(one.add);
          } else if ('remove' in one) {
            index.remove(one.remove);
            expected.delete(one.remove);
          } else {
            index.removeBelow([one.below]);
            const gone = [...expected].filter((path) => one.below === '' || path.startsWith(`${one.below}/`));
            gone.forEach((path) => expected.delete(path));
          }
        }
        assert.equal(index.size, expected.size);
        assert.deepEqual(index.below('').sort(), [...expected].sort());
        for (const path of expected) {
          assert.equal(index.find(path), path);
        }
        const named = index.named('index.ts').map(({ path }) => path);
        assert.deepEqual(
          named.sort(),
          [...expected].filter((path) => /(?:^|\/)index\.ts$/.test(path)).sort(),
        );
      }),
    );
  });

  it('finds files whatever the case where the disk does', () => {
    const index = new PathIndex({ ignoreCase: true });
    index.add('Src/Order.ts');
    index.add('src/order.ts');
    assert.equal(index.size, 1);
    assert.equal(index.find('SRC/ORDER.TS'), 'Src/Order.ts');
    index.removeBelow(['sRC']);
    assert.equal(index.size, 0);
  });
});
