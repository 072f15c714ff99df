import { AnyMap, decodedMappings, type TraceMap } from '@jridgewell/trace-mapping';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { fixturePath } from '../../../kit/fixture';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

const fixtures = fixturePath('sourceMaps');

/** What each bundler's own frames come to, in the order of `method`, `nested`, `async` and the caller of `package`. */
const bundlers: Readonly<
  Record<string, readonly [method: string, nested: string, async: string, caller: string | undefined]>
> = {
  esbuild: ['exact', 'exact', 'exact', 'exact'],
  esbuildInline: ['exact', 'exact', 'exact', 'exact'],
  webpack: ['exact', 'exact', 'exact', 'exact'],
  rollup: ['exact', 'exact', 'exact', 'exact'],
  vite: ['exact', 'exact', 'exact', 'exact'],
  parcel: ['exact', 'exact', 'exact', 'exact'],
  metro: ['exact', 'exact', 'exact', 'exact'],
  // It puts the package's function into its caller.
  turbopack: ['exact', 'exact', 'exact', undefined],
  chain: ['exact', 'exact', 'exact', 'exact'],
  // The first map has not the text of what was minified: nothing proves that it is the file on disk.
  terser: ['likely', 'likely', 'likely', 'likely'],
};

/** The line of the program that a comment marks. */
function marked(mark: string): string {
  for (const name of ['basket', 'checkout']) {
    const lines = readFileSync(path.join(fixtures, `program/src/${name}.ts`), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.endsWith(`// ${mark}`));
    if (line !== -1) {
      return `src/${name}.ts:${line + 1}`;
    }
  }
  throw new Error(mark);
}

/** A folder as the bundler left it, with the program beside it. */
function inBundle<T>(bundler: string, use: (folder: string) => Promise<T>): Promise<T> {
  return withWorkspace({}, async (folder) => {
    await cp(path.join(fixtures, 'program'), folder, { recursive: true });
    await cp(path.join(fixtures, bundler), folder, { recursive: true });
    if (bundler === 'turbopack') {
      await cp(path.join(folder, 'main.ts'), path.join(folder, 'src/main.ts'));
    }
    return use(folder);
  });
}

function stacksOf(bundler: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(path.join(fixtures, bundler, 'stacks.json'), 'utf8')) as Record<
    string,
    string
  >;
}

async function framesOf(folder: string, text: string): Promise<readonly ResolvedFrame[]> {
  const resolver = new StackResolver(await indexOf(folder));
  try {
    const stack = await resolver.resolveStack({ text, mappings: [] });
    assert.deepEqual(stack.problems, []);
    return stack.exceptions.flatMap(({ frames }) => frames);
  } finally {
    resolver.dispose();
  }
}

function lineOf(frame: ResolvedFrame | undefined): string {
  return frame?.location ? `${frame.location.path}:${frame.location.lineBase1}` : String(frame?.reason);
}

