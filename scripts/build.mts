// Bundles the extension, its workers, the command line and the webview into dist/: node scripts/build.mts [--dev | --tests]
import { build, type BuildOptions } from 'esbuild';
import { copyFile, glob, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { rolldown, type OutputOptions } from 'rolldown';

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

/**
 * Bundles the extension for VS Code, which loads only CommonJS: one file of all that activation needs, since each file more is looked for,
 * read and compiled by itself, and a file for each `import()`, read when first asked for.
 */
async function bundleExtension(kind: Pick<OutputOptions, 'minify' | 'sourcemap'>): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: 'src/extension.ts',
    platform: 'node',
    external: ['vscode'],
    transform: { target: 'node22.19' },
    // What later files share with the first one stays in it.
    preserveEntrySignatures: 'allow-extension',
  });
  try {
    await bundle.write({
      ...kind,
      dir: dist,
      format: 'cjs',
      comments: false,
      chunkFileNames: 'extension-[name]-[hash].js',
    });
  } finally {
    await bundle.close();
  }
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
    bundleExtension({ minify: !dev, sourcemap: dev }),
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
