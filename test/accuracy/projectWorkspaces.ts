import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileIndex } from '../../src/analysis/files/fileIndex';
import { StackResolver } from '../../src/analysis/lines/resolver';

/** A project as a person has it open: a work tree without changes since its only commit. */
export interface ProjectWorkspace {
  readonly resolver: StackResolver;
  readonly commit: string;
}

/** Work trees of recorded projects, each made once; they go with `dispose`. */
export class ProjectWorkspaces {
  private readonly root = mkdtempSync(path.join(tmpdir(), 'spanline-accuracy-'));
  private readonly made = new Map<string, Promise<ProjectWorkspace>>();

  /** The work tree of a project, by its folder of the fixtures, with a resolver that holds it alone. */
  of(project: string): Promise<ProjectWorkspace> {
    return this.once(project, (folder) => {
      cpSync(project, folder, { recursive: true });
    });
  }

  /** One work tree with all projects, each in a folder called like its language. */
  ofAll(projects: readonly string[]): Promise<ProjectWorkspace> {
    return this.once('all', (folder) => {
      projects.forEach((project) => {
        cpSync(project, path.join(folder, languageOf(project)), { recursive: true });
      });
    });
  }

  /** The work tree of a project with changes since its commit: `lineAfterEdits` tells where each line went. */
  ofEdited(project: string): Promise<ProjectWorkspace> {
    return this.once(
      `edited ${project}`,
      (folder) => {
        cpSync(project, folder, { recursive: true });
      },
      (folder) => {
        git(folder, 'ls-files')
          .split('\n')
          .filter((file) => file !== '')
          .forEach((file) => {
            edit(path.join(folder, file));
          });
      },
    );
  }

  async dispose(): Promise<void> {
    for (const { resolver } of await Promise.all(this.made.values())) {
      resolver.dispose();
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  private once(
    name: string,
    fill: (folder: string) => void,
    change?: (folder: string) => void,
  ): Promise<ProjectWorkspace> {
    let workspace = this.made.get(name);
    if (!workspace) {
      const folder = path.join(this.root, `workspace${this.made.size}`);
      mkdirSync(folder);
      workspace = this.make(folder, fill, change);
      this.made.set(name, workspace);
    }
    return workspace;
  }

  private async make(
    folder: string,
    fill: (folder: string) => void,
    change?: (folder: string) => void,
  ): Promise<ProjectWorkspace> {
    fill(folder);
    git(folder, 'init', '-q');
    // What a build writes is in no commit.
    appendFileSync(path.join(folder, '.git/info/exclude'), 'out/\nbuild/\n');
    git(folder, 'add', '-A');
    git(folder, '-c', 'user.name=Ci', '-c', 'user.email=ci@example.com', 'commit', '-q', '-m', 'Shop');
    const commit = git(folder, 'rev-parse', 'HEAD').trim();
    change?.(folder);
    const index = await FileIndex.open([{ name: path.basename(folder), path: folder }], { useGit: true });
    return { resolver: new StackResolver(index), commit };
  }
}

/** An empty line before every seventh: no line stays where it was, and all stay what they are. */
function edit(file: string): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.flatMap((line, i) => ((i + 1) % 7 === 0 ? ['', line] : [line])).join('\n'));
}

/** Where the line of a file is in an edited work tree; from 1. */
export function lineAfterEdits(line: number): number {
  return line + Math.floor(line / 7);
}

/** Name of the folder of the fixtures that a project is in. */
export function languageOf(project: string): string {
  return path.basename(path.dirname(project));
}

function git(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
  }
  return stdout;
}
