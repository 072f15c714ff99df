import { encodedMappings, TraceMap, type SourceMapSegment } from '@jridgewell/trace-mapping';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import path from 'node:path';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import type { ChosenMap } from '../../../../src/protocol/analysis';
import type { ResolvedFrame, ResolvedStack } from '../../../../src/protocol/resolve';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

const source = 'export function fail(): never {\n  throw new Error("x");\n}\n';
/** The source without its first word, one line lower. */
const generated = '"use strict";\nfunction fail() {\n  throw new Error("x");\n}\n';
const at = (file: string): string => `Error: x\n    at fail (${file}:3:9)`;

interface MapParts {
  readonly sources?: readonly (string | null)[];
  readonly contents?: readonly (string | null)[] | undefined;
  readonly lines?: SourceMapSegment[][];
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Each generated line leads to the one before it, token for token. */
const shifted: SourceMapSegment[][] = [
  [],
  [
    [0, 0, 0, 7],
    [9, 0, 0, 16],
  ],
  [
    [2, 0, 1, 2],
    [8, 0, 1, 8],
  ],
  [[0, 0, 2, 0]],
];

function mapText({
  sources = ['../src/fail.ts'],
  contents = [source],
  lines = shifted,
  more,
}: MapParts = {}): string {
  const decoded = { version: 3 as const, sources: [...sources], names: [], mappings: lines };
  const mappings = encodedMappings(new TraceMap(decoded));
  return JSON.stringify({ version: 3, sources, sourcesContent: contents, names: [], mappings, ...more });
}

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly text: string;
  readonly chosenMaps?: (folder: string) => readonly ChosenMap[];
}

function resolved({ files, text, chosenMaps }: Given): Promise<ResolvedStack> {
  return withWorkspace(files, async (folder) => {
    const resolver = new StackResolver(await indexOf(folder));
    try {
      return await resolver.resolveStack({ text, mappings: [], chosenMaps: chosenMaps?.(folder) ?? [] });
    } finally {
      resolver.dispose();
    }
  });
}

function brief(frame: ResolvedFrame | undefined): string | undefined {
  const { location } = frame ?? {};
  return location
    ? `${location.path}:${location.lineBase1} ${location.grade} ${location.reason}`
    : frame?.reason;
}

async function first(given: Given): Promise<ResolvedFrame | undefined> {
  return (await resolved(given)).exceptions[0]?.frames[0];
}

