import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findFile, type FileMatch, type RootMapping } from '../../../../src/core/locate/findFile';
import { PathIndex } from '../../../../src/core/locate/pathIndex';
import { remotePathFrom } from '../../../../src/core/locate/remotePath';
import { RootConsensus } from '../../../../src/core/locate/rootConsensus';

interface Workspace {
  readonly files: readonly string[];
  readonly generated?: readonly string[];
  /** Paths that the service's frames had before. */
  readonly seen?: readonly string[];
  readonly mappings?: readonly RootMapping[];
}

function find(remote: string, { files, generated = [], seen = [], mappings = [] }: Workspace): FileMatch {
  const index = new PathIndex({ ignoreCase: false });
  files.forEach((file) => {
    index.add(file);
  });
  generated.forEach((file) => {
    index.add(file, true);
  });
  const consensus = new RootConsensus(index);
  for (const path of [...seen, remote]) {
    consensus.add(remotePathFrom(path)!);
  }
  return findFile(remotePathFrom(remote)!, index, consensus, mappings);
}

/** `path` where it was proven, `path?` where only the name agrees, else the kind of answer. */
function brief(match: FileMatch): string {
  return match.kind === 'found' ? `${match.path}${match.isProven ? '' : '?'}` : match.kind;
}

const packages = Array.from(
  { length: 200 },
  (_, i) => `packages/pkg-${String(i).padStart(3, '0')}/src/index.ts`,
);

