import type { Evidence } from './grade';
import type { PathIndex } from './pathIndex';
import type { RemotePath } from './remotePath';
import type { RootConsensus, RootedCandidate } from './rootConsensus';

/** A remote prefix that stands for a folder of the workspace (`''`: the workspace itself). */
export interface RootMapping {
  readonly from: string;
  readonly to: string;
}

/** Which file of the workspace a remote path is. */
export type FileMatch =
  | {
      readonly kind: 'found';
      readonly path: string;
      readonly via: 'path' | 'mapping';
      /** The path proves the file; otherwise only its name agrees. */
      readonly isProven: boolean;
      readonly evidence: readonly Evidence[];
    }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly FileCandidate[] }
  | { readonly kind: 'none' };

/** One of several files that a remote path may mean. */
export interface FileCandidate {
  readonly path: string;
  readonly evidence: readonly Evidence[];
}

/** Most candidates that an answer lists. */
const MAX_CANDIDATES = 500;

/**
 * Finds the file: a mapping decides; then a root on which at least two paths of the service agree more than on any other;
 * then a path that ends like exactly one file's. Never the first of several.
 */
export function findFile(
  remote: RemotePath,
  index: PathIndex,
  consensus: RootConsensus,
  mappings: readonly RootMapping[],
): FileMatch {
  const mapped = findMapped(remote, index, mappings);
  if (mapped !== undefined) {
    return { kind: 'found', path: mapped, via: 'mapping', isProven: true, evidence: ['mapping'] };
  }
  const candidates = preferSources(consensus.candidates(remote), index).sort(byStrength);
  const [best, second] = candidates;
  if (!best) {
    return { kind: 'none' };
  }
  if (best.votes >= 2 && best.votes > (second?.votes ?? 0) && isRooted(best)) {
    return { kind: 'found', path: best.path, via: 'path', isProven: true, evidence: ['agreedRoot'] };
  }
  const longest = longestPath(candidates);
  if (longest && (longest.telling >= 2 || isRooted(longest) || isWholeRemote(longest, remote))) {
    return { kind: 'found', path: longest.path, via: 'path', isProven: true, evidence: ['uniquePath'] };
  }
  if (candidates.length === 1) {
    return { kind: 'found', path: best.path, via: 'path', isProven: false, evidence: ['sameName'] };
  }
  return { kind: 'ambiguous', candidates: candidates.slice(0, MAX_CANDIDATES).map(candidateFrom) };
}

/** The longest `from` first: what is more specific was said on purpose. */
function findMapped(
  remote: RemotePath,
  index: PathIndex,
  mappings: readonly RootMapping[],
): string | undefined {
  const sorted = [...mappings].sort((a, b) => b.from.length - a.from.length);
  for (const { from, to } of sorted) {
    const prefix = from.endsWith('/') ? from.slice(0, -1) : from;
    if (remote.path === prefix || !remote.path.startsWith(prefix) || remote.path[prefix.length] !== '/') {
      continue;
    }
    const rest = remote.path.slice(prefix.length + 1);
    const found = index.find(to === '' ? rest : `${to}/${rest}`);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Generated files count only where no source agrees as well. */
function preferSources(candidates: RootedCandidate[], index: PathIndex): RootedCandidate[] {
  const sources = candidates.filter((candidate) => !index.isGenerated(candidate.path));
  const best = Math.max(0, ...sources.map((candidate) => candidate.telling));
  return candidates.filter((candidate) => !index.isGenerated(candidate.path) || candidate.telling > best);
}

function byStrength(a: RootedCandidate, b: RootedCandidate): number {
  return b.votes - a.votes || b.telling - a.telling || b.common - a.common || (a.path < b.path ? -1 : 1);
}

/** The one candidate that agrees in more telling segments than every other. */
function longestPath(candidates: readonly RootedCandidate[]): RootedCandidate | undefined {
  let best: RootedCandidate | undefined;
  let isShared = false;
  for (const candidate of candidates) {
    if (!best || candidate.telling > best.telling) {
      best = candidate;
      isShared = false;
    } else if (candidate.telling === best.telling) {
      isShared = true;
    }
  }
  return isShared ? undefined : best;
}

function isRooted(candidate: RootedCandidate): boolean {
  return candidate.telling >= 1 && (candidate.isWhole || candidate.telling >= 2 || candidate.votes >= 2);
}

/** A relative path that agrees from its first segment on. */
function isWholeRemote(candidate: RootedCandidate, remote: RemotePath): boolean {
  return !remote.path.startsWith('/') && candidate.common === remote.path.split('/').length;
}

function candidateFrom(candidate: RootedCandidate): FileCandidate {
  const evidence: Evidence[] = [candidate.telling >= 2 ? 'samePath' : 'sameName'];
  if (candidate.votes >= 2) {
    evidence.push('agreedRoot');
  }
  return { path: candidate.path, evidence };
}
