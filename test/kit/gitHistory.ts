import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files to write, by path; `undefined` deletes. */
export type Files = Readonly<Record<string, string | Buffer | undefined>>;

/** A repository in a folder of its own, without the user's configuration. */
export class GitHistory {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', ['-C', this.folder, ...args], {
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: path.join(this.folder, 'none'),
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.org',
      },
    });
    return stdout.trim();
  }

  async write(files: Files): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      if (text === undefined) {
        await rm(file);
      } else {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
  }

  /** Writes the files and commits all there is; answers with the commit's id. */
  async commit(files: Files): Promise<string> {
    await this.write(files);
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', 'change');
    return this.git('rev-parse', 'HEAD');
  }
}

/** Makes an empty repository for the length of `use`. */
export async function withHistory<T>(use: (history: GitHistory) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-history-'));
  try {
    const history = new GitHistory(path.join(folder, 'repo'));
    await mkdir(history.folder);
    await history.git('init', '-q', '-b', 'main');
    return await use(history);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
