import { TraceMap, eachMapping, originalPositionFor } from '@jridgewell/trace-mapping';
import { build } from 'esbuild';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import type { PathMapping } from '../../../../src/protocol/analysis';
import type { ResolvedFrame, ResolvedStack } from '../../../../src/protocol/resolve';
import { fixturePath } from '../../../kit/fixture';
import { readJson, recordedStacks } from '../../../kit/stackFixtures';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

interface Truth {
  readonly service: string;
  readonly exceptionType: string | null;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly causeFile?: string;
  readonly causeLine?: number;
  readonly seenAt?: Truth;
}

const sampleApp = fixturePath('sampleApp');

async function resolve(
  folder: string,
  text: string,
  mappings: readonly PathMapping[] = [],
): Promise<ResolvedStack> {
  const resolver = new StackResolver(await indexOf(folder));
  try {
    return await resolver.resolveStack({ text, mappings });
  } finally {
    resolver.dispose();
  }
}

function framesOf(stack: ResolvedStack): readonly ResolvedFrame[] {
  return stack.exceptions.flatMap((exception) => exception.frames);
}

/** `path:line:column grade reason`, or the reason why there is none. */
function brief(frame: ResolvedFrame | undefined): string | undefined {
  const { location } = frame ?? {};
  return location
    ? `${location.path}:${location.lineBase1}:${location.columnBase1 ?? '-'} ${location.grade} ${location.reason}`
    : frame?.reason;
}

