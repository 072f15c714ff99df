import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from '../../core/frames/frame';
import type { LibrarySource } from '../../protocol/resolve';
import type { ZipArchives } from './zipArchive';

/** Archives of sources that are looked into for one package. */
const MAX_ARCHIVES = 40;
/** Folders that are listed on the way to them. */
const MAX_FOLDERS = 300;

/** Sources of jars: in the local Maven repository, Gradle's cache and the JDK. */
export class JarSources {
  private readonly archives: ZipArchives;
  private readonly home: string;
  private readonly javaHome: string | undefined;
  private readonly listed = new Map<string, Promise<readonly string[]>>();

  constructor(archives: ZipArchives, home: string, javaHome: string | undefined) {
    this.archives = archives;
    this.home = home;
    this.javaHome = javaHome;
  }

  /** The only source of a class of a package; `undefined` where there is none, or where versions differ and none is named. */
  async find(frame: Frame): Promise<LibrarySource | undefined> {
    const { module, file, raw } = frame;
    if (module === undefined || file === undefined || !/^[\w$.]{1,300}$/.test(module) || /[/\\]/.test(file)) {
      return undefined;
    }
    const entry = `${module.replaceAll('.', '/')}/${file}`;
    if (frame.kind === 'runtime') {
      return this.ofJdk(entry);
    }
    // Logback prints the jar: `~[spring-web-6.1.0.jar:6.1.0]`.
    const jar = /\[([\w.+-]{1,200})\.jar:/.exec(raw.slice(-300))?.[1];
    const found: LibrarySource[] = [];
    for (const archive of await this.archivesFor(module)) {
      const isNamed = jar === undefined || path.basename(archive) === `${jar}-sources.jar`;
      if (isNamed && (await this.archives.names(archive)).includes(entry)) {
        found.push({ kind: 'archive', archive, entry });
      }
    }
    return found.length === 1 ? found[0] : undefined;
  }

  private async ofJdk(entry: string): Promise<LibrarySource | undefined> {
    if (this.javaHome === undefined) {
      return undefined;
    }
    for (const archive of [path.join(this.javaHome, 'lib/src.zip'), path.join(this.javaHome, 'src.zip')]) {
      // Since Java 9, the first folder is the module.
      const name = (await this.archives.names(archive)).find(
        (one) =>
          one === entry || (one.endsWith(`/${entry}`) && one.indexOf('/') === one.length - entry.length - 1),
      );
      if (name !== undefined) {
        return { kind: 'archive', archive, entry: name };
      }
    }
    return undefined;
  }

  /** A group's name begins like the package: `org.springframework` of `org.springframework.web`. */
  private archivesFor(module: string): Promise<readonly string[]> {
    const group = module.split('.').slice(0, 2).join('.');
    let listed = this.listed.get(group);
    if (!listed) {
      listed = this.list(group);
      this.listed.set(group, listed);
    }
    return listed;
  }

  private async list(group: string): Promise<readonly string[]> {
    const maven = path.join(this.home, '.m2/repository', ...group.split('.'));
    const gradle = path.join(this.home, '.gradle/caches/modules-2/files-2.1');
    const groups = (await folderNames(gradle)).filter(
      (name) => name === group || name.startsWith(`${group}.`),
    );
    const pending = [maven, ...groups.map((name) => path.join(gradle, name))];
    const archives: string[] = [];
    for (
      let visited = 0;
      pending.length > 0 && visited < MAX_FOLDERS && archives.length < MAX_ARCHIVES;
      visited++
    ) {
      const folder = pending.shift()!;
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (entry.isDirectory()) {
          pending.push(path.join(folder, entry.name));
        } else if (entry.name.endsWith('-sources.jar')) {
          archives.push(path.join(folder, entry.name));
        }
      }
    }
    return archives;
  }
}

async function folderNames(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
