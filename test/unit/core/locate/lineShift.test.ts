import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { base1 } from '../../../../src/base/units';
import { lineShift } from '../../../../src/core/locate/lineShift';

const location = { path: 'src/pool.ts', lineBase1: base1(42), grade: 'moved' } as const;

describe('lineShift', () => {
  it('counts from the deployed line where one is known, also behind a source map', () => {
    const deployed = { path: 'src/pool.ts', lineBase1: base1(39) };
    assert.equal(lineShift({ lineBase1: base1(1), location, deployed, via: ['sourceMap', 'drift'] }), 3);
    assert.equal(
      lineShift({ location, deployed: { ...deployed, path: 'src/old.ts' }, via: ['drift'] }),
      undefined,
    );
  });

  it('counts from the printed line, but not from that of a bundle', () => {
    assert.equal(lineShift({ lineBase1: base1(45), location, via: ['path'] }), -3);
    assert.equal(lineShift({ lineBase1: base1(1), location, via: ['path', 'sourceMap'] }), undefined);
  });

  it('is nothing for a line that did not move', () => {
    assert.equal(
      lineShift({ lineBase1: base1(1), location: { ...location, grade: 'exact' }, via: [] }),
      undefined,
    );
  });
});
