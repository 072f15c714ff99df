import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Lru } from '../../base/lru';
import type { Frame, FrameKind } from '../../core/frames/frame';
import { libraryPaths, type LibraryRoots } from '../../core/locate/libraryPaths';
import type { LibraryPlace, LibrarySource } from '../../protocol/resolve';
import type { FileIndex } from './fileIndex';
import { JarSources } from './jarSources';
import { ZipArchives } from './zipArchive';

/** What the process knows of where packages are installed. */
export interface LibraryEnvironment {
  readonly home: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const LIBRARY_KINDS: ReadonlySet<FrameKind> = new Set<FrameKind>(['dependency', 'runtime', 'sdk']);
const JVM = /\.(?:java|kt|scala|groovy|clj)$/;
/** Projects of the workspace whose installed packages are looked through. */
const MAX_PROJECTS = 60;
/** Folders that a `*` may stand for. */
const MAX_FOLDERS = 60;
const KEPT = 2000;

/** Finds the code of packages and runtimes on this machine: only what a frame's path names, or the one that is installed. */
export class LibraryFiles {
  private readonly index: FileIndex;
  private readonly environment: LibraryEnvironment;
  private readonly archives = new ZipArchives();
  private readonly jars: JarSources;
  private readonly kept = new Lru<string, Promise<LibrarySource | undefined>>(KEPT);
  private readonly offered = new Set<string>();
  private version = -1;

  constructor(index: FileIndex, environment: LibraryEnvironment) {
    this.index = index;
    this.environment = environment;
    this.jars = new JarSources(this.archives, environment.home, environment.variables['JAVA_HOME']);
  }

  /** Where the code of a frame that is not the project's own can be read. */
  async find(frame: Frame): Promise<LibraryPlace | undefined> {
    if (!LIBRARY_KINDS.has(frame.kind) || frame.file === undefined) {
      return undefined;
    }
    if (this.version !== this.index.paths.version) {
      this.version = this.index.paths.version;
      this.kept.clear();
    }
    const key = `${frame.kind} ${frame.module ?? ''} ${frame.file} ${JVM.test(frame.file) ? frame.raw.slice(-120) : ''}`;
    let source = this.kept.get(key);
    if (!source) {
      source = JVM.test(frame.file) ? this.jars.find(frame) : this.fileOf(frame);
      this.kept.set(key, source);
    }
    const found = await source;
    if (found?.kind === 'archive') {
      this.offered.add(found.archive);
    }
    return (
      found && {
        source: found,
        ...(frame.lineBase1 === undefined ? {} : { lineBase1: frame.lineBase1 }),
        ...(frame.columnBase1 === undefined ? {} : { columnBase1: frame.columnBase1 }),
      }
    );
  }

  /** The text of an archive's entry; only of archives that frames led to. */
  textInArchive(archive: string, entry: string): Promise<string | undefined> {
    return this.offered.has(archive) ? this.archives.text(archive, entry) : Promise.resolve(undefined);
  }

  private async fileOf(frame: Frame): Promise<LibrarySource | undefined> {
    const places = libraryPaths(frame, this.roots());
    if (!places) {
      return undefined;
    }
    const printed = process.platform === 'win32' ? undefined : places.printed;
    if (printed !== undefined && (await isFile(printed))) {
      return { kind: 'file', path: printed };
    }
    const found = new Set<string>();
    for (const [i, place] of places.paths.entries()) {
      for (const file of await matching(place)) {
        found.add(await realpath(file).catch(() => file));
      }
      // What stands in the workspace's own folder is what its programs load.
      if (found.size > 0 && i < this.index.folders.length) {
        break;
      }
    }
    const [only] = found;
    return found.size === 1 ? { kind: 'file', path: only! } : undefined;
  }

  private roots(): LibraryRoots {
    const folders = this.index.folders.map((folder) => slashed(folder.path));
    const manifests = [
      'package.json',
      'pyproject.toml',
      'requirements.txt',
      'composer.json',
      'mix.exs',
      'Gemfile',
      'go.mod',
      'Cargo.toml',
    ];
    const projects = manifests
      .flatMap((name) => this.index.paths.named(name).slice(0, MAX_PROJECTS))
      .map((file) => slashed(path.dirname(this.index.toAbsolute(file.path))));
    return {
      projects: [...new Set([...folders, ...projects])].slice(0, MAX_PROJECTS),
      home: slashed(this.environment.home),
      environment: this.environment.variables,
    };
  }
}

/** The files that a path with `*` for folders means. */
async function matching(place: string): Promise<readonly string[]> {
  const star = place.indexOf('/*/');
  if (star === -1) {
    return (await isFile(place)) ? [place] : [];
  }
  const names = await readdir(place.slice(0, star)).catch(() => []);
  const found: string[] = [];
  for (const name of names.slice(0, MAX_FOLDERS)) {
    found.push(...(await matching(`${place.slice(0, star)}/${name}/${place.slice(star + 3)}`)));
  }
  return found;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function slashed(folder: string): string {
  return folder.replaceAll(path.sep, '/').replace(/\/$/, '');
}
