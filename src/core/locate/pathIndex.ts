/** A file of the index. */
export interface IndexedFile {
  readonly path: string;
  /** Number of its folder; 0 is the workspace. */
  readonly folder: number;
  /** Ignored by git or written by a build, such as `dist/`. */
  readonly isGenerated: boolean;
}

/** Files of one base name. */
interface Bucket {
  readonly files: IndexedFile[];
  /** Where the file of a folder stands among them; absent while they are few. */
  places: Map<number, number> | undefined;
}

/** Files of one base name from which on they are found by their folder. */
const MANY = 32;

/**
 * The files of a workspace by base name. Paths are relative, with `/`; in a workspace of several folders they begin with
 * the folder's name. Folders are numbered and know their parents, so that paths are compared from their ends without
 * looking at characters: a name may have hundreds of files. No table has whole paths for keys, whose hashes would cost more
 * than all the rest.
 */
export class PathIndex {
  private readonly byName = new Map<string, IndexedFile | Bucket>();
  private readonly folders = new Map<string, number>([['', 0]]);
  private readonly names = new Map<string, number>();
  private readonly parents: number[] = [0];
  private readonly folderNames: number[] = [-1];
  private readonly ignoreCase: boolean;
  private changes = 0;
  private count = 0;
  /** The folder that was looked up last: lists name the files of a folder one after the other. */
  private lastFolder = '';
  private lastNumber = 0;

  constructor(options: { readonly ignoreCase: boolean }) {
    this.ignoreCase = options.ignoreCase;
  }

  get size(): number {
    return this.count;
  }

  /** Goes up whenever a file comes or goes. */
  get version(): number {
    return this.changes;
  }

  add(path: string, isGenerated = false): void {
    const key = this.key(path);
    const slash = key.lastIndexOf('/');
    const folder = this.folderOf(key, Math.max(slash, 0));
    const name = slash === -1 ? key : key.slice(slash + 1);
    const present = this.byName.get(name);
    if (present !== undefined && fileIn(present, folder)) {
      return;
    }
    const file = { path, folder, isGenerated };
    if (present === undefined) {
      this.byName.set(name, file);
    } else if ('files' in present) {
      present.places?.set(folder, present.files.length);
      present.files.push(file);
      if (present.files.length === MANY) {
        present.places = new Map(present.files.map((one, at) => [one.folder, at]));
      }
    } else {
      this.byName.set(name, { files: [present, file], places: undefined });
    }
    this.count++;
    this.changes++;
  }

  remove(path: string): void {
    const key = this.key(path);
    const present = this.byName.get(baseName(key));
    const file = this.fileAt(key, present);
    if (!file || present === undefined) {
      return;
    }
    if (!('files' in present)) {
      this.byName.delete(baseName(key));
    } else {
      removeFrom(present, file);
      if (present.files.length === 0) {
        this.byName.delete(baseName(key));
      }
    }
    this.count--;
    this.changes++;
  }

  /** Removes all files below folders, in one go through the index. */
  removeBelow(folders: readonly string[]): void {
    const numbers = this.foldersBelow(folders);
    if (numbers.size === 0) {
      return;
    }
    for (const path of [...this.all()].filter((file) => numbers.has(file.folder)).map((file) => file.path)) {
      this.remove(path);
    }
  }

  /** The path as the workspace spells it, or `undefined` where there is no such file. */
  find(path: string): string | undefined {
    return this.indexed(path)?.path;
  }

  isGenerated(path: string): boolean {
    return this.indexed(path)?.isGenerated ?? false;
  }

  /** Every file of the base name of `path`. */
  named(path: string): readonly IndexedFile[] {
    return filesOf(this.byName.get(baseName(this.key(path))));
  }

  /** Every file whose base name ends with `ending`; linear in the number of base names. */
  withExtension(ending: string): readonly IndexedFile[] {
    return [...this.byName].filter(([name]) => name.endsWith(ending)).flatMap(([, found]) => filesOf(found));
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
    const numbers = this.foldersBelow([folder]);
    return [...this.all()].filter((file) => numbers.has(file.folder)).map((file) => file.path);
  }

  /** Numbers of folders and of all that they hold; a folder's number is greater than its parent's. */
  private foldersBelow(folders: readonly string[]): ReadonlySet<number> {
    const numbers = new Set<number>();
    for (const folder of folders) {
      const number = this.folders.get(this.key(folder));
      if (number !== undefined) {
        numbers.add(number);
      }
    }
    for (let folder = 1; folder < this.parents.length && numbers.size > 0; folder++) {
      if (numbers.has(this.parents[folder]!)) {
        numbers.add(folder);
      }
    }
    return numbers;
  }

  private *all(): Generator<IndexedFile> {
    for (const found of this.byName.values()) {
      yield* filesOf(found);
    }
  }

  private indexed(path: string): IndexedFile | undefined {
    const key = this.key(path);
    return this.fileAt(key, this.byName.get(baseName(key)));
  }

  private fileAt(key: string, present: IndexedFile | Bucket | undefined): IndexedFile | undefined {
    const folder = this.folders.get(key.slice(0, Math.max(key.lastIndexOf('/'), 0)));
    return present === undefined || folder === undefined ? undefined : fileIn(present, folder);
  }

  /** Number of the folder that the first `end` characters of a path name. */
  private folderOf(path: string, end: number): number {
    if (end === this.lastFolder.length && path.startsWith(this.lastFolder)) {
      return this.lastNumber;
    }
    const folder = path.slice(0, end);
    const number = this.folders.get(folder) ?? this.newFolder(folder);
    this.lastFolder = folder;
    this.lastNumber = number;
    return number;
  }

  private newFolder(folder: string): number {
    const slash = folder.lastIndexOf('/');
    const parent = this.folderOf(folder, Math.max(slash, 0));
    const name = folder.slice(slash + 1);
    const nameNumber = this.names.get(name) ?? this.names.size;
    this.names.set(name, nameNumber);
    const number = this.parents.length;
    this.folders.set(folder, number);
    this.parents.push(parent);
    this.folderNames.push(nameNumber);
    return number;
  }

  private key(path: string): string {
    return this.ignoreCase ? path.toLowerCase() : path;
  }
}

/** What follows the last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function filesOf(found: IndexedFile | Bucket | undefined): readonly IndexedFile[] {
  return found === undefined ? [] : 'files' in found ? found.files : [found];
}

function fileIn(found: IndexedFile | Bucket, folder: number): IndexedFile | undefined {
  if (!('files' in found)) {
    return found.folder === folder ? found : undefined;
  }
  const { files, places } = found;
  return places ? files[places.get(folder) ?? -1] : files.find((file) => file.folder === folder);
}

/** The last file takes the place of the one that goes. */
function removeFrom({ files, places }: Bucket, file: IndexedFile): void {
  const at = places?.get(file.folder) ?? files.indexOf(file);
  const last = files.pop()!;
  places?.delete(file.folder);
  if (last !== file) {
    files[at] = last;
    places?.set(last.folder, at);
  }
}
