import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { spawnOwned, stopOwned, descendantsOf } from './processes.mts';
import { installVscode, type VscodeVersion } from './vscodeInstall.mts';
import type { Progress } from './install.mts';
import { waitFor } from './deadline.mts';

/** User settings, by their full key. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a server is started with. */
export interface VscodeServerOptions {
  readonly version: VscodeVersion;
  readonly progress: Progress;
  /** User settings beside those that make a window quiet. */
  readonly settings?: Settings;
  /** Extensions to run from their folders, as if they were installed. */
  readonly extensions?: readonly string[];
  /** The packaged extension to install. */
  readonly vsix?: string;
  /** Whether windows run tests in their extension host; VS Code then shows notifications in its list only, not as toasts. */
  readonly runsTests?: boolean;
  /** Environment of the extension host beside ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keeps user data, settings and the extension's storage between starts; without it they end with the server. */
  readonly dataFolder?: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
}

/** What a window opens; absolute paths. */
export interface WindowOptions {
  readonly workspace: string;
  /** The module that the extension host runs, and the extension that it belongs to; only where the server `runsTests`. */
  readonly tests?: { readonly extension: string; readonly entry: string };
}

/** A running VS Code server on the loopback interface. */
export interface VscodeServer {
  readonly origin: string;
  readonly pid: number;
  /** Folder of user data; the extension's global storage is below it. */
  readonly dataFolder: string;
  /** Address of a window, for any browser. */
  windowUrl(options: WindowOptions): string;
  /** The newest lines that the server printed, for a failure's message. */
  log(): string;
  /** Process ids of the extension hosts that run now. */
  extensionHostPids(): Promise<number[]>;
  /** Settles when the server's process ends, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** No prompts, no visits of a marketplace, nothing that moves by itself. */
const quietSettings: Settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'git.autorefresh': false,
  'editor.cursorBlinking': 'solid',
  'files.simpleDialog.enable': true,
  'remote.autoForwardPorts': false,
  // Two cores: highlighting and outlines are enough.
  'typescript.tsserver.useSyntaxServer': 'always',
  'update.mode': 'none',
};

/** Installs VS Code on first use and starts its server on a loopback port. */
export async function startVscodeServer(options: VscodeServerOptions): Promise<VscodeServer> {
  const install = await installVscode(options.version, options.progress);
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'spanline-vscode-')));
  const settingsFile = path.join(dataFolder, 'data', 'User', 'settings.json');
  const extensionsFolder = path.join(dataFolder, 'extensions');
  await mkdir(path.dirname(settingsFile), { recursive: true });
  const settings: Settings = { ...quietSettings, ...options.settings };
  await writeFile(settingsFile, JSON.stringify(settings, undefined, 2));
  // A remote window takes settings of the scope `machine` from here alone.
  const machineFile = path.join(dataFolder, 'data', 'Machine', 'settings.json');
  await mkdir(path.dirname(machineFile), { recursive: true });
  await writeFile(machineFile, JSON.stringify(options.settings ?? {}, undefined, 2));

  const env = { ...environmentOutsideVscode(), ...options.env };
  const folders = [
    '--server-data-dir',
    dataFolder,
    '--extensions-dir',
    extensionsFolder,
    '--accept-server-license-terms',
  ];
  await listExtensions(extensionsFolder, options.extensions ?? []);
  if (options.vsix !== undefined) {
    const child = spawnOwned(
      install.nodePath,
      [install.serverScript, ...folders, '--install-extension', options.vsix, '--force'],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const output = collectLines(child);
    const [code] = (await once(child, 'exit')) as [number | null];
    await stopOwned(child);
    if (code !== 0) throw new Error(`Installing ${options.vsix} failed:\n${output.newest()}`);
  }

  const child = spawnOwned(
    install.nodePath,
    [
      install.serverScript,
      ...folders,
      '--host',
      '127.0.0.1',
      '--port',
      String(options.port ?? 0),
      '--without-connection-token',
      ...(options.runsTests === true ? ['--enable-smoke-test-driver'] : []),
      '--disable-telemetry',
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = collectLines(child);
  const exited = once(child, 'exit').then(() => undefined);
  const port = await waitFor(
    'the VS Code server to listen',
    () => {
      if (child.exitCode !== null) throw new Error(`The VS Code server ended:\n${output.newest()}`);
      return output.port();
    },
    60_000,
  ).catch(async (error: unknown) => {
    await stopOwned(child);
    throw error;
  });
  const authority = `127.0.0.1:${port}`;

  return {
    origin: `http://${authority}`,
    pid: child.pid!,
    dataFolder,
    exited,
    log: output.newest,
    windowUrl: (window) => {
      const remote = (file: string): string => `vscode-remote://${authority}${file}`;
      const query = new URLSearchParams({ folder: window.workspace });
      if (window.tests !== undefined) {
        const payload = [
          ['extensionDevelopmentPath', remote(window.tests.extension)],
          ['extensionTestsPath', remote(window.tests.entry)],
        ];
        query.set('payload', JSON.stringify(payload));
      }
      return `http://${authority}/?${query.toString()}`;
    },
    extensionHostPids: async () => {
      const rows = await descendantsOf(child.pid!);
      return rows.filter((row) => row.commandLine.includes('--type=extensionHost')).map((row) => row.pid);
    },
    stop: async () => {
      await stopOwned(child);
      if (options.dataFolder === undefined) {
        await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/** Writes the list of installed extensions, in which each may lie anywhere. */
async function listExtensions(extensionsFolder: string, folders: readonly string[]): Promise<void> {
  const entries = folders.map(async (folder) => {
    const manifest = JSON.parse(
      await readFile(path.join(folder, 'package.json'), 'utf8'),
    ) as ExtensionManifest;
    return {
      identifier: { id: `${manifest.publisher}.${manifest.name}` },
      version: manifest.version,
      location: { $mid: 1, scheme: 'file', path: folder },
      relativeLocation: path.relative(extensionsFolder, folder),
    };
  });
  await mkdir(extensionsFolder, { recursive: true });
  await writeFile(path.join(extensionsFolder, 'extensions.json'), JSON.stringify(await Promise.all(entries)));
}

interface ExtensionManifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/** Variables of a VS Code around us would redirect the one that we start. */
function environmentOutsideVscode(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VSCODE_|NODE_OPTIONS$|ELECTRON_RUN_AS_NODE$)/.test(name),
    ),
  );
}

interface Output {
  /** The newest 200 lines. */
  readonly newest: () => string;
  /** The port that the server said it listens on. */
  readonly port: () => number | undefined;
}

function collectLines(child: ReturnType<typeof spawnOwned>): Output {
  const lines: string[] = [];
  let port: number | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      const match = /Extension host agent listening on (\d+)/.exec(line);
      if (match) port = Number(match[1]);
    });
  }
  return { newest: () => lines.join('\n'), port: () => port };
}