describe('bundles of real bundlers', () => {
  it('are all looked at', () => {
    const folders = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).filter((name) => name !== 'program');
    assert.deepEqual(names.sort(), [...Object.keys(bundlers), 'compiled', 'webpackEval'].sort());
  });

  for (const [bundler, grades] of Object.entries(bundlers)) {
    it(`lead to the lines that failed: ${bundler}`, async () => {
      await inBundle(bundler, async (folder) => {
        const stacks = stacksOf(bundler);
        for (const [i, name] of ['method', 'nested', 'async'].entries()) {
          const [top] = await framesOf(folder, stacks[name]!);
          assert.equal(lineOf(top), marked(`fails: ${name}`), `${bundler} ${name}`);
          assert.equal(top?.location?.grade, grades[i], `${bundler} ${name}: ${top?.location?.reason}`);
        }
        const [thrown, caller] = await framesOf(folder, stacks['package']!);
        assert.equal(thrown?.kind, 'dependency');
        assert.equal(thrown.location, undefined);
        assert.equal(lineOf(caller), grades[3] ? marked('calls: package') : 'notOwnCode');
        assert.equal(caller?.location?.grade, grades[3]);
      });
    });
  }

  for (const bundler of Object.keys(bundlers)) {
    it(`give every frame the line that another reader of maps gives it: ${bundler}`, async () => {
      await inBundle(bundler, async (folder) => {
        let compared = 0;
        for (const text of Object.values(stacksOf(bundler))) {
          for (const frame of await framesOf(folder, text)) {
            const expected = frame.location && oracle(folder, frame);
            if (expected !== undefined) {
              assert.equal(lineOf(frame), expected, frame.raw);
              compared++;
            }
          }
        }
        assert.ok(compared >= 12, `compared ${compared}`);
      });
    });
  }

  it('name functions as the source does', async () => {
    await inBundle('webpack', async (folder) => {
      const frames = await framesOf(folder, stacksOf('webpack')['method']!);
      assert.deepEqual(
        frames.slice(0, 2).map(({ sourceFunction }) => sourceFunction),
        ['Basket.add', 'checkout'],
      );
    });
  });

  it("show a package's code from inside the map", async () => {
    await inBundle('rollup', async (folder) => {
      const resolver = new StackResolver(await indexOf(folder));
      const text = stacksOf('rollup')['package']!;
      const [thrown] = (await resolver.resolveStack({ text, mappings: [] })).exceptions[0]!.frames;
      const source = thrown?.library?.source;
      assert.equal(source?.kind, 'sourcesContent');
      const content = await resolver.sourcesContentOf(source.map, source.source);
      resolver.dispose();
      const failing = content?.split('\n')[thrown!.library!.lineBase1! - 1];
      assert.ok(failing?.endsWith('// fails: package'), failing);
    });
  });

  it('lead to functions, not to lines, where there is no map', async () => {
    for (const bundler of ['compiled', 'webpackEval']) {
      await inBundle(bundler, async (folder) => {
        const stacks = stacksOf(bundler);
        const [method] = await framesOf(folder, stacks['method']!);
        assert.equal(lineOf(method), 'src/basket.ts:11', bundler);
        assert.equal(method?.location?.grade, 'likely');
        assert.equal(method.location.reason, 'functionOnly');
        const frames = await framesOf(folder, stacks['nested']!);
        assert.equal(lineOf(frames[0]), 'src/basket.ts:24', bundler);
        // The arrow function that `reduce` calls has no name to be found by.
        assert.equal(frames[1]?.reason, 'noSourceMap', bundler);
        assert.equal(frames[1].candidates?.[0]?.path, 'src/basket.ts');
      });
    }
  });

  it('lead to functions where neither map nor compiled file is in the workspace', async () => {
    await withWorkspace({}, async (folder) => {
      await cp(path.join(fixtures, 'program'), folder, { recursive: true });
      const [method] = await framesOf(folder, stacksOf('compiled')['method']!);
      assert.equal(lineOf(method), 'src/basket.ts:11');
      assert.equal(method?.location?.grade, 'likely');
    });
  });

  it('are no more than likely where only the map is in the workspace, unless its name holds a hash', async () => {
    for (const [bundler, script, grade] of [
      ['esbuild', 'out/main.js', 'likely'],
      ['vite', 'out/assets/main-COl5p460.js', 'exact'],
    ] as const) {
      await withWorkspace({}, async (folder) => {
        await cp(path.join(fixtures, 'program'), folder, { recursive: true });
        await cp(path.join(fixtures, bundler, `${script}.map`), path.join(folder, `${script}.map`));
        const [method] = await framesOf(folder, stacksOf(bundler)['method']!);
        assert.equal(lineOf(method), marked('fails: method'));
        assert.equal(method?.location?.grade, grade, bundler);
      });
    }
  });
});

/** `path:line` by another library; follows maps of maps. `undefined` for frames that no map of the folder is for. */
function oracle(folder: string, frame: ResolvedFrame): string | undefined {
  const printed = frame.file!.replace('file://', '');
  const local = printed.split('/').slice(4).join('/');
  let at = { file: local, line: Number(frame.lineBase1), column: frame.columnBase1! - 1 };
  for (;;) {
    const map = mapOf(folder, at.file);
    if (!map) {
      return at.file === local ? undefined : `${at.file}:${at.line}`;
    }
    const { line: generatedLine, column: generatedColumn } = at;
    // Where segments begin in the same place, minifiers mean the last one.
    const segment = decodedMappings(map)[generatedLine - 1]!.findLast(([start]) => start <= generatedColumn);
    const [, source, line, column] = segment as [number, number, number, number];
    const url = decodeURIComponent(map.resolvedSources[source]!)
      .replace('webpack://shop/', '../')
      .replace(/^\/srv\/bundles\/\w+\//, '../');
    at = { file: path.posix.join(path.posix.dirname(at.file), url), line: line + 1, column };
  }
}

function mapOf(folder: string, file: string): TraceMap | undefined {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const inline = /^\/\/# sourceMappingURL=data:[^,]*,(\S+)\s*$/m.exec(text)?.[1];
  if (inline !== undefined) {
    return new AnyMap(Buffer.from(inline, 'base64').toString());
  }
  const named = /^\/\/# sourceMappingURL=(\S+)\s*$/m.exec(text)?.[1];
  const map = named && path.join(folder, path.dirname(file), named);
  return map ? new AnyMap(readFileSync(map, 'utf8')) : undefined;
}