describe('findFile', () => {
  const cases: readonly (readonly [title: string, remote: string, workspace: Workspace, expected: string])[] =
    [
      [
        'takes the only file that ends alike',
        '/srv/app/orders/app.py',
        { files: ['orders/app.py', 'tips/app.py'] },
        'orders/app.py',
      ],
      ['takes a file in the root of the workspace', '/app/server.js', { files: ['server.js'] }, 'server.js'],
      [
        'doubts a name that agrees in nothing else',
        '/app/lib/util.js',
        { files: ['packages/x/src/util.js'] },
        'packages/x/src/util.js?',
      ],
      ['knows no file of another name', '/app/a.js', { files: ['b.js'] }, 'none'],
      [
        'takes no first of several',
        '/app/src/order.ts',
        { files: ['packages/shop/src/order.ts', 'packages/pay/src/order.ts'] },
        'ambiguous',
      ],
      [
        'decides by the root on which two frames agree',
        '/app/src/order.ts',
        {
          files: [
            'packages/shop/src/order.ts',
            'packages/pay/src/order.ts',
            'packages/shop/src/http/routes.ts',
          ],
          seen: ['/app/src/http/routes.ts'],
        },
        'packages/shop/src/order.ts',
      ],
      [
        'finds the package whose name is in the path',
        '/srv/build/packages/pkg-117/src/index.ts',
        { files: packages },
        packages[117]!,
      ],
      ['leaves 200 equal files open', '/app/src/index.ts', { files: packages }, 'ambiguous'],
      [
        'is not fooled by a package called like a container root',
        '/app/src/index.ts',
        { files: [...packages, 'packages/app/src/index.ts'] },
        'ambiguous',
      ],
      [
        'follows a mapping',
        '/app/src/index.ts',
        { files: packages, mappings: [{ from: '/app', to: 'packages/pkg-042' }] },
        packages[42]!,
      ],
      [
        'follows the more specific of two mappings',
        '/app/api/src/index.ts',
        {
          files: packages,
          mappings: [
            { from: '/app', to: 'packages/pkg-001' },
            { from: '/app/api', to: 'packages/pkg-002' },
          ],
        },
        packages[2]!,
      ],
      [
        'maps whole folders only',
        '/app2/src/index.ts',
        { files: packages, mappings: [{ from: '/app', to: 'packages/pkg-001' }] },
        'ambiguous',
      ],
      ['compares whole segments only', '/app/src/order.ts', { files: ['src/xorder.ts'] }, 'none'],
      [
        'prefers a source to its copy in a build folder',
        '/x/src/order.js',
        { files: ['src/order.js'], generated: ['dist/src/order.js'] },
        'src/order.js',
      ],
      [
        'finds a bundle in an ignored folder',
        '/app/gateway/dist/server.js',
        { files: ['gateway/src/server.ts'], generated: ['gateway/dist/server.js'] },
        'gateway/dist/server.js',
      ],
      [
        'reads Windows paths',
        'C:\\app\\shop\\src\\order.ts',
        { files: ['shop/src/order.ts', 'pay/src/order.ts'] },
        'shop/src/order.ts',
      ],
      [
        'reads file URLs',
        'file:///srv/my%20app/src/order.mjs',
        { files: ['my app/src/order.mjs', 'src/order.mjs'] },
        'my app/src/order.mjs',
      ],
      [
        'reads webpack URLs',
        'webpack://shop/./src/order.ts?a1b2',
        { files: ['src/order.ts', 'old/order.ts'] },
        'src/order.ts',
      ],
      [
        'reads Next.js URLs',
        'webpack-internal:///(rsc)/./src/order.ts',
        { files: ['src/order.ts', 'old/order.ts'] },
        'src/order.ts',
      ],
      [
        'reads turbopack URLs',
        'turbopack:///[project]/src/order.ts [app-rsc] (ecmascript)',
        { files: ['src/order.ts'] },
        'src/order.ts',
      ],
      [
        'reads URLs of development servers',
        'http://localhost:5173/src/App.vue?t=1690000000000',
        { files: ['src/App.vue', 'old/App.vue'] },
        'src/App.vue',
      ],
    ];
  for (const [title, remote, workspace, expected] of cases) {
    it(title, () => {
      assert.equal(brief(find(remote, workspace)), expected);
    });
  }

  it('learns a root by the folders of files whose name thousands have', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      ['src/index.ts', 'src/db/index.ts', 'src/http/index.ts', 'lib/index.ts', `src/own${i}/index.ts`].map(
        (name) => `packages/pkg-${i}/${name}`,
      ),
    ).flat();
    const seen = ['/app/src/own33/index.ts'];
    assert.equal(
      brief(find('/app/src/db/index.ts', { files: many, seen })),
      'packages/pkg-33/src/db/index.ts',
    );
    assert.equal(brief(find('/app/src/db/index.ts', { files: many })), 'ambiguous');
  });

  it('leaves open what two programs of one service name have both', () => {
    const files = ['a', 'b'].flatMap((unit) =>
      ['src/index.ts', `src/${unit}/own.ts`].map((name) => `packages/${unit}/${name}`),
    );
    const own = (unit: string): string => `/app/src/${unit}/own.ts`;
    assert.equal(brief(find('/app/src/index.ts', { files, seen: [own('a')] })), 'packages/a/src/index.ts');
    const both = { files, seen: [own('a'), own('b'), '/app/package.json'] };
    assert.equal(brief(find('/app/src/index.ts', both)), 'ambiguous');
    assert.equal(brief(find(own('b'), both)), 'packages/b/src/b/own.ts');
  });

  it('lists files near the root of their package first where more fit than are listed', () => {
    const many = Array.from({ length: 600 }, (_, i) => [
      `a/p${i}/deep/er/order.go`,
      `a/p${i}/order.go`,
    ]).flat();
    const match = find('/app/order.go', { files: many });
    assert.ok(match.kind === 'ambiguous');
    assert.ok(match.candidates.every(({ path }) => !path.includes('deep')));
  });

  it('lists every candidate of an open question', () => {
    const match = find('/app/src/index.ts', { files: packages });
    assert.ok(match.kind === 'ambiguous');
    assert.deepEqual(new Set(match.candidates.map(({ path }) => path)), new Set(packages));
  });

  it('finds the right file or says that it does not know, for any unit of a monorepo under any root', () => {
    const units = ['shop', 'pay', 'mail'].map((unit) => `packages/${unit}`);
    const names = ['src/index.ts', 'src/order.ts', 'src/http/routes.ts', 'lib/util.ts', 'src/db/index.ts'];
    const layout = fc.uniqueArray(fc.tuple(fc.constantFrom(...units), fc.constantFrom(...names)), {
      minLength: 3,
      selector: ([unit, name]) => `${unit}/${name}`,
    });
    const root = fc.constantFrom('/app', '/usr/src/app', '/var/task', '/home/ci/checkout', 'C:/agent/work');
    fc.assert(
      fc.property(layout, root, fc.nat(), (files, remoteRoot, seed) => {
        const all = files.map(([unit, name]) => `${unit}/${name}`);
        const unit = files[seed % files.length]![0];
        const own = files.filter(([owner]) => owner === unit).map(([, name]) => name);
        const seen = own.map((name) => `${remoteRoot}/${name}`);
        for (const name of own) {
          const match = find(`${remoteRoot}/${name}`, { files: all, seen });
          assert.ok(
            match.kind === 'ambiguous' || (match.kind === 'found' && match.path === `${unit}/${name}`),
            brief(match),
          );
        }
      }),
    );
  });

  it('forgets a file that is gone and finds one that came', () => {
    const index = new PathIndex({ ignoreCase: true });
    index.add('a/src/Order.ts');
    index.add('b/src/order.ts');
    assert.equal(index.named('order.ts').length, 2);
    index.remove('A/src/order.ts');
    assert.deepEqual(
      index.named('/x/ORDER.ts').map(({ path }) => path),
      ['b/src/order.ts'],
    );
    index.remove('b/src/order.ts');
    assert.equal(index.named('order.ts').length, 0);
    assert.equal(index.size, 0);
  });
});
