import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, it } from 'mocha';
import { FileIndex } from '../../../../src/analysis/files/fileIndex';
import { StackResolver, type CodeRequest } from '../../../../src/analysis/lines/resolver';
import { revisionCandidates, type RevisionCandidate } from '../../../../src/core/drift/revisionCandidates';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { GitHistory, withHistory } from '../../../kit/gitHistory';

function commit(text: string): RevisionCandidate {
  return { kind: 'commit', text, isStated: true, isDirty: false };
}

/** Ten lines, each of its own. */
const ten = Array.from({ length: 10 }, (_, i) => `step${i + 1}(order, ${i * 7});\n`).join('');

async function openResolver(folders: readonly string[]): Promise<StackResolver> {
  const infos = folders.map((folder) => ({ name: path.basename(folder), path: folder }));
  return new StackResolver(await FileIndex.open(infos, { useGit: true }));
}

/** Where a line of a file below `/app` of a revision is in the repository now. */
async function followed(
  history: GitHistory,
  revision: string,
  file: string,
  line: number,
  more: Partial<CodeRequest> = {},
): Promise<ResolvedFrame> {
  const resolver = await openResolver([history.folder]);
  try {
    return await ask(resolver, revision, file, line, more);
  } finally {
    resolver.dispose();
  }
}

function ask(
  resolver: StackResolver,
  revision: string,
  file: string,
  line: number,
  more: Partial<CodeRequest> = {},
): Promise<ResolvedFrame> {
  return resolver.resolveCode({
    service: 'shop',
    file: `/app/${file}`,
    lineBase1: line,
    revision: { candidates: [commit(revision)] },
    mappings: [],
    ...more,
  });
}

/** `moved src/a.py:12`, or why there is no line. */
function brief({ location, reason }: ResolvedFrame): string {
  return location ? `${location.grade} ${location.path}:${location.lineBase1}` : (reason ?? '');
}

