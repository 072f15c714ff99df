import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { normaliseMessage } from '../../../../src/core/failures/normaliseMessage';

describe('normaliseMessage', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['orders answered 502 for /orders/o-11-0007', 'orders answered # for /orders/o-#'],
    ['no answer from warehouse fra for sku-05', 'no answer from warehouse fra for sku-#'],
    ['user 6f9619ff-8b86-d011-b42d-00cf4fc964ff is gone', 'user # is gone'],
    ['connect ECONNREFUSED 127.0.0.1:5099', 'connect ECONNREFUSED #'],
    ['no mail template for locale "pt"', 'no mail template for locale "…"'],
    ["'partner'", '"…"'],
    [
      "Cannot read properties of undefined (reading 'address')",
      "Cannot read properties of undefined (reading 'address')",
    ],
    ["'NoneType' object has no attribute 'total'", "'NoneType' object has no attribute 'total'"],
    ['E11000 duplicate key: { id: "o-1" }', '# duplicate key: { id: "…" }'],
    ['at 2026-11-24T10:00:00.123Z', 'at #'],
    ['object 0x7f3a9c at 7f3a9c00b2', 'object # at #'],
    ["can't open it", "can't open it"],
    ['a "quote that never ends', 'a "quote that never ends'],
  ];
  for (const [message, expected] of cases) {
    it(message, () => {
      assert.equal(normaliseMessage(message), expected);
    });
  }

  it('is stable, and takes time in proportion to the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const once = normaliseMessage(text);
        assert.equal(normaliseMessage(text), once);
      }),
    );
    const began = performance.now();
    for (const unit of ['"', "'a", '1:', 'x\'"', ' ']) {
      normaliseMessage(unit.repeat(1_000_000));
    }
    assert.ok(performance.now() - began < 500);
  });
});
