import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { scoresOf } from '../../accuracy/languages';
import { readRecordings } from '../../accuracy/recording';
import { rightOf, sumOf } from '../../accuracy/score';

describe('accuracy', () => {
  it('leads to the line that the runtime tells, in every language, and calls no other exact', async () => {
    const scores = await scoresOf(readRecordings());
    const total = sumOf([...scores.values()]);
    assert.ok(total.inWorkspace > 1000, `${total.inWorkspace} frames`);
    assert.equal(total.wrongAsExact, 0, total.misses.join('\n'));
    assert.ok(rightOf(total) >= 0.99 * total.inWorkspace, total.misses.join('\n'));
  });
});