describe('lines of a deployed revision', () => {
  it('are exact where nothing touched them, moved where they are elsewhere now', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'src/a.py': ten });
      await history.commit({ 'src/a.py': ten.replace('step5', 'new1();\nnew2();\nstep5') });
      const same = await followed(history, old, 'src/a.py', 4);
      assert.equal(brief(same), 'exact src/a.py:4');
      assert.equal(same.location?.reason, 'revisionUnchanged');
      const moved = await followed(history, old, 'src/a.py', 6);
      assert.equal(brief(moved), 'moved src/a.py:8');
      assert.deepEqual(moved.deployed, { revision: old, path: 'src/a.py', lineBase1: 6 });
      assert.deepEqual(moved.via, ['path', 'drift']);
    });
  });

  it('are followed into changes that no commit has yet', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'src/a.py': ten });
      await history.write({ 'src/a.py': `# note\n${ten}` });
      assert.equal(brief(await followed(history, old, 'src/a.py', 3)), 'moved src/a.py:4');
      assert.equal(brief(await followed(history, old.slice(0, 10), 'src/a.py', 3)), 'moved src/a.py:4');
    });
  });

  it('are gone where they were edited or deleted, and the line most like them is a candidate', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'src/a.py': ten });
      await history.commit({ 'src/a.py': `# note\n${ten.replace('step5(order', 'step5(orders')}` });
      const edited = await followed(history, old, 'src/a.py', 5);
      assert.equal(brief(edited), 'lineGone');
      assert.deepEqual(edited.candidates, [
        { path: 'src/a.py', lineBase1: 6, evidence: ['uniquePath', 'revision'] },
      ]);
      assert.deepEqual(edited.deployed, { revision: old, path: 'src/a.py', lineBase1: 5 });
      await history.commit({ 'src/a.py': ten.replace(/step5.*\n/, '') });
      assert.equal(brief(await followed(history, old, 'src/a.py', 5)), 'lineGone');
      await history.commit({ 'src/a.py': undefined, 'src/b.py': 'other\n' });
      assert.equal(brief(await followed(history, old, 'src/a.py', 5)), 'fileGone');
    });
  });

  it('follow a file through renames, in one commit or over many, and through one not committed', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'src/a.py': ten });
      await history.commit({ 'src/a.py': undefined, 'lib/b.py': ten });
      assert.equal(brief(await followed(history, old, 'src/a.py', 9)), 'moved lib/b.py:9');
      // Each step alone is a rename; end to end no half of the file is left.
      let text = ten;
      for (const [i, name] of ['lib/c.py', 'lib/d.py'].entries()) {
        text = text.replace(new RegExp(`step${3 * i + 1}.*\\n.*\\n.*\\n`), `x${i}()\ny${i}()\nz${i}()\n`);
        const last = ['lib/b.py', 'lib/c.py'][i]!;
        await history.commit({ [last]: undefined, [name]: text });
      }
      assert.equal(brief(await followed(history, old, 'src/a.py', 10)), 'moved lib/d.py:10');
      await history.git('mv', 'lib/d.py', 'lib/f.py');
      assert.equal(brief(await followed(history, old, 'src/a.py', 10)), 'moved lib/f.py:10');
    });
  });

  it('find the file that had the name then, not the one that has it now', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'src/index.py': ten, 'src/x.py': 'x\n' });
      await history.commit({ 'src/index.py': undefined, 'src/orders.py': ten });
      await history.commit({ 'src/index.py': 'import orders\nmore()\n' });
      assert.equal(brief(await followed(history, old, 'src/index.py', 2)), 'moved src/orders.py:2');
    });
  });

  it('are no more than likely where a formatter rewrote the file', async () => {
    await withHistory(async (history) => {
      const nested = ten.replaceAll('step', '  step');
      const old = await history.commit({ 'src/a.js': nested });
      await history.commit({ 'src/a.js': `'use strict';\n${nested.replaceAll('  step', '\tstep')}` });
      const frame = await followed(history, old, 'src/a.js', 7);
      assert.equal(brief(frame), 'likely src/a.js:8');
      assert.equal(frame.location?.reason, 'revisionReformatted');
    });
  });

  it('are not exact where they were taken out and put back', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'src/a.py': ten });
      await history.commit({ 'src/a.py': ten.replace(/step5.*\n/, '') });
      await history.commit({ 'src/a.py': ten });
      assert.equal(brief(await followed(history, old, 'src/a.py', 5)), 'moved src/a.py:5');
      assert.equal(brief(await followed(history, old, 'src/a.py', 6)), 'exact src/a.py:6');
      await history.commit({ 'src/a.py': undefined });
      await history.commit({ 'src/a.py': ten });
      assert.equal(brief(await followed(history, old, 'src/a.py', 6)), 'moved src/a.py:6');
    });
  });

  it('tell one brace from the next by every commit', async () => {
    await withHistory(async (history) => {
      const block = (name: string): string => `def ${name}():\n    run_${name}()\n    return\n\n`;
      const old = await history.commit({ 'a.py': block('one') + block('two') });
      await history.commit({ 'a.py': block('zero') + block('one') + block('two') });
      await history.commit({ 'a.py': block('zero') + block('one') + block('half') + block('two') });
      assert.equal(brief(await followed(history, old, 'a.py', 3)), 'moved a.py:7');
      assert.equal(brief(await followed(history, old, 'a.py', 7)), 'moved a.py:15');
    });
  });

  it('are followed across a merge, from the main line and from the branch', async () => {
    await withHistory(async (history) => {
      const base = await history.commit({ 'a.py': ten });
      await history.git('checkout', '-q', '-b', 'topic');
      const topic = await history.commit({ 'a.py': ten.replace('step9', 'topic()\nstep9') });
      await history.git('checkout', '-q', 'main');
      const main = await history.commit({ 'a.py': `# main\n${ten}` });
      await history.git('merge', '-q', '--no-edit', 'topic');
      assert.equal(brief(await followed(history, base, 'a.py', 10)), 'moved a.py:12');
      assert.equal(brief(await followed(history, main, 'a.py', 10)), 'moved a.py:11');
      assert.equal(brief(await followed(history, main, 'a.py', 2)), 'exact a.py:2');
      assert.equal(brief(await followed(history, topic, 'a.py', 11)), 'moved a.py:12');
    });
  });

  it('are told apart by every commit on a branch that the deployed one was merged into', async () => {
    await withHistory(async (history) => {
      const block = (name: string): string => `def ${name}():\n    run_${name}()\n    return\n\n`;
      await history.commit({ 'a.py': block('one') + block('two') });
      await history.git('checkout', '-q', '-b', 'topic');
      await history.commit({ 'b.py': ten });
      await history.git('checkout', '-q', 'main');
      const main = await history.commit({ 'a.py': block('zero') + block('one') + block('two') });
      await history.git('checkout', '-q', 'topic');
      await history.git('merge', '-q', '--no-edit', 'main');
      await history.commit({ 'a.py': block('half') + block('zero') + block('one') + block('two') });
      assert.equal(brief(await followed(history, main, 'a.py', 7)), 'moved a.py:11');
    });
  });

  it('are followed back where the work tree is older than the deployment', async () => {
    await withHistory(async (history) => {
      const older = await history.commit({ 'a.py': ten });
      const newer = await history.commit({ 'a.py': `# newer\n${ten}` });
      await history.git('checkout', '-q', older);
      assert.equal(brief(await followed(history, newer, 'a.py', 4)), 'moved a.py:3');
      assert.equal(brief(await followed(history, newer, 'a.py', 1)), 'lineGone');
    });
  });

  it('take line ends for no change, and a last line without one for a line', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten.trimEnd() });
      await history.commit({ 'a.py': `# note\r\n${ten.replaceAll('\n', '\r\n')}` });
      assert.equal(brief(await followed(history, old, 'a.py', 10)), 'moved a.py:11');
    });
  });

  it('are unknown in a binary file, and beyond the end of a file nobody is sure', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten, 'b.py': Buffer.from([1, 0, 10, 2, 0, 10]) });
      await history.commit({ 'a.py': `${ten}${ten}`, 'b.py': 'text\ntext\n' });
      const beyond = await followed(history, old, 'a.py', 15);
      assert.equal(beyond.location?.grade, 'likely');
      assert.equal((await followed(history, old, 'b.py', 1)).location?.grade, 'likely');
    });
  });

  it('are never sure where the frame says another function or text than the revision', async () => {
    await withHistory(async (history) => {
      const text = 'def charge():\n    total = load()\n    return total\n\n\ndef refund():\n    return 0\n';
      const old = await history.commit({ 'a.py': text });
      const right = await followed(history, old, 'a.py', 2, { function: 'charge' });
      assert.equal(brief(right), 'exact a.py:2');
      const wrong = await followed(history, old, 'a.py', 2, { function: 'refund' });
      assert.equal(wrong.location?.grade, 'likely');
      const resolver = await openResolver([history.folder]);
      const { exceptions } = await resolver.resolveStack({
        text: 'Traceback (most recent call last):\n  File "/app/a.py", line 2, in charge\n    amount = other()\nE: x\n',
        service: 'shop',
        mappings: [],
        revision: { candidates: [commit(old)] },
      });
      resolver.dispose();
      assert.equal(exceptions[0]?.frames[0]?.location?.grade, 'likely');
    });
  });

  it('are no more than likely where the build had changes of its own', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten });
      const candidate: RevisionCandidate = { kind: 'commit', text: old, isStated: true, isDirty: true };
      const frame = await followed(history, old, 'a.py', 2, { revision: { candidates: [candidate] } });
      assert.equal(brief(frame), 'likely a.py:2');
      assert.equal(frame.location?.reason, 'revisionDirty');
    });
  });

  it('follow what happens to the repository and the files meanwhile', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten });
      const resolver = await openResolver([history.folder]);
      assert.equal(brief(await ask(resolver, old, 'a.py', 5)), 'exact a.py:5');
      await writeFile(path.join(history.folder, 'a.py'), `# one\n${ten}`);
      assert.equal(brief(await ask(resolver, old, 'a.py', 5)), 'moved a.py:6');
      await history.commit({ 'a.py': `# one\n# two\n${ten}` });
      assert.equal(brief(await ask(resolver, old, 'a.py', 5)), 'moved a.py:7');
      await history.git('checkout', '-q', old);
      assert.equal(brief(await ask(resolver, old, 'a.py', 5)), 'exact a.py:5');
      resolver.dispose();
    });
  });

  it('are found in a folder of a repository, a nested repository, a submodule and a work tree', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'svc/src/a.py': ten, 'other/z.py': 'z\n' });
      await history.commit({ 'svc/src/a.py': `# note\n${ten}` });
      const below = new GitHistory(path.join(history.folder, 'svc'));
      assert.equal(brief(await followed(below, old, 'src/a.py', 2)), 'moved src/a.py:3');

      const inner = new GitHistory(path.join(history.folder, 'inner'));
      await history.write({ 'inner/lib/b.py': ten });
      await inner.git('init', '-q', '-b', 'main');
      const innerOld = await inner.commit({});
      await inner.commit({ 'lib/b.py': `# note\n${ten}` });
      assert.equal(brief(await followed(history, innerOld, 'lib/b.py', 2)), 'moved inner/lib/b.py:3');

      await inner.git('checkout', '-q', innerOld);
      await history.git(
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '--quiet',
        'add',
        './inner',
        'inner',
      );
      const outer = await history.commit({});
      await inner.git('checkout', '-q', 'main');
      assert.equal(brief(await followed(history, outer, 'inner/lib/b.py', 2)), 'moved inner/lib/b.py:3');

      const tree = path.join(path.dirname(history.folder), 'tree');
      await history.git('worktree', 'add', '-q', tree, old);
      await rename(path.join(tree, 'other/z.py'), path.join(tree, 'other/y.py'));
      const second = new GitHistory(tree);
      assert.equal(brief(await followed(second, old, 'svc/src/a.py', 2)), 'exact svc/src/a.py:2');
    });
  });
});

