import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { growthMark } from '../../../../src/core/timeline/growthMark';
import { traceFromDrawing } from '../../../kit/drawTrace';

describe('growthMark', () => {
  it('differs with each more span and with a span that ended, and with nothing else', () => {
    const drawn = (...more: readonly string[]): string =>
      growthMark(traceFromDrawing(['a  root |=====|', ...more].join('\n')));
    const open = drawn('  a  one | =>  |');
    assert.equal(open, drawn('  a  one | =>  |'));
    assert.notEqual(open, drawn('  a  one | ==  |'));
    assert.notEqual(open, drawn('  a  one | =>  |', '  a  two |   = |'));
  });
});
