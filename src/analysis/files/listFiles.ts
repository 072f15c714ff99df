import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The files of a folder: relative paths with `/`. */
export interface ListedFiles {
  readonly sources: readonly string[];
  /** Scripts and source maps in folders that git ignores or that builds write: what a bundle's frames name. */
  readonly outputs: readonly string[];
}

/** Folders of packages, environments and tools: nobody's own code, and the bulk of the disk. */
const SKIPPED = new Set([
  ...[
    'node_modules',
    'bower_components',
    '.git',
    '.hg',
    '.svn',
    '.venv',
    'venv',
    '__pycache__',
    '.tox',
    '.nox',
  ],
  ...[
    '.mypy_cache',
    '.pytest_cache',
    '.ruff_cache',
    '.cache',
    '.yarn',
    '.pnpm-store',
    '.gradle',
    '.terraform',
  ],
  ...['site-packages', '.vscode-test', '.nyc_output', 'coverage'],
]);
const GENERATED = new Set([
  ...[
    'dist',
    'build',
    'out',
    'output',
    '.next',
    '.nuxt',
    '.output',
    '.svelte-kit',
    '.turbo',
    '.parcel-cache',
  ],
  ...['.webpack', '.serverless', '.aws-sam', 'cdk.out', '.vercel', '.netlify'],
]);

/** Bounds of a walk: what lies beyond is found by no frame, and no disk holds the worker up. */
const MAX_WALKED = 400_000;
const MAX_OUTPUTS = 50_000;
const MAX_DEPTH = 40;
/** Repositories inside repositories. */
const MAX_NESTED = 8;

/** Whether a folder of this name is never looked into. */
export function isSkippedFolder(name: string): boolean {
  return SKIPPED.has(name);
}

/** Whether builds write to folders of this name. */
export function isGeneratedFolder(name: string): boolean {
  return GENERATED.has(name);
}

/** Whether a generated file matters: scripts and their maps. */
export function isOutput(file: string): boolean {
  return /\.(?:[cm]?js|jsx|map)$/.test(file);
}

/** Lists a folder through git where it is a work tree and `useGit` allows, else by a walk. */
export async function listFolder(
  folder: string,
  useGit: boolean,
  signal?: AbortSignal,
  nesting = 0,
): Promise<ListedFiles> {
  const entries = useGit
    ? await gitFiles(folder, ['-s', '-c', '-o', '--exclude-standard'], signal)
    : undefined;
  if (!entries) {
    return walkFolder(folder);
  }
  const sources: string[] = [];
  const repositories: string[] = [];
  for (const entry of entries) {
    // `160000` stands for a submodule; another repository inside this one is named as a folder.
    const tracked = /^(\d{6}) [0-9a-f]+ \d\t/.exec(entry);
    const file = tracked ? entry.slice(tracked[0].length) : entry;
    if (tracked?.[1] === '160000' || file.endsWith('/')) {
      repositories.push(file.replace(/\/$/, ''));
    } else if (tracked?.[1] !== '120000') {
      // A link has the name of a file, but what it leads to is listed where it is.
      sources.push(file);
    }
  }
  // `--directory` names an ignored folder once instead of everything in it.
  const ignored = await gitFiles(folder, ['-o', '-i', '--exclude-standard', '--directory'], signal);
  const outputs: string[] = [];
  for (const entry of ignored ?? []) {
    if (!entry.endsWith('/')) {
      if (isOutput(entry)) {
        outputs.push(entry);
      }
    } else if (!entry.slice(0, -1).split('/').some(isSkippedFolder)) {
      await walk(folder, entry.slice(0, -1), outputs, isOutput, MAX_OUTPUTS);
    }
  }
  for (const repository of repositories) {
    if (nesting < MAX_NESTED && !repository.split('/').some(isSkippedFolder)) {
      const below = await listRepository(path.join(folder, repository), signal, nesting + 1);
      sources.push(...below.sources.map((file) => `${repository}/${file}`));
      outputs.push(...below.outputs.map((file) => `${repository}/${file}`));
    }
  }
  return { sources, outputs };
}

/** Without a `.git` of its own, as a submodule that was never fetched, git would answer for the repository around it. */
async function listRepository(
  folder: string,
  signal: AbortSignal | undefined,
  nesting: number,
): Promise<ListedFiles> {
  const isRepository = await stat(path.join(folder, '.git')).then(
    () => true,
    () => false,
  );
  return isRepository ? listFolder(folder, true, signal, nesting) : walkFolder(folder);
}

/** Lists a folder by reading it; `isFolder` is false where it is none or cannot be read. */
export async function walkFolder(folder: string): Promise<ListedFiles & { readonly isFolder: boolean }> {
  const files: string[] = [];
  const isFolder = await walk(folder, '', files, () => true, MAX_WALKED);
  const isGenerated = (file: string): boolean => file.split('/').slice(0, -1).some(isGeneratedFolder);
  return {
    isFolder,
    sources: files.filter((file) => !isGenerated(file)),
    outputs: files.filter((file) => isGenerated(file) && isOutput(file)),
  };
}

async function walk(
  root: string,
  start: string,
  into: string[],
  wanted: (file: string) => boolean,
  limit: number,
): Promise<boolean> {
  const pending: { readonly folder: string; readonly depth: number }[] = [{ folder: start, depth: 0 }];
  let isFolder = false;
  for (let next = pending.pop(); next && into.length < limit; next = pending.pop()) {
    // A folder that vanished or may not be read has no files for us.
    const entries = await readdir(path.join(root, next.folder), { withFileTypes: true }).catch(
      () => undefined,
    );
    isFolder ||= entries !== undefined;
    for (const entry of entries ?? []) {
      const relative = next.folder === '' ? entry.name : `${next.folder}/${entry.name}`;
      if (entry.isFile() && wanted(relative)) {
        into.push(relative);
      } else if (entry.isDirectory() && !isSkippedFolder(entry.name) && next.depth < MAX_DEPTH) {
        pending.push({ folder: relative, depth: next.depth + 1 });
      }
    }
  }
  return isFolder;
}

/** `undefined` where the folder is in no work tree or git is missing. */
function gitFiles(
  folder: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    // A repository may name a program as its file-system monitor: listing must not run it.
    const child = spawn('git', ['-c', 'core.fsmonitor=false', 'ls-files', '-z', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
      ...(signal ? { signal } : {}),
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString('utf8');
      resolve(code === 0 ? text.split('\0').filter((file) => file !== '') : undefined);
    });
  });
}