describe('sources of a bundle of a deployed revision', () => {
  const source =
    'export function fail(order: { id: string }): never {\n  throw new Error(`order ${order.id}`);\n}\n\nfail({ id: "7" });\n';

  /** Bundles `src/fail.ts` as it is, into a folder that git ignores, and has it fail. */
  async function bundledStack({ folder }: GitHistory, contents: boolean): Promise<string> {
    const outfile = path.join(folder, 'dist/fail.js');
    const how = { bundle: true, format: 'iife', sourcemap: true, sourcesContent: contents } as const;
    await build({ entryPoints: [path.join(folder, 'src/fail.ts')], outfile, ...how, logLevel: 'error' });
    const code = await readFile(outfile, 'utf8');
    const lines = code.slice(0, code.indexOf('new Error(')).split('\n');
    return `Error: order 7\n    at fail (/app/dist/fail.js:${lines.length}:${lines.at(-1)!.length + 1})`;
  }

  async function top(history: GitHistory, text: string, revision: string): Promise<ResolvedFrame> {
    const resolver = await openResolver([history.folder]);
    const stack = await resolver.resolveStack({
      text,
      service: 'shop',
      mappings: [],
      revision: { candidates: [commit(revision)] },
    });
    resolver.dispose();
    return stack.exceptions[0]!.frames[0]!;
  }

  for (const contents of [true, false]) {
    it(`are followed where their map has ${contents ? 'their' : 'no'} text, also through a rename`, async () => {
      await withHistory(async (history) => {
        const old = await history.commit({ '.gitignore': 'dist\n', 'src/fail.ts': source });
        const stack = await bundledStack(history, contents);
        await history.commit({ 'src/fail.ts': `// note\n${source}` });
        const moved = await top(history, stack, old);
        assert.equal(brief(moved), 'moved src/fail.ts:3');
        assert.equal(moved.sourceFunction, 'fail');
        assert.deepEqual(moved.deployed, { revision: old, path: 'src/fail.ts', lineBase1: 2 });
        await history.commit({ 'src/fail.ts': undefined, 'lib/order.ts': `// note\n${source}` });
        assert.equal(brief(await top(history, stack, old)), 'moved lib/order.ts:3');
        await history.commit({ 'lib/order.ts': source.replace('throw new', 'throw Object.freeze(new') });
        assert.equal(brief(await top(history, stack, old)), 'lineGone');
      });
    });
  }

  it('are never sure where the map has another text than the revision', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ '.gitignore': 'dist\n', 'src/fail.ts': `// older\n${source}` });
      await history.commit({ 'src/fail.ts': source });
      const stack = await bundledStack(history, true);
      await history.commit({ 'src/fail.ts': `${source}// newer\n` });
      const frame = await top(history, stack, old);
      assert.equal(frame.location?.grade, 'likely');
    });
  });
});

