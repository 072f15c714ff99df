import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { GitRepository, type FileStep } from '../../../../src/analysis/drift/gitRepository';
import { withHistory, type GitHistory } from '../../../kit/gitHistory';

const ten = Array.from({ length: 10 }, (_, i) => `step${i + 1}(order, ${i * 7});\n`).join('');

async function repositoryOf(history: GitHistory): Promise<GitRepository> {
  const place = await GitRepository.at(history.folder, new AbortController().signal);
  assert.ok(place.ok);
  return place.value.repository;
}

async function stepsOf(repository: GitRepository, from: string, to: string): Promise<FileStep[]> {
  const history = await repository.history(from, to);
  assert.equal(history?.base, from);
  return (history.changes.get('a.py') ?? []).map(({ commit }) => ({
    commit: history.commits[commit]!,
    parent: history.commits[commit - 1] ?? from,
    from: 'a.py',
    to: 'a.py',
  }));
}

describe('hunks of a file along a history', () => {
  it('are those of each of its commits', async () => {
    await withHistory(async (history) => {
      const base = await history.commit({ 'a.py': ten, 'b.py': ten });
      // A text that looks like what git prints before a commit.
      await history.commit({ 'a.py': `# one\n\u0001${base} ${base}\n${ten}` });
      await history.commit({ 'b.py': `# one\n${ten}` });
      const head = await history.commit({ 'a.py': ten.replace('step9', 'late()\nstep9'), 'b.py': ten });
      const repository = await repositoryOf(history);
      const steps = await stepsOf(repository, base, head);
      const along = await repository.hunksAlong(base, head, 'a.py');
      assert.equal(steps.length, 2);
      assert.deepEqual(
        steps.map(({ commit, parent }) => along.get(`${commit} ${parent}`)),
        await repository.hunksOf(steps),
      );
    });
  });

  it('are none of a merge that the history comes into from another parent', async () => {
    await withHistory(async (history) => {
      await history.commit({ 'a.py': ten });
      await history.git('checkout', '-q', '-b', 'topic');
      await history.commit({ 'b.py': ten });
      await history.git('checkout', '-q', 'main');
      const main = await history.commit({ 'a.py': `# main\n${ten}` });
      await history.git('checkout', '-q', 'topic');
      await history.git('merge', '-q', '--no-edit', 'main');
      const head = await history.commit({ 'a.py': `# head\n# main\n${ten}` });
      const repository = await repositoryOf(history);
      const along = await repository.hunksAlong(main, head, 'a.py');
      const merge = await history.git('rev-parse', 'HEAD~1');
      assert.equal(along.get(`${merge} ${main}`), undefined);
      assert.deepEqual(along.get(`${head} ${merge}`), [
        { oldStart: 0, oldCount: 0, newStart: 0, newCount: 1 },
      ]);
      assert.equal(repository.hasHistory(main, head), false);
      await repository.history(main, head);
      assert.equal(repository.hasHistory(main, head), true);
    });
  });
});

describe('changes along a history', () => {
  it('are read of paths that look like what git prints around them', async () => {
    await withHistory(async (history) => {
      const base = await history.commit({ 'a.py': ten });
      const odd = [`\u0001${base} ${base}`, ':100644 100644 x', 'b\nc.py', ' d.py'];
      await history.commit(Object.fromEntries(odd.map((name) => [name, ten])));
      const head = await history.commit({ 'a.py': `# one\n${ten}` });
      const repository = await repositoryOf(history);
      const read = await repository.history(base, head);
      assert.equal(read?.base, base);
      assert.equal(read.commits.length, 2);
      assert.deepEqual(
        odd.map((name) => read.changes.get(name)?.map(({ commit, status }) => [commit, status])),
        odd.map(() => [[0, 'added']]),
      );
      assert.deepEqual(
        read.changes.get('a.py')?.map(({ commit, status }) => [commit, status]),
        [[1, 'modified']],
      );
    });
  });
});
