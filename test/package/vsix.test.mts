import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { firstLoadBytes } from '../kit/firstLoad.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { zipEntries } from '../kit/zipEntries.mts';

const maxPackedBytes = 1_500_000;
/** The extension host reads this file before the user sees anything. */
const maxFirstLoadBytes = 150_000;

/** Every file that is shipped; a pattern stands for files of one kind. */
const expected: readonly RegExp[] = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/(extension(-[\w-]+)?|engineWorker|analysisWorker|cli)\.js$/,
  /^extension\/dist\/mappings\.wasm$/,
  /^extension\/dist\/webview\/(timeline\.(js|css)|(chunk|toolkitElements)-[A-Z0-9]+\.js)$/,
  /^extension\/dist\/webview\/codicon-[A-Z0-9]+\.ttf$/,
  /^extension\/media\/[a-zA-Z0-9]+(\.otlp)?\.(svg|png|json|gz)$/,
];
const required: readonly string[] = [
  'extension/package.json',
  'extension/readme.md',
  'extension/LICENSE.txt',
  'extension/dist/extension.js',
  'extension/dist/mappings.wasm',
];

describe('the package', () => {
  const file = process.env['SPANLINE_VSIX'];
  if (file === undefined) throw new Error('SPANLINE_VSIX does not name the package.');

  it('holds what is shipped and nothing else', async () => {
    const names = (await zipEntries(file)).map((entry) => entry.name);
    const unexpected = names.filter((name) => !expected.some((pattern) => pattern.test(name)));
    assert.deepEqual(unexpected, []);
    assert.deepEqual(
      required.filter((name) => !names.includes(name)),
      [],
    );
  });

  it('holds every file that the manifest names', async () => {
    const manifest = await readFile(path.join(repositoryRoot, 'package.json'), 'utf8');
    const named = [...manifest.matchAll(/"(?:\.\/)?((?:media|dist)\/[^"]+)"/g)].map(
      (match) => `extension/${match[1]!}`,
    );
    const names = new Set((await zipEntries(file)).map((entry) => entry.name));
    assert.deepEqual(
      named.filter((name) => !names.has(name)),
      [],
    );
  });

  it('has a readme that needs nothing from the repository', async () => {
    const readme = (await zipEntries(file)).find(({ name }) => name === 'extension/readme.md');
    const text = readme!.text();
    const targets = [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target!);
    assert.deepEqual(
      targets.filter((target) => !/^(https:|#)/.test(target)),
      [],
    );
    assert.match(text, /^# Spanline\n/);
    assert.doesNotMatch(text, /npm (start|run)|<!--/);
  });

  it('is small', async () => {
    const entries = await zipEntries(file);
    const packed = entries.reduce((sum, entry) => sum + entry.packedSize, 0);
    assert.ok(packed <= maxPackedBytes, `${packed} bytes packed`);
    const texts = new Map(entries.map(({ name, text }) => [name, text]));
    const first = firstLoadBytes((name) => texts.get(`extension/dist/${name}`)!());
    assert.ok(first <= maxFirstLoadBytes, `${first} bytes are read at the start`);
  });
});
