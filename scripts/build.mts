// Bundles the extension, its workers, the command line and the webview into dist/; with --tests also every test file.
import { build, type BuildOptions } from 'esbuild';
import { copyFile, glob, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const dev = process.argv.includes('--tests') || process.argv.includes('--dev');

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: dev ? 'linked' : false,
  minify: !dev,
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
    'test/{unit,contract,bench,e2e}/**/*.{test,bench}.ts',
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

/** Builds everything that exists below src and webview. */
export async function buildAll(): Promise<void> {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const workers = await existing(['src/engineWorker.ts', 'src/analysisWorker.ts', 'src/cli.ts']);
  const webviews = await existing(['webview/timeline/main.ts']);
  await Promise.all([
    // `vscode` is external here alone: a leak of it into a worker or webview fails the build.
    build({ ...node, entryPoints: ['src/extension.ts'], outdir: dist, external: ['vscode'] }),
    workers.length > 0 && build({ ...node, entryPoints: workers, outdir: dist }),
    webviews.length > 0 &&
      build({
        ...common,
        platform: 'browser',
        target: 'chrome136',
        format: 'esm',
        entryPoints: [{ in: 'webview/timeline/main.ts', out: 'webview/timeline' }],
        outdir: dist,
        loader: { '.css': 'css', '.ttf': 'file' },
      }),
    // The source-map library reads its decoder from beside its bundle.
    copyFile(path.join(root, 'node_modules/source-map/lib/mappings.wasm'), path.join(dist, 'mappings.wasm')),
    dev && process.argv.includes('--tests') && bundleTests(),
  ]);
}

if (import.meta.main) {
  await buildAll();
}
