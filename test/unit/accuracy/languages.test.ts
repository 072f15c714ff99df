import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { scoresOf } from '../../accuracy/languages';
import { ProjectWorkspaces } from '../../accuracy/projectWorkspaces';
import { readRecordings } from '../../accuracy/recording';
import { rightOf, sumOf } from '../../accuracy/score';

describe('accuracy', () => {
  it('leads to the line that the runtime tells, in every language, and calls no other exact', async () => {
    const workspaces = new ProjectWorkspaces();
    try {
      const scores = await scoresOf(
        { name: 'as recorded', recordings: readRecordings(), isRevisionKnown: true, leastExact: 0.9 },
        workspaces,
      );
      const total = sumOf([...scores.values()]);
      assert.ok(total.inWorkspace > 3500, `${total.inWorkspace} frames`);
      assert.equal(total.wrongAsExact, 0, total.misses.join('\n'));
      assert.ok(rightOf(total) >= 0.99 * total.inWorkspace, total.misses.join('\n'));
      assert.ok(total.exactRight >= 0.9 * total.inWorkspace, total.unproven.join('\n'));
    } finally {
      await workspaces.dispose();
    }
  });
});
