import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { durationText, offsetText } from '../../../../src/core/timeline/durationText';

describe('durationText', () => {
  const table: readonly (readonly [ns: number, text: string])[] = [
    [0, '0 s'],
    [-5, '0 s'],
    [870, '870 ns'],
    [47_000, '47 µs'],
    [47_320, '47.3 µs'],
    [999_600, '1 ms'],
    [312e6, '312 ms'],
    [999.6e6, '1.00 s'],
    [1.84e9, '1.84 s'],
    [30e9, '30.0 s'],
    [37.94e9, '37.9 s'],
    [119.4e9, '119 s'],
    [134e9, '2 m 14 s'],
    [852e9, '14 m 12 s'],
    [3599.7e9, '1 h 0 m'],
    [4320e9, '1 h 12 m'],
    [2 * 86400e9, '2 d 0 h'],
  ];
  for (const [ns, text] of table) {
    it(`writes ${ns} ns as ${text}`, () => {
      assert.equal(durationText(ns), text);
    });
  }

  it('signs a time relative to the start', () => {
    assert.equal(offsetText(6.45e9), '+6.45 s');
    assert.equal(offsetText(-40e6), '−40 ms');
  });
});
