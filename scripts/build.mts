// Bundles the extension, its workers, the command line and the webview into dist/: node scripts/build.mts [--dev | --tests]
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { copyFile, glob, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

/** What a build is for. */
export interface BuildPurpose {
  /** Readable bundles with source maps, instead of small ones. */
  readonly dev?: boolean;
  /** Also every test file, which implies `dev`. */
  readonly tests?: boolean;
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  // Function names appear in our own stacks and logs.
  keepNames: true,
  logLevel: 'warning',
  legalComments: 'none',
};

const node: BuildOptions = { ...common, platform: 'node', target: 'node22.19', format: 'cjs' };

async function existing(names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob(names, { cwd: root })) {
    found.push(file);
  }
  return found;
}

async function bundleTests(): Promise<void> {
  const files = await existing([
    'test/{unit,contract,bench,integration}/**/*.{test,bench}.ts',
    'test/integration/index.ts',
  ]);
  if (files.length > 0) {
    await build({
      ...node,
      // One module graph for all test files; what cannot be bundled stays a package.
      entryPoints: files,
      outdir: path.join(dist, 'test'),
      outbase: path.join(root, 'test'),
      minify: false,
      sourcemap: 'inline',
      // `repositoryRoot` of the kit does without.
      logOverride: { 'empty-import-meta': 'silent' },
      external: [
        'vscode',
        'mocha',
        'fast-check',
        'playwright-core',
        'esbuild',
        'source-map',
        'protobufjs',
        '@vscode/test-electron',
      ],
    });
  }
}

/** The extension as ES modules, with what `import()` names in files of their own. */
interface SplitExtension {
  /** Files below `dist` by their names. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is read with `extension.js`, itself included, with the names that each exports. */
  readonly first: ReadonlyMap<string, readonly string[]>;
  /** Source files of these. */
  readonly firstSources: ReadonlySet<string>;
}

async function splitExtension(kind: BuildOptions, plugins: Plugin[] = []): Promise<SplitExtension> {
  const { outputFiles, metafile } = await build({
    ...node,
    ...kind,
    // Read whenever a window opens: short beats names in stacks of what is shipped.
    keepNames: kind.minify !== true,
    format: 'esm',
    splitting: true,
    chunkNames: 'extension-[name]-[hash]',
    entryPoints: ['src/extension.ts'],
    outdir: dist,
    external: ['vscode'],
    sourcemap: kind.sourcemap ? 'inline' : false,
    write: false,
    metafile: true,
    plugins,
  });
  const { outputs } = metafile;
  const first = new Set(['dist/extension.js']);
  for (const name of first) {
    for (const imported of outputs[name]!.imports) {
      if (imported.kind === 'import-statement' && imported.path in outputs) {
        first.add(imported.path);
      }
    }
  }
  return {
    texts: new Map(outputFiles.map((file) => [path.basename(file.path), file.text])),
    first: new Map([...first].map((name) => [path.basename(name), outputs[name]!.exports])),
    firstSources: new Set([...first].flatMap((name) => Object.keys(outputs[name]!.inputs))),
  };
}

/** Gives what is read later words of its own, so that they are not read with the first ones. */
function laterWords(firstSources: ReadonlySet<string>): Plugin {
  return {
    name: 'later words',
    setup(bundle) {
      bundle.onResolve({ filter: /\/words$/ }, ({ importer }) =>
        firstSources.has(path.relative(root, importer).replaceAll(path.sep, '/'))
          ? undefined
          : { path: path.join(root, 'src/words.ts'), suffix: '?later' },
      );
    },
  };
}

