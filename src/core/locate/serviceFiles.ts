import { findFile, type FileMatch, type RootMapping } from './findFile';
import type { PathIndex } from './pathIndex';
import type { RemotePath } from './remotePath';
import { RootConsensus } from './rootConsensus';

/** Answers kept per service; a stack asks for few files again and again. */
const MAX_KEPT = 5000;

/** The files that one service's paths mean. Remembers its answers until files, known paths or mappings change. */
export class ServiceFiles {
  private readonly index: PathIndex;
  private readonly consensus: RootConsensus;
  private readonly answers = new Map<string, FileMatch>();
  private stamp = '';

  constructor(index: PathIndex) {
    this.index = index;
    this.consensus = new RootConsensus(index);
  }

  /** Lets a path of the service's own code count for its roots. */
  learn(remote: RemotePath): void {
    this.consensus.add(remote);
  }

  /** Whether it learned no path but these. */
  isWithin(paths: ReadonlyMap<string, unknown>): boolean {
    return this.consensus.isWithin(paths);
  }

  /** `isOneStack`: it learned the paths of no other stack. */
  find(remote: RemotePath, mappings: readonly RootMapping[], isOneStack = false): FileMatch {
    const mapped = mappings.map(({ from, to }) => `${from}\n${to}`).join('\n');
    const stamp = `${this.index.version} ${this.consensus.version} ${isOneStack} ${mapped}`;
    if (stamp !== this.stamp || this.answers.size >= MAX_KEPT) {
      this.answers.clear();
      this.stamp = stamp;
    }
    const { hint } = remote;
    const key = hint ? [remote.path, ...hint.paths, '', ...hint.folders].join('\n') : remote.path;
    let answer = this.answers.get(key);
    if (!answer) {
      answer = findFile(remote, this.index, this.consensus, mappings, isOneStack);
      this.answers.set(key, answer);
    }
    return answer;
  }
}