describe('source maps of a workspace', () => {
  const src = { 'src/fail.ts': source };
  const exact = 'src/fail.ts:2 exact sourcesContentEqual';

  it('are found by a URL relative to where the file was deployed', async () => {
    const files = {
      ...src,
      'web/dist/shop.js': `${generated}//# sourceMappingURL=/static/maps/shop.js.map\n`,
      'web/build/static/maps/shop.js.map': mapText({ sources: ['webpack://shop/./src/fail.ts'] }),
    };
    assert.equal(brief(await first({ files, text: at('https://shop.test/js/dist/shop.js') })), exact);
    const relative = {
      ...src,
      'dist/js/shop.js': `${generated}//# sourceMappingURL=../sourcemaps/shop.js.map\n`,
      'dist/js/shop.js.map': mapText({ sources: ['../../src/fail.ts'] }),
    };
    assert.equal(brief(await first({ files: relative, text: at('/app/dist/js/shop.js') })), exact);
  });

  it('are found by debug id, also where one of another build has the name', async () => {
    const id = '85314830-023f-4cf1-a267-535f4e37bb17';
    const other = '00000000-023f-4cf1-a267-535f4e37bb17';
    const files = {
      ...src,
      'dist/shop.js': `${generated}//# debugId=${id}\n//# sourceMappingURL=shop.js.map\n`,
      'maps/upload/7.map': mapText({ sources: ['webpack:///./src/fail.ts'], more: { debugId: id } }),
    };
    assert.equal(brief(await first({ files, text: at('/app/dist/shop.js') })), exact);
    const stale = {
      ...files,
      'dist/shop.js.map': mapText({ lines: [[], [], [[0, 0, 0, 0]]], more: { debug_id: other } }),
    };
    assert.equal(brief(await first({ files: stale, text: at('/app/dist/shop.js') })), exact);
    const { 'maps/upload/7.map': found, ...alone } = stale;
    assert.ok(found);
    const reported = await resolved({ files: alone, text: at('/app/dist/shop.js') });
    assert.equal(reported.problems[0]?.code, 'mapOtherDebugId');
  });

  describe('without their generated files', () => {
    const map = mapText({ sources: ['webpack:///./src/fail.ts'], more: { file: 'shop.js' } });

    it('are found by the name of the file in them, and prove no line', async () => {
      const files = { ...src, 'artifacts/maps/a.map': map };
      assert.equal(
        brief(await first({ files, text: at('/app/public/shop.js') })),
        'src/fail.ts:2 likely notVerified',
      );
    });

    it('prove a line where the name holds the hash of its content', async () => {
      const hashed = mapText({ sources: ['webpack:///./src/fail.ts'], more: { file: 'shop.8344d167.js' } });
      const files = { ...src, 'artifacts/shop.8344d167.js.map': hashed };
      assert.equal(brief(await first({ files, text: at('/app/public/shop.8344d167.js') })), exact);
      assert.equal(brief(await first({ files, text: at('/app/public/shop.99aabb00.js') })), 'notInWorkspace');
    });

    it('are listed where several may be meant', async () => {
      const files = { ...src, 'a/1.map': map, 'b/2.map': map };
      const frame = await first({ files, text: at('/app/public/shop.js') });
      assert.equal(frame?.reason, 'ambiguous');
      assert.deepEqual(
        frame.candidates?.map((candidate) => candidate.path),
        ['a/1.map', 'b/2.map'],
      );
    });
  });

  describe('that a person chose', () => {
    const files = {
      ...src,
      'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n`,
      'dist/shop.js.map': '<html>',
      'good/shop.map': mapText({ sources: ['../src/fail.ts'], more: { file: 'renamed.js' } }),
    };
    const chosen = (file: string, map: string) => (folder: string) => [{ file, map: path.join(folder, map) }];

    it('are taken by path or by name', async () => {
      for (const file of ['/app/dist/shop.js', 'shop.js']) {
        const chosenMaps = chosen(file, 'good/shop.map');
        assert.equal(brief(await first({ files, text: at('/app/dist/shop.js'), chosenMaps })), exact, file);
      }
      const chosenMaps = chosen('other.js', 'good/shop.map');
      assert.equal(brief(await first({ files, text: at('/app/dist/shop.js'), chosenMaps })), 'mapUnusable');
    });

    it('are reported where they are gone or do not fit', async () => {
      const gone = await resolved({
        files,
        text: at('/app/dist/shop.js'),
        chosenMaps: chosen('shop.js', 'no.map'),
      });
      assert.deepEqual(gone.problems, [
        { code: 'mapMissing', params: { file: 'dist/shop.js', map: 'no.map' } },
      ]);
      const beyond = { ...files, 'good/shop.map': mapText({ lines: [...shifted, [], [], [[9, 0, 0, 0]]] }) };
      const chosenMaps = chosen('shop.js', 'good/shop.map');
      const unfit = await resolved({ files: beyond, text: at('/app/dist/shop.js'), chosenMaps });
      assert.equal(unfit.problems[0]?.code, 'mapBeyondFile');
    });
  });

  describe('for frames without a column', () => {
    /** As `code.*` attributes name it. */
    const named = (files: Readonly<Record<string, string>>, name = 'fail'): Promise<ResolvedFrame> =>
      withWorkspace(files, async (folder) => {
        const resolver = new StackResolver(await indexOf(folder));
        try {
          const file = '/app/dist/shop.js';
          return await resolver.resolveCode({ file, lineBase1: 3, function: name, mappings: [] });
        } finally {
          resolver.dispose();
        }
      });
    const dist = { ...src, 'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n` };
    const two =
      'export function fail(): never {\n  throw new Error("x");\n}\nfunction other() {\n  fail();\n}\n';

    it('are exact where the whole line leads to one line', async () => {
      const files = { ...dist, 'dist/shop.js.map': mapText() };
      assert.equal(brief(await named(files)), exact);
    });

    it('are likely where one of the lines is in the function', async () => {
      const lines: SourceMapSegment[][] = [
        [],
        [],
        [
          [0, 0, 1, 2],
          [5, 0, 4, 2],
        ],
      ];
      const files = { ...dist, 'src/fail.ts': two, 'dist/shop.js.map': mapText({ contents: [two], lines }) };
      const frame = await named(files);
      assert.equal(brief(frame), 'src/fail.ts:2 likely columnMissing');
      assert.equal(frame.location?.columnBase1, undefined);
    });

    it('are candidates where several lines are', async () => {
      const lines: SourceMapSegment[][] = [
        [],
        [],
        [
          [0, 0, 0, 0],
          [2, 0, 1, 2],
          [5, 0, 4, 2],
        ],
      ];
      const files = { ...dist, 'src/fail.ts': two, 'dist/shop.js.map': mapText({ contents: [two], lines }) };
      const frame = await named(files, 'minified');
      assert.equal(frame.reason, 'ambiguous');
      assert.deepEqual(
        frame.candidates?.map(({ lineBase1 }) => lineBase1),
        [1, 2, 5],
      );
    });
  });

  describe('of generated sources', () => {
    it('end where they lead back', async () => {
      const looped = `${generated}//# sourceMappingURL=shop.js.map\n`;
      const files = {
        'dist/shop.js': looped,
        'dist/shop.js.map': mapText({
          sources: ['other.js'],
          contents: [null],
          lines: [
            [],
            [[0, 0, 1, 0]],
            [
              [2, 0, 2, 2],
              [8, 0, 2, 8],
            ],
          ],
        }),
        'dist/other.js': looped.replace('shop.js.map', 'other.js.map'),
        'dist/other.js.map': mapText({
          sources: ['shop.js'],
          contents: [null],
          lines: [
            [],
            [[0, 0, 1, 0]],
            [
              [2, 0, 2, 2],
              [8, 0, 2, 8],
            ],
          ],
        }),
      };
      const frame = await first({ files, text: at('/app/dist/shop.js') });
      assert.equal(frame?.location?.grade, 'likely');
      const self = {
        ...files,
        'dist/shop.js.map': mapText({
          sources: ['shop.js'],
          contents: [looped],
          lines: [
            [],
            [[0, 0, 1, 0]],
            [
              [2, 0, 2, 2],
              [8, 0, 2, 8],
            ],
          ],
        }),
      };
      assert.equal(
        brief(await first({ files: self, text: at('/app/dist/shop.js') })),
        'dist/shop.js:3 exact sourcesContentEqual',
      );
    });

    it('are followed through a text that only the first map has', async () => {
      const inline = Buffer.from(mapText({ sources: ['../src/fail.ts'] })).toString('base64');
      const middle = `${generated}//# sourceMappingURL=data:application/json;base64,${inline}\n`;
      const same = [
        [],
        [[0, 0, 1, 0]],
        [
          [2, 0, 2, 2],
          [8, 0, 2, 8],
        ],
      ] satisfies SourceMapSegment[][];
      const files = {
        ...src,
        'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n`,
        'dist/shop.js.map': mapText({ sources: ['../lib/middle.js'], contents: [middle], lines: same }),
      };
      assert.equal(brief(await first({ files, text: at('/app/dist/shop.js') })), exact);
    });

    it('are reported where they are broken, and not believed', async () => {
      const middle = `${generated}//# sourceMappingURL=middle.js.map\n`;
      const same = [
        [],
        [[0, 0, 1, 0]],
        [
          [2, 0, 2, 2],
          [8, 0, 2, 8],
        ],
      ] satisfies SourceMapSegment[][];
      const files = {
        ...src,
        'lib/middle.js': middle,
        'lib/middle.js.map': '{"version":3}',
        'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n`,
        'dist/shop.js.map': mapText({ sources: ['../lib/middle.js'], contents: [middle], lines: same }),
      };
      const stack = await resolved({ files, text: at('/app/dist/shop.js') });
      assert.equal(stack.problems[0]?.code, 'mapShape');
      assert.equal(stack.exceptions[0]?.frames[0]?.location?.path, 'lib/middle.js');
    });
  });

  it('tell one of several files of a name by its text', async () => {
    const files = {
      'a/src/fail.ts': `// a\n${source}`,
      'b/src/fail.ts': source,
      'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n`,
      'dist/shop.js.map': mapText({ sources: ['webpack://shop/./src/fail.ts?a1b2'] }),
    };
    assert.equal(
      brief(await first({ files, text: at('/app/dist/shop.js') })),
      'b/src/fail.ts:2 exact sourcesContentEqual',
    );
  });

  it('show sources that the workspace does not have, and none that are null', async () => {
    const dist = { 'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n` };
    await withWorkspace({ ...dist, 'dist/shop.js.map': mapText() }, async (folder) => {
      const resolver = new StackResolver(await indexOf(folder));
      const [frame] = (await resolver.resolveStack({ text: at('/app/dist/shop.js'), mappings: [] }))
        .exceptions[0]!.frames;
      assert.equal(frame?.reason, 'notInWorkspace');
      assert.deepEqual(frame.library, {
        source: {
          kind: 'sourcesContent',
          map: path.join(folder, 'dist/shop.js.map'),
          source: '../src/fail.ts',
        },
        lineBase1: 2,
        columnBase1: 9,
      });
      assert.equal(
        await resolver.sourcesContentOf(path.join(folder, 'dist/shop.js.map'), '../src/fail.ts'),
        source,
      );
      assert.equal(
        await resolver.sourcesContentOf(path.join(folder, 'dist/shop.js.map'), 'no.ts'),
        undefined,
      );
      assert.equal(
        await resolver.sourcesContentOf(path.join(folder, 'dist/no.map'), '../src/fail.ts'),
        undefined,
      );
      resolver.dispose();
    });
    const nameless = { ...src, ...dist, 'dist/shop.js.map': mapText({ sources: [null] }) };
    assert.equal(brief(await first({ files: nameless, text: at('/app/dist/shop.js') })), 'noSource');
  });

  it('tell code of packages by their ignore list', async () => {
    const files = {
      ...src,
      'dist/shop.js': `${generated}//# sourceMappingURL=shop.js.map\n`,
      'dist/shop.js.map': mapText({ more: { ignoreList: [0] } }),
    };
    const frame = await first({ files, text: at('/app/dist/shop.js') });
    assert.equal(frame?.kind, 'dependency');
    assert.equal(frame.inApp, false);
    assert.equal(frame.location, undefined);
  });
});

describe('compiled files without maps', () => {
  const files = {
    'tsconfig.base.json': '{ "compilerOptions": { "outDir": "./wrong", "rootDir": "./src" } }',
    'packages/shop/tsconfig.json':
      '{\n  // The package.\n  "extends": "../../tsconfig.base.json",\n  "compilerOptions": { "outDir": "build", "rootDir": "lib", },\n}\n',
    'packages/shop/lib/fail.ts': source,
    'packages/shop/build/fail.js': generated,
  };

  it('lead to the function in the source', async () => {
    assert.equal(
      brief(await first({ files, text: at('/app/packages/shop/build/fail.js') })),
      'packages/shop/lib/fail.ts:1 likely functionOnly',
    );
  });

  it('lead to the source alone where it has no such function, or two', async () => {
    const frame = await first({
      files,
      text: at('/app/packages/shop/build/fail.js').replace('fail', 'other'),
    });
    assert.equal(frame?.reason, 'noSourceMap');
    assert.deepEqual(frame.candidates, [{ path: 'packages/shop/lib/fail.ts', evidence: ['outDir'] }]);
    const twice = { ...files, 'packages/shop/lib/fail.ts': `${source}${source}` };
    assert.equal(
      (await first({ files: twice, text: at('/app/packages/shop/build/fail.js') }))?.reason,
      'noSourceMap',
    );
  });
});
