import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findFile } from '../../../../src/core/locate/findFile';
import { mappingBetween, pathsBelow } from '../../../../src/core/locate/mappingBetween';
import { PathIndex } from '../../../../src/core/locate/pathIndex';
import { remotePathFrom } from '../../../../src/core/locate/remotePath';
import { RootConsensus } from '../../../../src/core/locate/rootConsensus';

describe('mappingBetween', () => {
  const mappings: readonly (readonly [printed: string, local: string, from: string, to: string])[] = [
    ['/srv/build-71/db/pool.py', 'services/orders/db/pool.py', '/srv/build-71', 'services/orders'],
    ['/srv/app/db.py', 'db.py', '/srv/app', '.'],
    ['/app/db.py', 'services/orders/app/db.py', '/app', 'services/orders/app'],
    ['C:\\agent\\_work\\1\\s\\Orders\\Pool.cs', 'src/Orders/Pool.cs', '/agent/_work/1/s', 'src'],
    ['file:///home/ci/a%20b/x.ts', 'packages/web/x.ts', '/home/ci/a b', 'packages/web'],
    ['\\\\server\\share\\src\\x.cs', 'src/x.cs', '/server/share', '.'],
    ['orders/pool.py', 'services/orders/pool.py', 'orders', 'services/orders'],
    ['webpack://shop/./src/x.ts', 'packages/web/src/x.ts', 'src', 'packages/web/src'],
    ['com/acme/Pool.java', 'core/src/main/java/com/acme/Pool.java', 'com', 'core/src/main/java/com'],
    // A disk that tells no cases apart prints any.
    ['C:\\Build\\SRC\\Pool.cs', 'src/pool.cs', '/Build', '.'],
  ];
  for (const [printed, local, from, to] of mappings) {
    it(`maps ${from} to ${to} for ${printed}`, () => {
      assert.deepEqual(mappingBetween(printed, local), { ok: true, value: { from, to, isWholeDisk: false } });
    });
  }

  it('says where only the whole disk could be mapped', () => {
    assert.deepEqual(mappingBetween('/db.py', 'services/orders/db.py'), {
      ok: true,
      value: { from: '/', to: 'services/orders', isWholeDisk: true },
    });
  });

  it('gives no mapping to a file of another name, from a bare name, or from what is no file', () => {
    assert.deepEqual(mappingBetween('/app/dist/x.js', 'src/x.ts'), { ok: false, error: 'nameDiffers' });
    assert.deepEqual(mappingBetween('x.js', 'src/x.js'), { ok: false, error: 'noFolder' });
    assert.deepEqual(mappingBetween('<stdin>', 'src/x.js'), { ok: false, error: 'noFile' });
  });

  it('gives mappings that lead from the printed path to the file', () => {
    const segment = fc.constantFrom('app', 'src', 'orders', 'db', 'lib', 'a b');
    const folders = fc.array(segment, { maxLength: 5 });
    fc.assert(
      fc.property(folders, folders, fc.boolean(), (remoteFolders, localFolders, isAbsolute) => {
        const printed = (isAbsolute ? '/' : '') + [...remoteFolders, 'x.py'].join('/');
        const local = [...localFolders, 'x.py'].join('/');
        const mapping = mappingBetween(printed, local);
        if (!mapping.ok) {
          assert.deepEqual([mapping.error, remoteFolders.length, isAbsolute], ['noFolder', 0, false]);
          return;
        }
        const index = new PathIndex({ ignoreCase: false });
        index.add(local);
        const { from, to } = mapping.value;
        const match = findFile(remotePathFrom(printed)!, index, new RootConsensus(index), [
          { from, to: to === '.' ? '' : to },
        ]);
        assert.ok(match.kind === 'found' && match.path === local && match.via === 'mapping');
      }),
    );
  });
});

describe('pathsBelow', () => {
  it('lists what a printed path may be in a folder, from most to least in common', () => {
    assert.deepEqual(pathsBelow('C:\\app\\src\\db.py', 'services/orders'), [
      'services/orders/app/src/db.py',
      'services/orders/src/db.py',
      'services/orders/db.py',
    ]);
    assert.deepEqual(pathsBelow('<stdin>', 'services'), []);
  });
});
