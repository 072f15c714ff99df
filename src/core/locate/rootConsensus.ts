import type { PathIndex } from './pathIndex';
import type { RemotePath } from './remotePath';

/** A workspace file that a remote path may mean. */
export interface RootedCandidate {
  readonly path: string;
  /** Trailing segments in which both paths agree. */
  readonly common: number;
  /** The same without what only matches because a deployment root is called like a folder. */
  readonly telling: number;
  /** Distinct paths of the service that would have the same root. */
  readonly votes: number;
  /** The whole of the workspace path agrees: the root is the workspace itself. */
  readonly isWhole: boolean;
}

/** Paths remembered per service; more add nothing to the vote. */
const MAX_PATHS = 2000;

/**
 * Learns which folder of the workspace a service's remote root is. Every distinct remote path votes for each pair of roots
 * (what is left of both paths after their common end) under which a file of that name exists.
 */
export class RootConsensus {
  private readonly index: PathIndex;
  private readonly paths = new Map<string, RemotePath>();
  private readonly votes = new Map<string, number>();
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

  /** Goes up whenever an answer may change. */
  get version(): number {
    return this.paths.size;
  }

  /** Every file of the same name, with what speaks for it; unordered. */
  candidates(remote: RemotePath): RootedCandidate[] {
    this.recount();
    const segments = countSegments(remote.path);
    return this.index.named(remote.path).map((path) => {
      const common = this.index.commonSegments(remote.path, path);
      const own = countSegments(path);
      return {
        path,
        common,
        telling: Math.min(common, segments - remote.rootSegments),
        votes: this.votes.get(rootsOf(remote.path, path, common)) ?? 0,
        isWhole: common === own,
      };
    });
  }

  private recount(): void {
    if (this.countedVersion === this.index.version) {
      return;
    }
    this.votes.clear();
    this.countedVersion = this.index.version;
    for (const remote of this.paths.values()) {
      this.count(remote);
    }
  }

  private count(remote: RemotePath): void {
    for (const path of this.index.named(remote.path)) {
      const roots = rootsOf(remote.path, path, this.index.commonSegments(remote.path, path));
      this.votes.set(roots, (this.votes.get(roots) ?? 0) + 1);
    }
  }
}

/** The pair of roots under which the two paths are the same file. */
function rootsOf(remote: string, local: string, common: number): string {
  return `${withoutTrailing(remote, common)}\n${withoutTrailing(local, common)}`;
}

function withoutTrailing(path: string, segments: number): string {
  let end = path.length;
  for (let i = 0; i < segments && end > 0; i++) {
    end = Math.max(path.lastIndexOf('/', end - 1), 0);
  }
  return path.slice(0, end);
}

function countSegments(path: string): number {
  let count = path.startsWith('/') ? 0 : 1;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    count++;
  }
  return count;
}
