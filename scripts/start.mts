// The demo: a real VS Code with the sample shop and its failures: npm start [-- --desktop | --check] [--port N] [--no-open]
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { demoExtension, receiverSettings, shopFolder, startDemo, startShop } from '../test/kit/demo.mts';
import { runInNode } from '../test/kit/nodeRun.mts';
import { isListening, listenOnFreePort } from '../test/kit/ports.mts';
import { spawnOwned, stopOwned } from '../test/kit/processes.mts';
import { cacheFolder, repositoryRoot } from '../test/kit/repository.mts';
import { buildAll } from './build.mts';

const { values } = parseArgs({
  options: {
    desktop: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    port: { type: 'string', default: '4318' },
    open: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const startMs = performance.now();
const progress = (line: string): void => {
  console.log(`${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second Ctrl+C waits for nothing; what was started still ends with this process.
    if (interrupted.signal.aborted) process.exit(1);
    progress('Stopping …');
    interrupted.abort();
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!interrupted.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
process.exit();

async function main(): Promise<number> {
  const receiverPort = Number(values.port);
  if (!Number.isInteger(receiverPort) || receiverPort < 1 || receiverPort > 65_535) {
    throw new Error(`--port takes a number from 1 to 65535, not ${values.port}.`);
  }
  if (await isListening(receiverPort)) {
    throw new Error(
      `Port ${receiverPort} is used by another program. End it, or choose another port: npm start -- --port ${receiverPort + 1}`,
    );
  }
  progress('Building the extension …');
  await buildAll({ dev: true });
  return values.desktop ? startDesktop(receiverPort) : startInBrowser(receiverPort);
}

async function startInBrowser(receiverPort: number): Promise<number> {
  const demo = await startDemo({
    version: 'newest',
    receiverPort,
    progress,
    signal: interrupted.signal,
    // The check wants the first failures of a kind, so it starts without yesterday's.
    ...(values.check ? {} : { dataFolder: path.join(cacheFolder, 'start', 'web') }),
  });
  try {
    const url = demo.server.windowUrl(demo.window);
    if (values.check) return await runCheck(url, demo.shop.python);
    const shortUrl = await redirectTo(url);
    console.log(
      `\nOpen ${shortUrl} to begin: the shop gets its visitors once a window is open.\nCtrl+C stops everything.\n`,
    );
    if (values.open) openInBrowser(shortUrl);
    await Promise.race([aborted(interrupted.signal), demo.server.exited]);
    return 0;
  } finally {
    await demo.stop();
  }
}

/** Runs the scenario of the browser tests against the window of this demo. */
async function runCheck(url: string, python: 'started' | { readonly skipped: string }): Promise<number> {
  const file = path.join(repositoryRoot, 'test', 'e2e', 'shop.test.mts');
  const result = await runInNode([file], 300_000, progress, {
    ...process.env,
    SPANLINE_E2E_WINDOW: url,
    ...(python === 'started' ? {} : { SPANLINE_E2E_NO_PYTHON: python.skipped }),
  });
  for (const title of result.skipped) console.log(`skipped: ${title}`);
  console.log(`${result.passed} passed, ${result.failures.length} failed, ${result.skipped.length} skipped`);
  return result.failures.length === 0 && result.passed > 0 ? 0 : 1;
}

async function startDesktop(receiverPort: number): Promise<number> {
  const userData = path.join(cacheFolder, 'start', 'desktop');
  const settingsFile = path.join(userData, 'User', 'settings.json');
  await mkdir(path.dirname(settingsFile), { recursive: true });
  const settings = { 'security.workspace.trust.enabled': false, ...receiverSettings(receiverPort) };
  await writeFile(settingsFile, JSON.stringify(settings, undefined, 2));
  const shop = await startShop({ receiverPort, progress, signal: interrupted.signal });
  const code = spawnOwned(
    'code',
    [
      '--new-window',
      '--wait',
      `--user-data-dir=${userData}`,
      `--extensionDevelopmentPath=${repositoryRoot}`,
      `--extensionDevelopmentPath=${demoExtension}`,
      shopFolder,
    ],
    { stdio: 'ignore' },
  );
  try {
    const ended = new Promise<void>((resolve, reject) => {
      code.once('exit', () => {
        resolve();
      });
      code.once('error', () => {
        reject(
          new Error(
            'No `code` command is on the PATH: install it from VS Code by *Install code command in PATH*.',
          ),
        );
      });
    });
    progress('VS Code opens. Ctrl+C, or closing its window, stops everything.');
    await Promise.race([aborted(interrupted.signal), ended]);
    return 0;
  } finally {
    await stopOwned(code);
    await shop.stop();
  }
}

/** An address that a person can copy: the window's own names folders and takes three lines. */
async function redirectTo(url: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(302, { location: url }).end();
  });
  const port = await listenOnFreePort(server);
  return `http://127.0.0.1:${port}/`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}

/** Opens the address where there is somebody to see it. */
function openInBrowser(url: string): void {
  const hasDisplay =
    process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (Boolean(process.env['CI']) || !hasDisplay) return;
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  // Where there is no such command, the printed address is enough.
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
