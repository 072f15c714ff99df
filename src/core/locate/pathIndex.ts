/**
 * The files of a workspace by base name. Paths are relative, with `/`; in a workspace of several folders they begin with
 * the folder's name. Generated files (ignored by git, such as `dist/`) are kept apart, as sources come first.
 */
export class PathIndex {
  private readonly byName = new Map<string, string | string[]>();
  private readonly paths = new Map<string, string>();
  private readonly generated = new Set<string>();
  private readonly ignoreCase: boolean;
  private changes = 0;

  constructor(options: { readonly ignoreCase: boolean }) {
    this.ignoreCase = options.ignoreCase;
  }

  get size(): number {
    return this.paths.size;
  }

  /** Goes up whenever a file comes or goes. */
  get version(): number {
    return this.changes;
  }

  add(path: string, isGenerated = false): void {
    const key = this.key(path);
    if (this.paths.has(key)) {
      return;
    }
    this.paths.set(key, path);
    if (isGenerated) {
      this.generated.add(path);
    }
    const name = baseName(key);
    const present = this.byName.get(name);
    if (present === undefined) {
      this.byName.set(name, path);
    } else if (typeof present === 'string') {
      this.byName.set(name, [present, path]);
    } else {
      present.push(path);
    }
    this.changes++;
  }

  remove(path: string): void {
    const key = this.key(path);
    const stored = this.paths.get(key);
    if (stored === undefined) {
      return;
    }
    this.paths.delete(key);
    this.generated.delete(stored);
    const name = baseName(key);
    const present = this.byName.get(name);
    if (typeof present === 'string') {
      this.byName.delete(name);
    } else if (present) {
      present.splice(present.indexOf(stored), 1);
      if (present.length === 1) {
        this.byName.set(name, present[0]!);
      }
    }
    this.changes++;
  }

  /** The path as the workspace spells it, or `undefined` where there is no such file. */
  find(path: string): string | undefined {
    return this.paths.get(this.key(path));
  }

  isGenerated(path: string): boolean {
    return this.generated.has(path);
  }

  /** Every file of the base name of `path`. */
  named(path: string): readonly string[] {
    const found = this.byName.get(baseName(this.key(path)));
    return found === undefined ? [] : typeof found === 'string' ? [found] : found;
  }

  /** Number of segments, counted from the end, in which two paths agree. */
  commonSegments(a: string, b: string): number {
    return commonTrailingSegments(this.key(a), this.key(b));
  }

  /** All paths below a folder; linear in the number of files. */
  below(folder: string): string[] {
    const prefix = this.key(folder === '' ? '' : `${folder}/`);
    return [...this.paths].filter(([key]) => key.startsWith(prefix)).map(([, path]) => path);
  }

  private key(path: string): string {
    return this.ignoreCase ? path.toLowerCase() : path;
  }
}

/** What follows the last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function commonTrailingSegments(a: string, b: string): number {
  let i = a.length - 1;
  let j = b.length - 1;
  let segments = 0;
  while (i >= 0 && j >= 0) {
    const code = a.charCodeAt(i);
    if (code !== b.charCodeAt(j)) {
      return segments;
    }
    if (code === SLASH) {
      segments++;
    }
    i--;
    j--;
  }
  // One ran out: what was compared since the last slash is a whole segment if the other one stands at a slash too.
  const aEnds = i < 0 || a.charCodeAt(i) === SLASH;
  const bEnds = j < 0 || b.charCodeAt(j) === SLASH;
  return aEnds && bEnds && !(a.startsWith('/') && i < 0) ? segments + 1 : segments;
}

const SLASH = 0x2f;
