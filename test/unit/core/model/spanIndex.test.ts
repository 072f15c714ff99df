import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { SpanIdIndex } from '../../../../src/core/model/spanIndex';

function idsOf(count: number, idAt: (i: number) => bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.from({ length: count }, (_, i) => idAt(i)).buffer);
}

describe('span id index', () => {
  for (const [what, idAt] of [
    ['counting ids', (i: number) => BigInt(i + 1)],
    ['ids that differ in their last bytes only', (i: number) => BigInt(i + 1) << 44n],
    // low ^ imul(high, 0x9e3779b1) is the same for all: every id wants one slot.
    [
      'ids crafted to collide',
      (i: number) => (BigInt(i + 1) << 32n) | BigInt(Math.imul(i + 1, 0x9e3779b1) >>> 0),
    ],
  ] as const) {
    it(`finds ${what}`, () => {
      const count = 50_000;
      const ids = idsOf(count, idAt);
      const index = new SpanIdIndex(ids, count);
      for (let entry = 0; entry < count; entry++) {
        assert.equal(index.add(entry), -1);
      }
      for (let entry = 0; entry < count; entry += 7) {
        assert.equal(index.add(entry), entry);
        assert.equal(index.find(ids, entry), entry);
      }
      const unknown = idsOf(100, (i) => idAt(count + i));
      for (let row = 0; row < 100; row++) {
        assert.equal(index.find(unknown, row), -1);
      }
    });
  }
});
