import type { IndexedFile, PathIndex } from './pathIndex';
import type { RemotePath } from './remotePath';

/** A workspace file that a remote path may mean. */
export interface RootedCandidate {
  readonly path: string;
  readonly isGenerated: boolean;
  /** Trailing segments in which both paths agree. */
  readonly common: number;
  /** The same without what only matches because a deployment root is called like a folder. */
  readonly telling: number;
  /** Distinct paths of the service that would have the same root. */
  readonly votes: number;
  /** Another folder is the same remote root by a path that only its own file fits: services may share a name. */
  readonly isContested: boolean;
  /** The whole of the workspace path agrees: the root is the workspace itself. */
  readonly isWhole: boolean;
}

/** Paths remembered per service; more add nothing to the vote. */
const MAX_PATHS = 500;
/** Pairs of roots counted per service: a hostile trace may invent paths without end. */
const MAX_PAIRS = 50_000;

const SEVERAL = -1;

/** Of a name that more files have, only the files that agree best with the path count. */
const MANY_NAMED = 1000;
/** A name that more files have tells nothing; other paths decide. */
const MAX_NAMED = 20_000;

/**
 * Learns which folder of the workspace a service's remote root is. Every distinct remote path votes for each pair of roots
 * (what is left of both paths after their common end) under which a file of that name exists.
 */
export class RootConsensus {
  private readonly index: PathIndex;
  private readonly paths = new Map<string, RemotePath>();
  private readonly votes = new Map<number, number>();
  private readonly roots = new Map<string, number>();
  /** For remote roots, the only folder that some path leads to; `SEVERAL` where paths lead to different ones. */
  private readonly told = new Map<number, number>();
  private countedVersion = -1;

  constructor(index: PathIndex) {
    this.index = index;
  }

  /** Counts a path of the service's own code; the same path counts once. */
  add(remote: RemotePath): void {
    if (this.paths.has(remote.path) || this.paths.size >= MAX_PATHS) {
      return;
    }
    this.paths.set(remote.path, remote);
    if (this.countedVersion === this.index.version) {
      this.count(remote);
    }
  }

  /** Whether it learned no path but these. */
  isWithin(paths: ReadonlyMap<string, unknown>): boolean {
    return this.paths.size <= paths.size && [...this.paths.keys()].every((path) => paths.has(path));
  }

  /** Goes up whenever an answer may change. */
  get version(): number {
    return this.paths.size;
  }

  /** Every file of the same name, with what speaks for it; in the order of the index. */
  candidates(remote: RemotePath): RootedCandidate[] {
    this.recount();
    const shape = this.shapeOf(remote);
    const telling = shape.names.length + 1 - remote.rootSegments;
    return this.index.named(remote.path).map((file) => {
      const { count, rest } = this.index.commonFolders(file, shape.names);
      const told = this.told.get(shape.roots[count]!);
      return {
        path: file.path,
        isGenerated: file.isGenerated,
        common: count + 1,
        telling: Math.min(count + 1, telling),
        votes: this.votes.get(pairOf(shape.roots[count]!, rest)) ?? 0,
        isContested: told !== undefined && told !== rest,
        isWhole: rest === 0,
      };
    });
  }

  private recount(): void {
    if (this.countedVersion === this.index.version) {
      return;
    }
    this.votes.clear();
    this.told.clear();
    this.countedVersion = this.index.version;
    for (const remote of this.paths.values()) {
      this.count(remote);
    }
  }

  private count(remote: RemotePath): void {
    const named = this.index.named(remote.path);
    if (named.length > MAX_NAMED || this.votes.size > MAX_PAIRS) {
      return;
    }
    const shape = this.shapeOf(remote);
    const packaged = new Set(remote.hint?.paths.map((path) => this.index.find(path)));
    const isKnown = named.some(({ path }) => packaged.has(path));
    const only = new Map<number, number>();
    const least = named.length > MANY_NAMED ? this.mostCommon(named, shape) : 0;
    for (const file of named) {
      // A package that tells the file speaks for its root alone.
      if (isKnown && !packaged.has(file.path)) {
        continue;
      }
      const { count, rest } = this.index.commonFolders(file, shape.names);
      if (count < least) {
        continue;
      }
      const pair = pairOf(shape.roots[count]!, rest);
      this.votes.set(pair, (this.votes.get(pair) ?? 0) + 1);
      if (count > 0) {
        only.set(count, only.has(count) ? SEVERAL : rest);
      }
    }
    for (const [count, rest] of only) {
      const root = shape.roots[count]!;
      const told = this.told.get(root);
      if (rest !== SEVERAL) {
        this.told.set(root, told === undefined || told === rest ? rest : SEVERAL);
      }
    }
  }

  /** Folders that the files agreeing best have in common with a path; at least one. */
  private mostCommon(named: readonly IndexedFile[], shape: RemoteShape): number {
    let most = 1;
    for (const file of named) {
      most = Math.max(most, this.index.commonFolders(file, shape.names).count);
    }
    return most;
  }

  private shapeOf(remote: RemotePath): RemoteShape {
    const names = this.index.folderNamesOf(remote.path);
    const roots: number[] = [];
    let end = remote.path.length;
    for (let i = 0; i <= names.length; i++) {
      end = Math.max(remote.path.lastIndexOf('/', end - 1), 0);
      const root = remote.path.slice(0, end);
      const number = this.roots.get(root) ?? this.roots.size;
      this.roots.set(root, number);
      roots.push(number);
    }
    return { names, roots };
  }
}

/** A remote path as numbers. */
interface RemoteShape {
  /** Its folders, innermost first. */
  readonly names: readonly number[];
  /** What is left of it when the file and so many folders are cut off. */
  readonly roots: readonly number[];
}

/** One number for a remote root and a local one; far more roots than there can be folders fit in. */
function pairOf(remoteRoot: number, localRoot: number): number {
  return remoteRoot * 2 ** 26 + localRoot;
}