/** Makes one file of those that are read first; the others find in it what these exported. */
function firstAsOne({ texts, first }: SplitExtension): Plugin {
  const files = [...first.keys()];
  const exportsFrom = (file: string, from: string, name: (exported: string) => string): string =>
    `export { ${first.get(file)!.map(name).join(', ')} } from './${from}';`;
  const nameInOne = (file: string, name: string): string =>
    file === 'extension.js' ? name : `_${files.indexOf(file)}_${name}`;
  return {
    name: 'first as one',
    setup(bundle) {
      bundle.onResolve({ filter: /^(\.\/)?extension/ }, ({ path: asked, importer, namespace, kind }) => {
        const file = path.basename(asked);
        if (kind === 'entry-point') {
          return { path: path.join(dist, file), namespace: file === 'extension.js' ? 'one' : 'file' };
        }
        if (kind === 'dynamic-import' || namespace === 'inOne' || !first.has(file)) {
          return { path: asked, external: true };
        }
        return namespace === 'one' || first.has(path.basename(importer))
          ? { path: path.join(dist, file) }
          : { path: file, namespace: 'inOne' };
      });
      bundle.onLoad({ filter: /.*/, namespace: 'one' }, () => ({
        contents: files
          .map((file) => exportsFrom(file, file, (name) => `${name} as ${nameInOne(file, name)}`))
          .join('\n'),
      }));
      bundle.onLoad({ filter: /.*/, namespace: 'inOne' }, ({ path: file }) => ({
        contents: exportsFrom(file, 'extension.js', (name) => `${nameInOne(file, name)} as ${name}`),
      }));
      bundle.onLoad({ filter: /[\\/]dist[\\/]extension[^\\/]*\.js$/ }, ({ path: file }) => ({
        contents: texts
          .get(path.basename(file))!
          .replaceAll(/import\s*\*\s*as ([\w$]+) from\s*"vscode"/g, 'import { vscode as $1 } from "vscode"'),
      }));
      // As a namespace, each of its imports would be a copy of the whole API, made while the extension starts.
      bundle.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
        namespace === 'api' ? { path: 'vscode', external: true } : { path: 'vscode', namespace: 'api' },
      );
      bundle.onLoad({ filter: /.*/, namespace: 'api' }, () => ({
        contents: 'export const vscode = require("vscode");',
      }));
    },
  };
}

/**
 * Bundles the extension: one file of all that activation needs, since each file more is looked for, read and compiled by itself, and files of
 * what is read when first asked for. Only ES modules are split, and VS Code loads only CommonJS: the parts are bundled again.
 */
async function bundleExtension(kind: BuildOptions): Promise<void> {
  const { firstSources } = await splitExtension(kind);
  const split = await splitExtension(kind, [laterWords(firstSources)]);
  await build({
    ...node,
    ...kind,
    keepNames: false,
    entryPoints: [...split.texts.keys()]
      .filter((file) => file === 'extension.js' || !split.first.has(file))
      .map((file) => ({ in: file, out: path.basename(file, '.js') })),
    outdir: dist,
    // The parts have the names of the files that they become, and are not on disk.
    allowOverwrite: true,
    // A module of the workbench is found by `require` alone.
    supported: { 'dynamic-import': false },
    plugins: [firstAsOne(split)],
  });
}

/** Builds everything that exists below src and webview. */
export async function buildAll(purpose: BuildPurpose = {}): Promise<void> {
  const dev = purpose.dev === true || purpose.tests === true;
  const kind: BuildOptions = { sourcemap: dev ? 'linked' : false, minify: !dev };
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const workers = await existing(['src/engineWorker.ts', 'src/analysisWorker.ts', 'src/cli.ts']);
  const webviews = await existing(['webview/timeline/main.ts']);
  await Promise.all([
    // `vscode` is external here alone: a leak of it into a worker or webview fails the build.
    bundleExtension(kind),
    workers.length > 0 && build({ ...node, ...kind, entryPoints: workers, outdir: dist }),
    webviews.length > 0 &&
      build({
        ...common,
        ...kind,
        platform: 'browser',
        target: 'chrome136',
        format: 'esm',
        // Naming each function while the page starts takes longer than a name in a stack is worth.
        keepNames: false,
        entryPoints: [{ in: 'webview/timeline/main.ts', out: 'webview/timeline' }],
        outdir: dist,
        splitting: true,
        chunkNames: 'webview/[name]-[hash]',
        loader: { '.css': 'css', '.ttf': 'file' },
        // Beside the style sheet: the webview may load nothing outside its folder.
        assetNames: 'webview/[name]-[hash]',
      }),
    // The source-map library reads its decoder from beside its bundle.
    copyFile(path.join(root, 'node_modules/source-map/lib/mappings.wasm'), path.join(dist, 'mappings.wasm')),
    purpose.tests === true && bundleTests(),
  ]);
}

if (import.meta.main) {
  await buildAll({ dev: process.argv.includes('--dev'), tests: process.argv.includes('--tests') });
}
