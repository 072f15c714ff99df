import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../kit/browser.mts';
import { waitFor } from '../kit/deadline.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { startVscodeServer, type VscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import { zip } from '../kit/zip.ts';
import { keepPicture } from './keepPicture.mts';
import { openStackOfFile, shownLine } from './lineSteps.mts';

const router = [
  'package org.springframework.web;',
  '',
  'class Router {',
  '  void next() {',
  '    serve();',
  '  }',
  '}',
];
const pad = ['module.exports = (text) => {', "  throw new Error('no text to pad');", '};'];

describe('code that is no file of the workspace', () => {
  let folder: string;
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanline-e2e-'));
    const workspace = path.join(folder, 'shop');
    const home = path.join(folder, 'home');
    await write('shop/Main.java', 'class Main {}\n');
    await write(
      'shop/java.log',
      [
        'java.lang.IllegalStateException: no route',
        '\tat org.springframework.web.Router.next(Router.java:5)',
        '\tat Main.main(Main.java:1)',
      ].join('\n'),
    );
    await write(
      'home/.m2/repository/org/springframework/spring-web/6.1.0/spring-web-6.1.0-sources.jar',
      zip([{ name: 'org/springframework/web/Router.java', text: router.join('\n') }]),
    );
    await write('shop/node.log', await bundledFailure());

    server = await startVscodeServer({
      version: 'newest',
      progress: console.log,
      extensions: [repositoryRoot],
      env: { HOME: home },
    });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open(server, browser, { workspace });
    await workbench.openContainer('Spanline');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await keepPicture(workbench, this.currentTest.fullTitle());
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(name: string, content: string | Buffer): Promise<void> {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** Bundles a program with a package whose text is in the source map alone, and gives what Node prints as it fails. */
  async function bundledFailure(): Promise<string> {
    await write('shop/node_modules/leftpad/index.js', pad.join('\n'));
    await write('shop/src/label.js', "const pad = require('leftpad');\nconsole.log(pad());\n");
    const outfile = path.join(folder, 'shop', 'dist', 'label.js');
    await build({
      entryPoints: [path.join(folder, 'shop', 'src', 'label.js')],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      sourcemap: true,
      logLevel: 'warning',
    });
    await rm(path.join(folder, 'shop', 'node_modules'), { recursive: true });
    try {
      execFileSync(process.execPath, [outfile], { stdio: 'pipe', encoding: 'utf8' });
    } catch (error) {
      const { stderr } = error as { readonly stderr: string };
      return stderr.slice(stderr.indexOf('Error: '), stderr.indexOf('\n\nNode.js'));
    }
    throw new Error('The bundled program did not fail.');
  }

  /** Opens a frame of a package, and types into what it leads to. */
  async function readOnlyLine(log: string, library: RegExp, frame: RegExp, title: string): Promise<string> {
    await openStackOfFile(workbench, log);
    const tree = workbench.tree('Failures');
    await tree.expand(library);
    await tree.click(frame);
    await waitFor(`${title} in focus`, async () =>
      (await workbench.visibleEditors()).some((editor) => editor.focused && editor.title === title),
    );
    const before = await shownLine(workbench);
    await workbench.page.keyboard.type('x');
    await workbench.page.locator('.monaco-editor-overlaymessage').waitFor();
    assert.equal(await shownLine(workbench), before);
    return before;
  }

  it('of a jar opens read-only at its line', async () => {
    const line = await readOnlyLine(
      'java.log',
      /^1 library frame/,
      /Router\.next Router\.java:5$/,
      'Router.java',
    );
    assert.equal(line, '5     serve();');
  });

  it('of a source map opens read-only at its line', async () => {
    const line = await readOnlyLine('node.log', /^\d+ library frames/, /^\S+ label\.js:1$/, 'index.js');
    assert.equal(line, "2   throw new Error('no text to pad');");
  });
});
