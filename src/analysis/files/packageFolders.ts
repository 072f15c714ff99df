import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PackageLookup } from '../../core/locate/packages/frameRemote';
import { MANIFESTS, packageNames } from '../../core/locate/packages/packageManifest';
import type { Ecosystem, PackageName } from '../../core/locate/packages/packageName';
import type { PathIndex } from '../../core/locate/pathIndex';

/** Manifests that are read of one ecosystem, and the longest of them in bytes. */
const MAX_MANIFESTS = 3000;
const MAX_BYTES = 1 << 20;
/** Manifests that are read at a time. */
const AT_ONCE = 16;

/** Folders of the workspace by the packages that their manifests declare. Manifests are read when first asked for, and again when they change. */
export class PackageFolders implements PackageLookup {
  private readonly paths: PathIndex;
  private readonly toAbsolute: (local: string) => string;
  /** What each manifest declares. */
  private readonly read = new Map<string, readonly PackageName[]>();
  private readonly known = new Map<
    Ecosystem,
    { readonly version: number; readonly folders: ReadonlyMap<string, readonly string[]> }
  >();
  private changes = 0;

  /** `toAbsolute`: where an indexed path is on disk. */
  constructor(paths: PathIndex, toAbsolute: (local: string) => string) {
    this.paths = paths;
    this.toAbsolute = toAbsolute;
  }

  /** Reads what is not read yet of these ecosystems' manifests. */
  async load(ecosystems: ReadonlySet<Ecosystem>): Promise<void> {
    for (const ecosystem of ecosystems) {
      if (this.known.get(ecosystem)?.version !== this.version()) {
        await this.loadOne(ecosystem);
      }
    }
  }

  folders(ecosystem: Ecosystem, name: string): readonly string[] {
    return this.known.get(ecosystem)?.folders.get(name) ?? [];
  }

  /** Every package of an ecosystem whose manifest is read; in no order. */
  all(ecosystem: Ecosystem): readonly PackageName[] {
    return [...(this.known.get(ecosystem)?.folders ?? [])].flatMap(([name, folders]) =>
      folders.map((folder) => ({ name, folder })),
    );
  }

  longest(
    ecosystem: Ecosystem,
    name: string,
    separator: string,
  ): { readonly folders: readonly string[]; readonly rest: string } | undefined {
    for (let end = name.length; end > 0; end = name.lastIndexOf(separator, end - 1)) {
      // Prefixes of PSR-4 end with their separator.
      const head = name.slice(0, end);
      const folders = [...this.folders(ecosystem, head), ...this.folders(ecosystem, head + separator)];
      if (folders.length > 0) {
        return { folders, rest: name.slice(end + separator.length) };
      }
    }
    return undefined;
  }

  /** Forgets manifests that changed: indexed paths. */
  forget(local: string): void {
    if (this.read.delete(local)) {
      this.changes++;
    }
  }

  private version(): number {
    return this.paths.version + this.changes;
  }

  private async loadOne(ecosystem: Ecosystem): Promise<void> {
    const version = this.version();
    const manifests = this.manifestsOf(ecosystem);
    const missing = manifests.filter((manifest) => !this.read.has(manifest));
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      await Promise.all(missing.slice(at, at + AT_ONCE).map((manifest) => this.readOne(ecosystem, manifest)));
    }
    const folders = new Map<string, string[]>();
    for (const manifest of manifests) {
      for (const { name, folder } of this.read.get(manifest) ?? []) {
        const joined = path.posix.join(path.posix.dirname(manifest), folder).replace(/\/$/, '');
        const present = folders.get(name) ?? [];
        const local = joined === '.' ? '' : joined;
        if (!present.includes(local) && !joined.startsWith('..')) {
          folders.set(name, [...present, local]);
        }
      }
    }
    this.known.set(ecosystem, { version, folders });
  }

  private manifestsOf(ecosystem: Ecosystem): string[] {
    const { paths } = this;
    const files = MANIFESTS[ecosystem].flatMap((name) =>
      name.startsWith('.') ? paths.withExtension(name) : paths.named(name),
    );
    return files
      .filter((file) => !file.isGenerated)
      .slice(0, MAX_MANIFESTS)
      .map((file) => file.path);
  }

  private async readOne(ecosystem: Ecosystem, manifest: string): Promise<void> {
    const absolute = this.toAbsolute(manifest);
    try {
      const { size } = await stat(absolute);
      this.read.set(
        manifest,
        size > MAX_BYTES ? [] : packageNames(ecosystem, await readFile(absolute, 'utf8'), manifest),
      );
    } catch {
      // Gone or forbidden: it declares nothing.
      this.read.set(manifest, []);
    }
  }
}
