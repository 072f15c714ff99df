import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { PathIndex } from '../../core/locate/pathIndex';
import type { WorkspaceFolderInfo } from '../../protocol/analysis';
import { PackageFolders } from './packageFolders';
import { isGeneratedFolder, isOutput, isSkippedFolder, listFolder, walkFolder } from './listFiles';

/** Files that came, changed or went: absolute paths. */
export interface FileEvents {
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  readonly changed?: readonly string[];
}

/** How a workspace is listed. */
export interface FileIndexOptions {
  /** Ask git for the files; off in untrusted workspaces. */
  readonly useGit: boolean;
  /** Whether names that differ in case only are the same file; by default as on this system. */
  readonly ignoreCase?: boolean;
}

/** The files of the workspace's folders on disk: listed once, then kept up to date by events. */
export class FileIndex {
  readonly paths: PathIndex;
  /** Folders by the packages that they are. */
  readonly packages: PackageFolders;
  /** Whether names that differ in case only are the same file. */
  readonly ignoresCase: boolean;
  /** Git may be asked about the folders: the workspace is trusted. */
  readonly useGit: boolean;
  readonly folders: readonly WorkspaceFolderInfo[];
  /** What indexed paths of each folder begin with: its name, told apart from equal ones. */
  private readonly prefixes: readonly string[];
  /** What absolute paths of each folder begin with: as the workspace names it, and as the disk does where links lead to it. */
  private roots: readonly { readonly root: string; readonly prefix: string }[] = [];

  private constructor(folders: readonly WorkspaceFolderInfo[], options: FileIndexOptions) {
    const ignoresCase = process.platform === 'darwin' || process.platform === 'win32';
    this.ignoresCase = options.ignoreCase ?? ignoresCase;
    this.paths = new PathIndex({ ignoreCase: this.ignoresCase });
    this.packages = new PackageFolders(this.paths, (local) => this.toAbsolute(local));
    this.folders = folders;
    this.useGit = options.useGit;
    this.prefixes = prefixesOf(folders);
    this.roots = folders.map((folder, i) => ({ root: rootOf(folder.path), prefix: this.prefixes[i]! }));
  }

  /** Lists every folder; a folder that cannot be read is empty. */
  static async open(
    folders: readonly WorkspaceFolderInfo[],
    options: FileIndexOptions,
    signal?: AbortSignal,
  ): Promise<FileIndex> {
    const index = new FileIndex(folders, options);
    await index.followLinks();
    for (const folder of folders) {
      const listed = await listFolder(folder.path, index.useGit, signal);
      for (const file of listed.sources) {
        index.paths.add(index.prefixed(folder, file));
      }
      for (const file of listed.outputs) {
        index.paths.add(index.prefixed(folder, file), true);
      }
    }
    return index;
  }

  /** A program may run from where a link to a workspace folder leads. */
  private async followLinks(): Promise<void> {
    const real = await Promise.all(
      this.folders.map((folder) => realpath(folder.path).catch(() => folder.path)),
    );
    const linked = real.map((folder, i) => ({ root: rootOf(folder), prefix: this.prefixes[i]! }));
    this.roots = [
      ...this.roots,
      ...linked.filter(({ root }) => !this.roots.some((known) => known.root === root)),
    ];
  }

  /** Follows events. A deleted folder takes its files along; a created one is walked. */
  async update(events: FileEvents): Promise<void> {
    const folders: string[] = [];
    for (const deleted of events.deleted) {
      const local = this.fromAbsolute(deleted);
      if (local === undefined) {
        continue;
      }
      if (this.paths.find(local) === undefined) {
        folders.push(local);
      } else {
        this.paths.remove(local);
      }
    }
    this.paths.removeBelow(folders);
    for (const created of events.created) {
      await this.addCreated(created);
    }
    for (const changed of [...events.deleted, ...events.created, ...(events.changed ?? [])]) {
      const local = this.fromAbsolute(changed);
      if (local !== undefined) {
        this.packages.forget(local);
      }
    }
  }

  /** The place of an indexed path on disk. */
  toAbsolute(local: string): string {
    const { folder, rest } = this.split(local);
    return path.join(folder.path, rest);
  }

  /** The indexed form of an absolute path, or `undefined` outside the folders. */
  fromAbsolute(absolute: string): string | undefined {
    const slashed = path.sep === '/' ? absolute : absolute.replaceAll(path.sep, '/');
    // The drive's letter and more may be written in either case.
    const compared = this.ignoresCase ? slashed.toLowerCase() : slashed;
    for (const { root, prefix } of this.roots) {
      if (compared.startsWith(this.ignoresCase ? root.toLowerCase() : root)) {
        return prefix + slashed.slice(root.length);
      }
    }
    return undefined;
  }

  /** An indexed path as a location has it. */
  located(local: string): { readonly path: string; readonly folder?: string } {
    const { folder, rest } = this.split(local);
    return this.folders.length > 1 ? { path: rest, folder: folder.name } : { path: rest };
  }

  private split(local: string): { readonly folder: WorkspaceFolderInfo; readonly rest: string } {
    const number = this.prefixes.findIndex((prefix) => local.startsWith(prefix));
    return number === -1
      ? { folder: this.folders[0] ?? { name: '', path: '' }, rest: local }
      : { folder: this.folders[number]!, rest: local.slice(this.prefixes[number]!.length) };
  }

  private prefixed(folder: WorkspaceFolderInfo, relative: string): string {
    return this.prefixes[this.folders.indexOf(folder)]! + relative;
  }

  private async addCreated(absolute: string): Promise<void> {
    const local = this.fromAbsolute(absolute);
    if (local === undefined) {
      return;
    }
    const folders = local.split('/').slice(0, -1);
    if (folders.some(isSkippedFolder)) {
      return;
    }
    const isGenerated = folders.some(isGeneratedFolder);
    if (!path.basename(local).includes('.') && !isSkippedFolder(path.basename(local))) {
      const below = await walkFolder(absolute);
      if (below.isFolder) {
        [...below.sources, ...below.outputs].forEach((file) => {
          this.paths.add(`${local}/${file}`, isGenerated);
        });
        return;
      }
    }
    if (!isGenerated || isOutput(local)) {
      this.paths.add(local, isGenerated);
    }
  }
}

/** A folder with `/`, also at its end. */
function rootOf(folder: string): string {
  return `${folder.replaceAll(path.sep, '/').replace(/\/$/, '')}/`;
}

/** Nothing for the only folder, else `name/`; a slash in a name would look like a folder, and two folders may share a name. */
function prefixesOf(folders: readonly WorkspaceFolderInfo[]): readonly string[] {
  if (folders.length < 2) {
    return folders.map(() => '');
  }
  const taken = new Set<string>();
  return folders.map(({ name }) => {
    const plain = name.replaceAll(/[\\/]/g, '_');
    let prefix = `${plain}/`;
    for (let number = 2; taken.has(prefix.toLowerCase()); number++) {
      prefix = `${plain} (${number})/`;
    }
    taken.add(prefix.toLowerCase());
    return prefix;
  });
}