describe('the commit that ran', () => {
  const code = (candidates: readonly RevisionCandidate[], repositoryUrl?: string): Partial<CodeRequest> => ({
    revision: { candidates, repositoryUrl },
  });

  async function problems(
    folder: string,
    candidates: readonly RevisionCandidate[],
  ): Promise<readonly string[]> {
    const resolver = await openResolver([folder]);
    const stack = await resolver.resolveStack({
      text: 'Error: x\n    at f (/app/a.js:2:1)\n',
      service: 'shop',
      mappings: [],
      revision: { candidates },
    });
    resolver.dispose();
    return stack.problems.map((problem) => problem.code);
  }

  it('is a tag of the version, one that names the service before one that any release may have', async () => {
    await withHistory(async (history) => {
      await history.commit({ 'a.py': ten });
      await history.git('tag', '-a', 'v1.2.3', '-m', 'release');
      await history.commit({ 'a.py': `# one\n${ten}` });
      await history.git('tag', 'shop@1.2.3');
      await history.commit({ 'a.py': `# two\n# one\n${ten}` });
      const any: RevisionCandidate = {
        kind: 'tag',
        text: '1.2.3',
        isStated: true,
        tags: [['other@1.2.3'], ['v1.2.3']],
      };
      assert.equal(brief(await followed(history, '', 'a.py', 2, code([any]))), 'moved a.py:4');
      const own: RevisionCandidate = {
        kind: 'tag',
        text: '1.2.3',
        isStated: true,
        tags: [['shop@1.2.3'], ['v1.2.3']],
      };
      assert.equal(brief(await followed(history, '', 'a.py', 2, code([own]))), 'moved a.py:3');
      await history.git('tag', 'shop-1.2.3', 'HEAD');
      const two: RevisionCandidate = {
        kind: 'tag',
        text: '1.2.3',
        isStated: true,
        tags: [['shop@1.2.3', 'shop-1.2.3']],
      };
      assert.deepEqual(await problems(history.folder, [two]), ['revisionAmbiguous']);
      // The trace says that its code is from another repository than this one.
      await history.git('remote', 'add', 'origin', 'git@example.org:acme/shop.git');
      const here = code([own], 'https://example.org/acme/shop');
      assert.equal(brief(await followed(history, '', 'a.py', 2, here)), 'moved a.py:3');
      const elsewhere = code([own], 'https://example.org/acme/other');
      assert.equal((await followed(history, '', 'a.py', 2, elsewhere)).deployed, undefined);
    });
  });

  it('is doubted where only the tag of a version tells it, unless the frame tells that revision from the files', async () => {
    await withHistory(async (history) => {
      const text = 'def charge():\n    total = load()\n    return total\n\n\ndef refund():\n    return 0\n';
      await history.commit({ 'a.py': text });
      await history.git('tag', 'v1.2.3');
      await history.commit({ 'a.py': `# one\n# two\n${text}` });
      const [byTag] = revisionCandidates({ service: 'shop', version: '1.2.3', attributes: {} });
      const at = (line: number, more: Partial<CodeRequest>): Promise<ResolvedFrame> =>
        followed(history, '', 'a.py', line, { ...code([byTag!]), ...more });
      assert.equal((await at(2, {})).location?.reason, 'revisionByTag');
      assert.equal(brief(await at(2, { function: 'charge' })), 'moved a.py:4');
      // Line 3 is in the function in the tag's text and in the file's: a build after the tag may have run.
      const either = await at(3, { function: 'charge' });
      assert.equal(either.location?.grade, 'likely');
      // A program that runs from the workspace has its version, and not the tag's text.
      const here = await at(4, { function: 'charge', file: path.join(history.folder, 'a.py') });
      assert.equal(brief(here), 'exact a.py:4');
      assert.equal(here.deployed, undefined);
    });
  });

  it('is what a person said before what traces say', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten });
      await history.commit({ 'a.py': `# one\n${ten}` });
      const said = code([{ kind: 'said', text: 'HEAD~1' }, commit('0'.repeat(40))]);
      const frame = await followed(history, '', 'a.py', 2, said);
      assert.equal(brief(frame), 'moved a.py:3');
      assert.equal(frame.deployed?.revision, old);
    });
  });

  it('is not guessed: missing, ambiguous, shallow and without a repository are said', async () => {
    await withHistory(async (history) => {
      const first = await history.commit({ 'a.js': ten });
      const second = await history.commit({ 'a.js': `// one\n${ten}` });
      const soft: RevisionCandidate = { kind: 'commit', text: 'abc1234', isStated: false, isDirty: false };
      assert.deepEqual(await problems(history.folder, [soft]), []);
      assert.deepEqual(await problems(history.folder, [commit('abc1234')]), ['revisionMissing']);
      assert.deepEqual(await problems(history.folder, [commit(first), commit(second)]), [
        'revisionAmbiguous',
      ]);
      for (const text of ['--output=x', '-h', 'a\nb', '']) {
        assert.deepEqual(await problems(history.folder, [{ kind: 'said', text }]), ['revisionMissing']);
      }
      // A branch with the name of an abbreviated commit.
      await history.git('branch', 'abc1234', first);
      assert.deepEqual(await problems(history.folder, [commit('abc1234')]), ['revisionAmbiguous']);
      const shallow = path.join(path.dirname(history.folder), 'shallow');
      await history.git('clone', '-q', '--depth', '1', `file://${history.folder}`, shallow);
      assert.deepEqual(await problems(shallow, [commit(first)]), ['historyShallow']);
      assert.deepEqual(await problems(shallow, [commit(second)]), []);
      const bare = path.join(path.dirname(history.folder), 'plain');
      await history.git('clone', '-q', history.folder, bare);
      await rename(path.join(bare, '.git'), path.join(path.dirname(history.folder), 'gone'));
      assert.deepEqual(await problems(bare, [commit(first)]), ['notARepository']);
    });
  });

  it('is not asked of git in a workspace that is not trusted', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten });
      const folders = [{ name: 'repo', path: history.folder }];
      const resolver = new StackResolver(await FileIndex.open(folders, { useGit: false }));
      const frame = await ask(resolver, old, 'a.py', 5);
      assert.equal(frame.deployed, undefined);
      assert.equal(await resolver.textAt(old, path.join(history.folder, 'a.py')), undefined);
      resolver.dispose();
    });
  });

  it('runs nothing that the repository names', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'a.py': ten, '.gitattributes': '*.py diff=evil\n' });
      await history.commit({ 'a.py': `# one\n${ten}` });
      const mark = path.join(path.dirname(history.folder), 'mark');
      for (const name of [
        'core.fsmonitor',
        'diff.evil.textconv',
        'diff.evil.command',
        'diff.external',
        'core.pager',
      ]) {
        await history.git('config', name, `touch ${mark}; true`);
      }
      await history.git('config', 'log.showSignature', 'true');
      await history.git('config', 'gpg.program', `touch ${mark}; true`);
      assert.equal(brief(await followed(history, old, 'a.py', 2)), 'moved a.py:3');
      assert.equal(existsSync(mark), false);
    });
  });

  it('has the text of a file as it was, also of one that is gone, and of nothing outside', async () => {
    await withHistory(async (history) => {
      const old = await history.commit({ 'deep/down/a.py': ten, 'b.py': 'b\n' });
      await history.commit({ 'deep/down/a.py': undefined });
      const resolver = await openResolver([history.folder]);
      const at = (file: string): Promise<string | undefined> =>
        resolver.textAt(old, path.join(history.folder, file));
      assert.equal(await at('deep/down/a.py'), ten);
      assert.equal(await at('deep/down/none.py'), undefined);
      assert.equal(await resolver.textAt('--help', path.join(history.folder, 'b.py')), undefined);
      resolver.dispose();
    });
  });
});
