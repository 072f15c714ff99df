import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FileIndex } from '../../../../src/analysis/files/fileIndex';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

const files = {
  'src/order.ts': '',
  'dist/server.js': '',
  'dist/server.js.map': '{}',
  'dist/logo.png': '',
  'node_modules/express/index.js': '',
  'orders/app.py': '',
  'orders/venv/lib/app.py': '',
};

function openWithGit(folder: string): Promise<FileIndex> {
  return FileIndex.open([{ name: 'w', path: folder }], { useGit: true, ignoreCase: false });
}

function all(index: FileIndex): string[] {
  return index.paths.below('').sort();
}

describe('FileIndex', () => {
  const expected = ['dist/server.js', 'dist/server.js.map', 'orders/app.py', 'src/order.ts'];

  it('walks a folder without git: sources, and what builds wrote, but no packages', async () => {
    await withWorkspace(files, async (folder) => {
      const index = await indexOf(folder);
      assert.deepEqual(all(index), expected);
      assert.ok(index.paths.isGenerated('dist/server.js'));
      assert.ok(!index.paths.isGenerated('src/order.ts'));
    });
  });

  it('asks git for tracked, new and ignored files', async () => {
    await withWorkspace({ ...files, '.gitignore': 'dist/\nnode_modules/\nvenv/\n' }, async (folder) => {
      execFileSync('git', ['init', '-q'], { cwd: folder });
      execFileSync('git', ['add', 'src'], { cwd: folder });
      const index = await openWithGit(folder);
      assert.deepEqual(all(index), ['.gitignore', ...expected]);
      assert.ok(index.paths.isGenerated('dist/server.js'));
    });
  });

  it('runs no program that a repository names', async () => {
    await withWorkspace(files, async (folder) => {
      execFileSync('git', ['init', '-q'], { cwd: folder });
      const trace = path.join(folder, 'ran');
      execFileSync('git', ['config', 'core.fsmonitor', `touch '${trace}'; false`], { cwd: folder });
      const index = await openWithGit(folder);
      assert.equal(index.paths.find('src/order.ts'), 'src/order.ts');
      assert.equal(index.paths.find('ran'), undefined);
      await assert.rejects(rm(trace));
    });
  });

  it('follows files and folders that come and go', async () => {
    await withWorkspace(files, async (folder) => {
      const index = await indexOf(folder);
      const at = (name: string): string => path.join(folder, name);
      await mkdir(at('lib/deep'), { recursive: true });
      await writeFile(at('lib/deep/a.ts'), '');
      const created = ['src/new.ts', 'node_modules/x/index.js', 'dist/logo2.png', 'dist/b.js', 'lib'].map(at);
      await index.update({ created, deleted: [at('orders')] });
      assert.deepEqual(all(index), [
        'dist/b.js',
        'dist/server.js',
        'dist/server.js.map',
        'lib/deep/a.ts',
        'src/new.ts',
        'src/order.ts',
      ]);
      await index.update({ created: [], deleted: [at('src/new.ts'), '/elsewhere/a.ts'] });
      assert.equal(index.paths.find('src/new.ts'), undefined);
    });
  });

  it('tells the folders of a workspace apart', async () => {
    await withWorkspace({ 'one/a.ts': '', 'two/a.ts': '' }, async (folder) => {
      const folders = ['one', 'two'].map((name) => ({ name, path: path.join(folder, name) }));
      const index = await FileIndex.open(folders, { useGit: false });
      assert.deepEqual(all(index), ['one/a.ts', 'two/a.ts']);
      assert.deepEqual(index.located('two/a.ts'), { path: 'a.ts', folder: 'two' });
      assert.equal(index.toAbsolute('two/a.ts'), path.join(folder, 'two/a.ts'));
      assert.equal(index.fromAbsolute(path.join(folder, 'two/a.ts')), 'two/a.ts');
    });
  });

  it('tells folders of one name apart, and a name that holds a slash', async () => {
    await withWorkspace({ 'x/api/a.ts': '', 'y/api/a.ts': '', 'z/b.ts': '' }, async (folder) => {
      const named = (name: string, at: string) => ({ name, path: path.join(folder, at) });
      const folders = [named('api', 'x/api'), named('api', 'y/api'), named('api/z', 'z')];
      const index = await FileIndex.open(folders, { useGit: false });
      assert.deepEqual(all(index), ['api (2)/a.ts', 'api/a.ts', 'api_z/b.ts']);
      for (const file of ['x/api/a.ts', 'y/api/a.ts', 'z/b.ts'].map((name) => path.join(folder, name))) {
        assert.equal(index.toAbsolute(index.fromAbsolute(file)!), file);
      }
      assert.deepEqual(index.located('api_z/b.ts'), { path: 'b.ts', folder: 'api/z' });
    });
  });

  it('looks into submodules and other repositories inside', async () => {
    await withWorkspace(
      { 'a.ts': '', 'nested/b.ts': '', 'nested/.gitignore': 'secret.ts\n' },
      async (folder) => {
        const git = (at: string, ...args: string[]): void => {
          const identity = ['-c', 'user.name=n', '-c', 'user.email=e', '-c', 'protocol.file.allow=always'];
          execFileSync('git', [...identity, ...args], { cwd: path.join(folder, at), stdio: 'ignore' });
        };
        await mkdir(path.join(folder, 'library'));
        await writeFile(path.join(folder, 'library/c.ts'), '');
        git('library', 'init', '-q');
        git('library', 'add', '.');
        git('library', 'commit', '-q', '-m', 'c');
        await writeFile(path.join(folder, 'nested/secret.ts'), '');
        git('nested', 'init', '-q');
        git('.', 'init', '-q');
        git('.', 'submodule', 'add', path.join(folder, 'library'), 'vendored');
        const index = await openWithGit(folder);
        assert.deepEqual(
          all(index).filter((file) => file.endsWith('.ts')),
          ['a.ts', 'library/c.ts', 'nested/b.ts', 'vendored/c.ts'],
        );
        assert.equal(index.paths.find('vendored'), undefined);
      },
    );
  });

  it('knows a folder also by where a link to it leads, and lists no links', async () => {
    await withWorkspace({ 'real/src/a.ts': '' }, async (folder) => {
      await symlink(path.join(folder, 'real'), path.join(folder, 'link'));
      await symlink('src/a.ts', path.join(folder, 'real/b.ts'));
      execFileSync('git', ['init', '-q'], { cwd: path.join(folder, 'real') });
      execFileSync('git', ['add', '.'], { cwd: path.join(folder, 'real') });
      const index = await openWithGit(path.join(folder, 'link'));
      assert.deepEqual(all(index), ['src/a.ts']);
      const real = path.join(await realpath(folder), 'real/src/a.ts');
      assert.equal(index.fromAbsolute(real), 'src/a.ts');
      assert.equal(index.fromAbsolute(path.join(folder, 'link/src/a.ts')), 'src/a.ts');
    });
  });

  it('takes a folder that is gone as empty', async () => {
    assert.equal((await indexOf('/nowhere/at/all')).paths.size, 0);
  });
});
