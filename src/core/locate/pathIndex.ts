/** A file of the index. */
export interface IndexedFile {
  readonly path: string;
  /** Number of its folder; 0 is the workspace. */
  readonly folder: number;
  /** Ignored by git or written by a build, such as `dist/`. */
  readonly isGenerated: boolean;
}

/**
 * The files of a workspace by base name. Paths are relative, with `/`; in a workspace of several folders they begin with
 * the folder's name. Folders are numbered and know their parents, so that paths are compared from their ends without
 * looking at characters: a name may have hundreds of files.
 */
export class PathIndex {
  private readonly byName = new Map<string, IndexedFile[]>();
  private readonly files = new Map<string, IndexedFile>();
  private readonly folders = new Map<string, number>([['', 0]]);
  private readonly names = new Map<string, number>();
  private readonly parents: number[] = [0];
  private readonly folderNames: number[] = [-1];
  private readonly ignoreCase: boolean;
  private changes = 0;

  constructor(options: { readonly ignoreCase: boolean }) {
    this.ignoreCase = options.ignoreCase;
  }

  get size(): number {
    return this.files.size;
  }

  /** Goes up whenever a file comes or goes. */
  get version(): number {
    return this.changes;
  }

  add(path: string, isGenerated = false): void {
    const key = this.key(path);
    if (this.files.has(key)) {
      return;
    }
    const slash = key.lastIndexOf('/');
    const file = { path, folder: this.folderOf(slash === -1 ? '' : key.slice(0, slash)), isGenerated };
    this.files.set(key, file);
    const name = baseName(key);
    const present = this.byName.get(name);
    if (present) {
      present.push(file);
    } else {
      this.byName.set(name, [file]);
    }
    this.changes++;
  }

  remove(path: string): void {
    const key = this.key(path);
    const file = this.files.get(key);
    if (!file) {
      return;
    }
    this.files.delete(key);
    const name = baseName(key);
    const present = this.byName.get(name) ?? [];
    present.splice(present.indexOf(file), 1);
    if (present.length === 0) {
      this.byName.delete(name);
    }
    this.changes++;
  }

  /** The path as the workspace spells it, or `undefined` where there is no such file. */
  find(path: string): string | undefined {
    return this.files.get(this.key(path))?.path;
  }

  isGenerated(path: string): boolean {
    return this.files.get(this.key(path))?.isGenerated ?? false;
  }

  /** Every file of the base name of `path`. */
  named(path: string): readonly IndexedFile[] {
    return this.byName.get(baseName(this.key(path))) ?? [];
  }

  /** Every file whose base name ends with `ending`; linear in the number of base names. */
  withExtension(ending: string): readonly IndexedFile[] {
    return [...this.byName].filter(([name]) => name.endsWith(ending)).flatMap(([, files]) => files);
  }

  /** Names of a path's folders, innermost first, as numbers that `commonFolders` compares; -1 for names that no folder has. */
  folderNamesOf(path: string): number[] {
    const segments = this.key(path)
      .split('/')
      .slice(path.startsWith('/') ? 1 : 0, -1);
    return segments.reverse().map((segment) => this.names.get(segment) ?? -1);
  }

  /** How many folders, counted from the file, agree, and the first folder that does not; 0 where all of them agree. */
  commonFolders(
    file: IndexedFile,
    names: readonly number[],
  ): { readonly count: number; readonly rest: number } {
    let rest = file.folder;
    let count = 0;
    while (rest !== 0 && count < names.length && this.folderNames[rest] === names[count]) {
      rest = this.parents[rest]!;
      count++;
    }
    return { count, rest };
  }

  /** All paths below a folder; linear in the number of files. */
  below(folder: string): string[] {
    const prefix = this.key(folder === '' ? '' : `${folder}/`);
    return [...this.files].filter(([key]) => key.startsWith(prefix)).map(([, file]) => file.path);
  }

  private folderOf(key: string): number {
    const known = this.folders.get(key);
    if (known !== undefined) {
      return known;
    }
    const slash = key.lastIndexOf('/');
    const parent = this.folderOf(slash === -1 ? '' : key.slice(0, slash));
    const name = key.slice(slash + 1);
    const nameNumber = this.names.get(name) ?? this.names.size;
    this.names.set(name, nameNumber);
    const folder = this.parents.length;
    this.folders.set(key, folder);
    this.parents.push(parent);
    this.folderNames.push(nameNumber);
    return folder;
  }

  private key(path: string): string {
    return this.ignoreCase ? path.toLowerCase() : path;
  }
}

/** What follows the last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
