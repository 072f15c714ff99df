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
      /** Files that agree with the path as well, where only other paths tell which is meant; absent where there are none. */
      readonly rivals?: readonly FileCandidate[];
      /** No folder of the path agrees: what the frame says of its code may tell that this is another program's file. */
      readonly isNameOnly?: true;
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
 * then a path that ends like exactly one file's. Never the first of several. `isOneStack`: all paths are of one stack, so what they agree on has no rivals.
 */
export function findFile(
  remote: RemotePath,
  index: PathIndex,
  consensus: RootConsensus,
  mappings: readonly RootMapping[],
  isOneStack = false,
): FileMatch {
  const mapped = findMapped(remote, index, mappings);
  if (mapped !== undefined) {
    return { kind: 'found', path: mapped, via: 'mapping', isProven: true, evidence: ['mapping'] };
  }
  const packaged = inPackage(remote, index, consensus);
  if (packaged.length === 1) {
    const isProven = remote.hint?.isCopy !== true;
    return { kind: 'found', path: packaged[0]!, via: 'path', isProven, evidence: ['package'] };
  }
  const all = preferSources(consensus.candidates(remote));
  const candidates =
    packaged.length > 0 ? all.filter(({ path }) => packaged.includes(path)) : inFolders(all, remote);
  const [only] = candidates;
  if (!only) {
    return { kind: 'none' };
  }
  const agreed = greatest(candidates, (candidate) => candidate.votes);
  if (agreed && agreed.votes >= 2 && !agreed.isContested) {
    const found = { kind: 'found', path: agreed.path, via: 'path', isProven: true } as const;
    const rivals = isOneStack
      ? []
      : candidates.filter((one) => one !== agreed && one.telling >= agreed.telling);
    return rivals.length === 0
      ? { ...found, evidence: ['agreedRoot'] }
      : { ...found, evidence: ['agreedRoot'], rivals: listed(rivals) };
  }
  if (candidates.length === 1 && all.length > 1 && isRooted(only)) {
    return { kind: 'found', path: only.path, via: 'path', isProven: true, evidence: ['package', 'samePath'] };
  }
  const longest = greatest(candidates, (candidate) => candidate.telling);
  if (longest && (isRooted(longest) || isWholeRemote(longest, remote))) {
    const found = { kind: 'found', path: longest.path, via: 'path', isProven: true } as const;
    return { ...found, evidence: ['uniquePath'], ...(longest.telling < 2 && { isNameOnly: true }) };
  }
  if (candidates.length === 1) {
    const found = { kind: 'found', path: only.path, via: 'path', isProven: false } as const;
    return { ...found, evidence: ['sameName'], isNameOnly: true };
  }
  return {
    kind: 'ambiguous',
    candidates: listed(candidates),
  };
}

/** A file that was found, once it stands out from its rivals: the path proves it. */
export function withoutRivals({ path, via, evidence }: Extract<FileMatch, { kind: 'found' }>): FileMatch {
  return { kind: 'found', path, via, isProven: true, evidence };
}

/** Best first; of files that agree no further, those nearer to the root of their package: the remote root is one. */
function listed(candidates: readonly RootedCandidate[]): readonly FileCandidate[] {
  const ranked = candidates.map((candidate) => ({ candidate, depth: depthOf(candidate.path) }));
  ranked.sort((a, b) => byStrength(a.candidate, b.candidate) || a.depth - b.depth);
  return ranked.slice(0, MAX_CANDIDATES).map(({ candidate }) => candidateFrom(candidate));
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

/** The files that exist where the frame's package says that it is. */
function inPackage(remote: RemotePath, index: PathIndex, consensus: RootConsensus): readonly string[] {
  const { hint } = remote;
  const existing = hint?.paths.map((path) => index.find(path)).filter((path) => path !== undefined) ?? [];
  const found = [...new Set(existing)];
  if (hint?.isByFunction !== true || found.length === 0) {
    return found;
  }
  const candidates = consensus.candidates(remote);
  const best = Math.max(...candidates.map(({ common }) => common));
  return found.filter((path) => candidates.some((one) => one.path === path && one.common === best));
}

/** Of the files whose paths agree best, those in the frame's package, if any are. */
function inFolders(candidates: RootedCandidate[], { hint }: RemotePath): RootedCandidate[] {
  if (!hint || hint.folders.length === 0) {
    return candidates;
  }
  const best = Math.max(0, ...candidates.map(({ telling }) => telling));
  const inside = candidates.filter(
    ({ path, telling }) =>
      telling === best && hint.folders.some((folder) => folder === '' || path.startsWith(`${folder}/`)),
  );
  return inside.length > 0 ? inside : candidates;
}

/** Generated files count only where no source agrees as well. */
function preferSources(candidates: RootedCandidate[]): RootedCandidate[] {
  if (!candidates.some((candidate) => candidate.isGenerated)) {
    return candidates;
  }
  const best = Math.max(0, ...candidates.filter(isSource).map((candidate) => candidate.telling));
  return candidates.filter((candidate) => isSource(candidate) || candidate.telling > best);
}

function isSource(candidate: RootedCandidate): boolean {
  return !candidate.isGenerated;
}

function byStrength(a: RootedCandidate, b: RootedCandidate): number {
  return b.votes - a.votes || b.telling - a.telling || b.common - a.common;
}

function depthOf(path: string): number {
  let depth = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    depth++;
  }
  return depth;
}

/** The one candidate of which `measure` is greater than of every other. */
function greatest(
  candidates: readonly RootedCandidate[],
  measure: (candidate: RootedCandidate) => number,
): RootedCandidate | undefined {
  let best: RootedCandidate | undefined;
  let isShared = false;
  for (const candidate of candidates) {
    if (!best || measure(candidate) > measure(best)) {
      best = candidate;
      isShared = false;
    } else if (measure(candidate) === measure(best)) {
      isShared = true;
    }
  }
  return isShared ? undefined : best;
}

function isRooted(candidate: RootedCandidate): boolean {
  return candidate.telling >= 2 || candidate.isWhole;
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
