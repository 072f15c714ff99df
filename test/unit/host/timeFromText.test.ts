import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { timeFromText } from '../../../src/host/timeFromText';

const nowMs = new Date(2026, 10, 24, 15, 30, 0).getTime();

describe('time typed by a person', () => {
  it('is of today without a date', () => {
    assert.equal(timeFromText('14:03', nowMs), new Date(2026, 10, 24, 14, 3, 0).getTime());
    assert.equal(timeFromText(' 9:05:07 ', nowMs), new Date(2026, 10, 24, 9, 5, 7).getTime());
  });

  it('may have a date before it', () => {
    assert.equal(timeFromText('2026-11-02 23:59:59', nowMs), new Date(2026, 10, 2, 23, 59, 59).getTime());
    assert.equal(timeFromText('2026-11-02T08:00', nowMs), new Date(2026, 10, 2, 8, 0, 0).getTime());
  });

  for (const text of ['', 'now', '25:00', '12:60', '2026-02-30 12:00', '2026-13-01 12:00', '14']) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(timeFromText(text, nowMs), undefined);
    });
  }
});
