import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatAge,
  formatClock,
  formatCount,
  formatMegabytes,
  formatPercent,
} from '../../../src/base/format';

describe('format', () => {
  it('parts counts by thin spaces', () => {
    assert.deepEqual([0, 7, 999, 1204, 12_345, 1_000_000].map(formatCount), [
      '0',
      '7',
      '999',
      '1\u2009204',
      '12\u2009345',
      '1\u2009000\u2009000',
    ]);
  });

  it('keeps every digit of a count', () => {
    fc.assert(
      fc.property(fc.nat(), (count) => {
        assert.equal(formatCount(count).replaceAll('\u2009', ''), String(count));
      }),
    );
  });

  it('gives rates one decimal, and does not round a part to none or all', () => {
    const rates: readonly (readonly [number, number, string])[] = [
      [12, 340, '3.5 %'],
      [1, 96, '1.0 %'],
      [0, 10, '0.0 %'],
      [1, 5000, '<0.1 %'],
      [4999, 5000, '99.9 %'],
      [5, 5, '100.0 %'],
      [0, 0, '0.0 %'],
    ];
    for (const [part, whole, text] of rates) {
      assert.equal(formatPercent(part, whole), text);
    }
  });

  it('gives ages one unit, rounded down', () => {
    const ages: readonly (readonly [number, string])[] = [
      [-5000, '0 s'],
      [5_999, '5 s'],
      [59_999, '59 s'],
      [60_000, '1 m'],
      [41 * 60_000, '41 m'],
      [3_600_000, '1 h'],
      [86_400_000, '1 d'],
    ];
    for (const [ms, text] of ages) {
      assert.equal(formatAge(ms), text);
    }
  });

  it('gives sizes in MB of a million bytes', () => {
    assert.equal(formatMegabytes(0), '0 MB');
    assert.equal(formatMegabytes(240_000), '0.2 MB');
    assert.equal(formatMegabytes(18_200_000), '18 MB');
    assert.equal(formatMegabytes(1_204_000_000), '1\u2009204 MB');
  });

  it('puts the date before a time of another day', () => {
    const noon = new Date(2026, 10, 24, 12, 0, 0).getTime();
    assert.equal(formatClock(new Date(2026, 10, 24, 9, 5, 7).getTime(), noon), '09:05:07');
    assert.equal(formatClock(new Date(2026, 10, 23, 23, 59, 59).getTime(), noon), '2026-11-23 23:59:59');
  });
});