describe('StackResolver', () => {
  it('leads every recorded failure to the line of the ground truth, exactly', async () => {
    const { kinds } = readJson('sampleApp/groundTruth.json') as {
      readonly kinds: Readonly<Record<string, Truth>>;
    };
    const resolver = new StackResolver(await indexOf(sampleApp));
    const reached = new Set<string>();
    for (const { text, kinds: names, service, name } of recordedStacks()) {
      const frame = await resolver.resolveTopFrame({
        text,
        mappings: [],
        ...(service === undefined ? {} : { service }),
      });
      for (const kind of names) {
        const truth = kinds[kind]!.seenAt ?? kinds[kind]!;
        if (truth.service !== service || !frame?.location) {
          continue;
        }
        assert.equal(frame.location.path, truth.file, name);
        assert.equal(frame.location.lineBase1, truth.line, name);
        assert.equal(frame.location.columnBase1, truth.column, name);
        assert.equal(frame.location.grade, 'exact', name);
        reached.add(kind);
      }
    }
    resolver.dispose();
    assert.deepEqual([...reached].sort(), Object.keys(kinds).sort());
  });

  it('leads the causes of the recorded failures to their lines, too', async () => {
    const { kinds } = readJson('sampleApp/groundTruth.json') as {
      readonly kinds: Readonly<Record<string, Truth>>;
    };
    for (const { text, kinds: names, service } of recordedStacks()) {
      const truth = kinds[names[0]!]!;
      if (truth.causeFile === undefined || service !== 'orders') {
        continue;
      }
      const stack = await resolve(sampleApp, text);
      const cause = stack.exceptions.filter(({ relation }) => relation === 'cause').at(-1);
      const own = cause?.frames.find(({ inApp }) => inApp);
      assert.equal(
        `${own?.location?.path}:${own?.location?.lineBase1}`,
        `${truth.causeFile}:${truth.causeLine}`,
      );
    }
  });

  it('gives no recorded frame of the sample a wrong line, whatever its grade', async () => {
    const oracle = new Map(
      ['server.js', 'server.dev.js'].map((name) => [
        `/srv/app/gateway/dist/${name}`,
        new TraceMap(readFileSync(path.join(sampleApp, `gateway/dist/${name}.map`), 'utf8')),
      ]),
    );
    let compared = 0;
    for (const { text } of recordedStacks()) {
      for (const frame of framesOf(await resolve(sampleApp, text))) {
        const map = oracle.get(frame.file ?? '');
        if (map) {
          const expected = originalPositionFor(map, {
            line: frame.lineBase1!,
            column: frame.columnBase1! - 1,
          });
          const { location } = frame;
          assert.equal(location?.path, path.posix.join('gateway/dist', expected.source!));
          assert.deepEqual([location.lineBase1, location.columnBase1], [expected.line, expected.column! + 1]);
          compared++;
        }
      }
    }
    assert.ok(compared > 150, `compared ${compared}`);
  });

  for (const name of ['server.js', 'server.dev.js']) {
    it(`maps every segment of ${name} to the position that the oracle gives`, async () => {
      const map = new TraceMap(readFileSync(path.join(sampleApp, `gateway/dist/${name}.map`), 'utf8'));
      const lines: string[] = [];
      const expected: string[] = [];
      eachMapping(map, ({ generatedLine, generatedColumn, source, originalLine, originalColumn }) => {
        lines.push(`    at /srv/app/gateway/dist/${name}:${generatedLine}:${generatedColumn + 1}`);
        expected.push(
          source === null
            ? 'none'
            : `${path.posix.join('gateway/dist', source)}:${originalLine}:${originalColumn + 1}`,
        );
      });
      const frames = framesOf(await resolve(sampleApp, `Error: x\n${lines.join('\n')}`));
      const actual = frames.map(({ location }) =>
        location ? `${location.path}:${location.lineBase1}:${location.columnBase1 ?? '-'}` : 'none',
      );
      assert.ok(expected.length > 500);
      assert.deepEqual(actual, expected);
    });
  }

  describe('in a workspace of 200 packages with equal files', () => {
    const body = 'export function start(): void {\n  throw new Error("x");\n}\n';
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`packages/pkg-${i}/src/index.ts`, body]),
    );
    const at = (file: string): string => `Error: x\n    at start (${file}:2:9)`;

    it('claims no line while nothing tells the package, and lists all of them', async () => {
      await withWorkspace(files, async (folder) => {
        const [frame] = framesOf(await resolve(folder, at('/app/src/index.ts')));
        assert.equal(brief(frame), 'ambiguous');
        assert.equal(frame?.candidates?.length, 200);
        assert.deepEqual(frame.via, []);
      });
    });

    it('is exact once a mapping tells it', async () => {
      await withWorkspace(files, async (folder) => {
        const mappings = [{ from: '/app', to: 'packages/pkg-17' }];
        const [frame] = framesOf(await resolve(folder, at('/app/src/index.ts'), mappings));
        assert.equal(brief(frame), 'packages/pkg-17/src/index.ts:2:9 exact functionEncloses');
        assert.deepEqual(frame?.via, ['mapping']);
      });
    });

    it('is exact once the path tells it', async () => {
      await withWorkspace(files, async (folder) => {
        const [frame] = framesOf(await resolve(folder, at('/home/ci/work/packages/pkg-17/src/index.ts')));
        assert.equal(brief(frame), 'packages/pkg-17/src/index.ts:2:9 exact functionEncloses');
      });
    });

    it('is exact once another frame of the service tells it', async () => {
      const more = {
        ...files,
        'packages/pkg-17/src/only/here.ts': 'export const go = () => {\n  start();\n};\n',
      };
      await withWorkspace(more, async (folder) => {
        const text = `${at('/app/src/index.ts')}\n    at go (/app/src/only/here.ts:2:3)`;
        assert.deepEqual(framesOf(await resolve(folder, text)).map(brief), [
          'packages/pkg-17/src/index.ts:2:9 exact functionEncloses',
          'packages/pkg-17/src/only/here.ts:2:3 exact functionEncloses',
        ]);
      });
    });

    it('is not exact where the mapping leads to another function', async () => {
      const changed = {
        ...files,
        'packages/pkg-17/src/index.ts': `export function other() {\n  throw new Error("x");\n}\n`,
      };
      await withWorkspace(changed, async (folder) => {
        const [frame] = framesOf(
          await resolve(folder, at('/app/src/index.ts'), [{ from: '/app', to: 'packages/pkg-17' }]),
        );
        assert.equal(brief(frame), 'packages/pkg-17/src/index.ts:2:9 likely functionDiffers');
      });
    });
  });

  describe('on Python source text', () => {
    const frame =
      'Traceback (most recent call last):\n  File "/srv/shop/app.py", line 2, in pay\n    charge(order)\nValueError: x';
    const cases: readonly (readonly [title: string, text: string, expected: string])[] = [
      [
        'is exact where the text stands',
        'def pay(order):\n    charge(order)\n',
        'app.py:2:- exact sourceTextEqual',
      ],
      [
        'follows a line that moved',
        'import x\n\ndef pay(order):\n    charge(order)\n',
        'app.py:4:- moved sourceTextMoved',
      ],
      ['doubts another text', 'def pay(order):\n    refund(order)\n', 'app.py:2:- likely sourceTextDiffers'],
      [
        'doubts a text that stands twice',
        '\ndef pay(order):\n    charge(order)\n    charge(order)\n',
        'app.py:2:- likely sourceTextDiffers',
      ],
      [
        'doubts the same text in another function',
        'def refund(order):\n    charge(order)\n',
        'app.py:2:- likely functionDiffers',
      ],
      ['knows no line beyond the end', '', 'lineOutOfRange'],
    ];
    for (const [title, text, expected] of cases) {
      it(title, async () => {
        await withWorkspace({ 'app.py': text }, async (folder) => {
          assert.equal(brief(framesOf(await resolve(folder, frame))[0]), expected);
        });
      });
    }
  });

  describe('through source maps that esbuild made', () => {
    const source =
      'export function fail(order: { id: string }): never {\n  throw new Error(`order ${order.id}`);\n}\n\nfail({ id: "7" });\n';

    interface Bundle {
      readonly code: string;
      readonly stack: string;
    }

    /** Bundles `src/fail.ts` into `dist/fail.js` and runs it, as if it stood in `/app`. */
    async function bundle(folder: string, options: Parameters<typeof build>[0]): Promise<Bundle> {
      const outfile = path.join(folder, 'dist/fail.js');
      const entryPoints = [path.join(folder, 'src/fail.ts')];
      await build({ entryPoints, outfile, bundle: true, format: 'iife', logLevel: 'error', ...options });
      const code = await readFile(outfile, 'utf8');
      const at = code.indexOf('new Error(');
      const lines = code.slice(0, at).split('\n');
      const name = /function (\w+)\(/.exec(code)![1]!;
      return {
        code,
        stack: `Error: order 7\n    at ${name} (/app/dist/fail.js:${lines.length}:${lines.at(-1)!.length + 1})`,
      };
    }

    const forms: readonly (readonly [
      title: string,
      options: Parameters<typeof build>[0],
      expected: string,
    ])[] = [
      ['beside', { sourcemap: 'linked', minify: true }, 'src/fail.ts:2:9 exact sourcesContentEqual'],
      ['inline', { sourcemap: 'inline', minify: true }, 'src/fail.ts:2:9 exact sourcesContentEqual'],
      [
        'without a comment',
        { sourcemap: 'external', minify: true },
        'src/fail.ts:2:9 exact sourcesContentEqual',
      ],
      [
        'without contents',
        { sourcemap: true, sourcesContent: false },
        'src/fail.ts:2:9 exact functionEncloses',
      ],
      [
        'with a remote source root',
        { sourcemap: true, sourceRoot: '/app/dist' },
        'src/fail.ts:2:9 exact sourcesContentEqual',
      ],
    ];
    for (const [title, options, expected] of forms) {
      it(`finds the line with a map ${title}`, async () => {
        await withWorkspace({ 'src/fail.ts': source }, async (folder) => {
          const { stack } = await bundle(folder, options);
          const resolved = await resolve(folder, stack);
          assert.deepEqual(resolved.problems, []);
          assert.equal(brief(framesOf(resolved)[0]), expected);
        });
      });
    }

    it('follows a line that moved since the build', async () => {
      await withWorkspace({ 'src/fail.ts': source }, async (folder) => {
        const { stack } = await bundle(folder, { sourcemap: true, minify: true });
        await writeFile(path.join(folder, 'src/fail.ts'), `// new\n// lines\n${source}`);
        const [frame] = framesOf(await resolve(folder, stack));
        assert.equal(brief(frame), 'src/fail.ts:4:- moved sourceTextMoved');
        assert.deepEqual(frame?.via, ['path', 'sourceMap', 'sourcesContent']);
      });
    });

    it('reports a map that is broken, of another file, of another build or gone, and believes none of them', async () => {
      await withWorkspace({ 'src/fail.ts': source }, async (folder) => {
        const { stack, code } = await bundle(folder, { sourcemap: true, minify: true });
        const mapFile = path.join(folder, 'dist/fail.js.map');
        const map = JSON.parse(await readFile(mapFile, 'utf8')) as Record<string, unknown>;
        const broken: readonly (readonly [code: string, map: unknown])[] = [
          ['mapNotJson', undefined],
          ['mapVersion', { ...map, version: 4 }],
          ['mapSourceIndex', { ...map, sources: [] }],
          ['mapSourceLine', { ...map, sourcesContent: ['one line'] }],
          ['mapOtherFile', { ...map, file: 'other.js' }],
          ['mapBeyondFile', { ...map, mappings: `${String(map['mappings'])}${';'.repeat(50)}AAAA` }],
        ];
        for (const [fault, json] of broken) {
          await writeFile(mapFile, json === undefined ? '<html>' : JSON.stringify(json));
          const resolved = await resolve(folder, stack);
          assert.equal(brief(framesOf(resolved)[0]), 'mapUnusable', fault);
          const params = { file: 'dist/fail.js', map: 'dist/fail.js.map' };
          assert.deepEqual(resolved.problems, [{ code: fault, params }]);
        }
        await rm(mapFile);
        assert.equal((await resolve(folder, stack)).problems[0]?.code, 'mapMissing');
        await writeFile(mapFile, JSON.stringify({ ...map, debugId: '85314830-023f-4cf1-a267-535f4e37bb17' }));
        await writeFile(
          path.join(folder, 'dist/fail.js'),
          code.replace('//#', '//# debugId=00000000-023f-4cf1-a267-535f4e37bb17\n//#'),
        );
        assert.equal((await resolve(folder, stack)).problems[0]?.code, 'mapOtherDebugId');
      });
    });

    it('is never exact on a bundle of another build', async () => {
      await withWorkspace({ 'src/fail.ts': source }, async (folder) => {
        const { stack } = await bundle(folder, { sourcemap: true, minify: true });
        await writeFile(
          path.join(folder, 'src/fail.ts'),
          `const more = [1, 2, 3].map((x) => x + 1);\nconsole.log(more);\n${source}`,
        );
        await bundle(folder, { sourcemap: true, minify: true });
        assert.notEqual(framesOf(await resolve(folder, stack))[0]?.location?.grade, 'exact');
        const beyond = stack.replace(/:\d+\)$/, ':99999)');
        assert.equal(brief(framesOf(await resolve(folder, beyond))[0]), 'otherBuild');
      });
    });

    it('believes a nameless frame of a bundle only beside a named one that fits', async () => {
      await withWorkspace({ 'src/fail.ts': source }, async (folder) => {
        const { stack } = await bundle(folder, { sourcemap: true, minify: true });
        const nameless = `Error: x\n${stack.split('\n')[1]!.replace(/at \w+ \((.*)\)/, 'at $1')}`;
        assert.equal(
          brief(framesOf(await resolve(folder, `${nameless}\n`))[0]),
          'src/fail.ts:2:9 likely notVerified',
        );
        const both = framesOf(await resolve(folder, `${stack}\n${nameless.split('\n')[1]!}\n`));
        assert.equal(brief(both[1]), 'src/fail.ts:2:9 exact sourcesContentEqual');
      });
    });

    it('maps no position twice', async () => {
      await withWorkspace({ 'src/fail.ts': source }, async (folder) => {
        await bundle(folder, { sourcemap: true, minify: true });
        const [frame] = framesOf(await resolve(folder, 'Error: x\n    at fail (/app/src/fail.ts:2:9)'));
        assert.equal(brief(frame), 'src/fail.ts:2:9 exact functionEncloses');
        assert.deepEqual(frame?.via, ['path']);
      });
    });
  });

  it('takes eval, cut and nameless frames for no more than they are', async () => {
    const files = { 'src/a.js': 'function run() {\n  eval("x()");\n}\nrun();\n' };
    await withWorkspace(files, async (folder) => {
      const text = [
        'Error: x',
        '    at eval (eval at run (/app/src/a.js:2:3), <anonymous>:1:1)',
        '    at /app/src/a.js:2:3',
        '    at run (/other/a.js:2:3)',
        '    at Array.map (<anonymous>)',
        '    at g (/app/node_modules/x/a.js:1:1)',
      ].join('\n');
      assert.deepEqual(framesOf(await resolve(folder, text)).map(brief), [
        'src/a.js:2:3 likely evalCall',
        'src/a.js:2:3 likely notVerified',
        'src/a.js:2:3 likely nameOnly',
        'notOwnCode',
        'notOwnCode',
      ]);
    });
  });

  it('finds a file of this very machine by its own path', async () => {
    const files = {
      'a/index.js': 'function f() {\n  g();\n}\n',
      'b/index.js': 'function f() {\n  g();\n}\n',
    };
    await withWorkspace(files, async (folder) => {
      const [frame] = framesOf(await resolve(folder, `Error: x\n    at f (file://${folder}/b/index.js:2:3)`));
      assert.equal(brief(frame), 'b/index.js:2:3 exact functionEncloses');
    });
  });

  it('opens nothing outside of the workspace', async () => {
    await withWorkspace({ 'a.js': 'x' }, async (folder) => {
      const outside = 'Error: x\n    at f (/etc/passwd:1:1)\n    at g (/app/../../../../etc/hosts:1:1)';
      assert.deepEqual(framesOf(await resolve(folder, outside)).map(brief), [
        'notInWorkspace',
        'notInWorkspace',
      ]);
    });
  });
});
