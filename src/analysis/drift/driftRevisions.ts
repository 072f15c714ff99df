import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Lru } from '../../base/lru';
import type { DriftProblem } from '../../core/drift/driftProblem';
import { plainRepositoryUrl } from '../../core/drift/repositoryUrl';
import {
  repositoryOf,
  revisionCandidates,
  type RevisionCandidate,
  type RevisionFacts,
} from '../../core/drift/revisionCandidates';
import { DriftTree, type DeployedRepository } from './driftTree';
import type { FileIndex } from '../files/fileIndex';
import type { GitFailure } from './gitProcess';
import { GitRepository } from './gitRepository';
import { isSkippedFolder } from '../files/listFiles';
import type { SourceFiles } from '../files/sourceFiles';

/** What names the revision of a service, most reliable first, and where its code comes from. */
export interface RevisionRequest {
  readonly candidates: readonly RevisionCandidate[];
  /** As the trace says it. */
  readonly repositoryUrl?: string | undefined;
}

/** What a person said of the service's revision, if anything, before what its traces say. */
export function revisionRequest(facts: RevisionFacts, said?: string): RevisionRequest {
  const candidates = revisionCandidates(facts);
  return {
    candidates: said === undefined ? candidates : [{ kind: 'said', text: said }, ...candidates],
    repositoryUrl: repositoryOf(facts.attributes),
  };
}

/** The files of the revision that ran; or why they cannot be told. Neither: nothing names a revision. */
export interface DeployedFiles {
  readonly tree?: DriftTree;
  /** Built from a work tree with changes of its own: lines may be others than the commit's. */
  readonly isDirty: boolean;
  /** Only a version's tag says so. */
  readonly isByTag?: boolean;
  readonly problem?: DriftProblem;
}

interface Place {
  readonly repository: GitRepository;
  readonly repositoryPrefix: string;
  readonly localPrefix: string;
  readonly refs: string;
}

type Choice =
  | {
      readonly kind: 'commit';
      readonly at: ReadonlyMap<string, string>;
      readonly isDirty: boolean;
      readonly isByTag?: boolean;
    }
  | { readonly kind: 'problem'; readonly code: DriftProblem['code']; readonly revision: string }
  | { readonly kind: 'none' };

const KEPT_TREES = 4;
/** How deep repositories are looked for in a folder, and in how many folders. */
const MAX_DEPTH = 3;
const MAX_FOLDERS = 3000;

/** Finds the commits that services ran in the repositories of the workspace. */
export class DriftRevisions {
  private readonly index: FileIndex;
  private readonly files: SourceFiles;
  private readonly signal: AbortSignal;
  private readonly trees = new Lru<string, Promise<DriftTree>>(KEPT_TREES);
  private ofFolders: Promise<readonly Omit<Place, 'refs'>[]> | undefined;
  private nested: Promise<readonly Omit<Place, 'refs'>[]> | undefined;
  private failure: GitFailure | undefined;

  constructor(index: FileIndex, files: SourceFiles, signal: AbortSignal) {
    this.index = index;
    this.files = files;
    this.signal = signal;
  }

  /** The deployed files as the candidates tell them. The same tree is given out while nothing changes. */
  async of({ candidates, repositoryUrl }: RevisionRequest): Promise<DeployedFiles> {
    if (candidates.length === 0) {
      return { isDirty: false };
    }
    this.ofFolders ??= this.placesOfFolders();
    let places = await stamped(await this.ofFolders);
    let choice = await choose(candidates, places, repositoryUrl);
    if (choice.kind !== 'commit') {
      this.nested ??= this.nestedPlaces();
      const all = [...places, ...(await stamped(await this.nested))];
      if (all.length > places.length) {
        places = all;
        choice = await choose(candidates, places, repositoryUrl);
      }
    }
    if (choice.kind === 'none') {
      return { isDirty: false };
    }
    if (choice.kind === 'problem') {
      return { isDirty: false, problem: this.problem(choice.code, choice.revision, places.length) };
    }
    const { at, isDirty, isByTag = false } = choice;
    const deployed = places.flatMap(({ repository, repositoryPrefix, localPrefix }) => {
      const commit = at.get(repository.commonDir);
      return commit === undefined ? [] : [{ repository, commit, repositoryPrefix, localPrefix }];
    });
    return { tree: await this.treeOf(deployed), isDirty, isByTag };
  }

  /** Text of a file at a commit, for reading beside the editor; `undefined` where there is none. */
  async textAt(commit: string, absolute: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{40,64}$/.test(commit)) {
      return undefined;
    }
    // The deepest folder that still is there: the file's own may be gone.
    let folder = path.dirname(absolute);
    while (!(await stat(folder).catch(() => undefined))?.isDirectory() && folder !== path.dirname(folder)) {
      folder = path.dirname(folder);
    }
    const place = await GitRepository.at(folder, this.signal);
    if (!place.ok) {
      return undefined;
    }
    const { repository, prefix } = place.value;
    const below = path.relative(folder, absolute).replaceAll(path.sep, '/');
    const entry = (await repository.tree(commit))?.get(prefix + below);
    return entry?.kind === 'file' ? (await repository.blobs([entry.id])).get(entry.id) : undefined;
  }

  private treeOf(deployed: readonly DeployedRepository[]): Promise<DriftTree> {
    const key = deployed.map(({ localPrefix, commit }) => `${localPrefix} ${commit}`).join('\n');
    let tree = this.trees.get(key);
    if (!tree) {
      tree = DriftTree.open(deployed, this.index, this.files, this.signal);
      this.trees.set(key, tree);
    }
    return tree;
  }

  private problem(code: DriftProblem['code'], revision: string, repositories: number): DriftProblem {
    const folder = this.index.folders[0]?.name ?? '';
    const params = { revision, folder };
    if (repositories > 0) {
      return { code, params };
    }
    const kind = this.failure?.kind;
    const why =
      kind === 'unavailable' ? 'gitUnavailable' : kind === 'exceeded' ? 'gitFailed' : 'notARepository';
    return { code: why, params };
  }

  private async placesOfFolders(): Promise<Omit<Place, 'refs'>[]> {
    const places: Omit<Place, 'refs'>[] = [];
    for (const { path: folder } of this.index.folders) {
      const place = await this.placeOf(folder);
      if (place) {
        places.push(place);
      }
    }
    return places;
  }

  private async placeOf(folder: string): Promise<Omit<Place, 'refs'> | undefined> {
    const found = await GitRepository.at(folder, this.signal);
    // The path of a file that need not be there tells how the index begins those of the folder.
    const local = this.index.fromAbsolute(path.join(folder, '_'))?.slice(0, -1);
    if (!found.ok) {
      this.failure = found.error;
      return undefined;
    }
    const { repository, prefix } = found.value;
    return local === undefined ? undefined : { repository, repositoryPrefix: prefix, localPrefix: local };
  }

  /** Repositories inside the folders that are open: submodules, clones side by side. */
  private async nestedPlaces(): Promise<Omit<Place, 'refs'>[]> {
    const places: Omit<Place, 'refs'>[] = [];
    for (const { path: root } of this.index.folders) {
      for (const folder of await repositoriesBelow(root)) {
        const place = await this.placeOf(folder);
        if (place?.repositoryPrefix === '') {
          places.push(place);
        }
      }
    }
    return places;
  }
}

/** Folders with a `.git` below a folder. */
async function repositoriesBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  const pending = [{ folder: root, depth: 0 }];
  for (
    let looked = 0, next = pending.shift();
    next && looked < MAX_FOLDERS;
    looked++, next = pending.shift()
  ) {
    const { folder, depth } = next;
    // A folder that may not be read has no repository for us.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (depth > 0 && entries.some(({ name }) => name === '.git')) {
      found.push(folder);
    }
    for (const entry of depth < MAX_DEPTH ? entries : []) {
      if (entry.isDirectory() && !isSkippedFolder(entry.name)) {
        pending.push({ folder: path.join(folder, entry.name), depth: depth + 1 });
      }
    }
  }
  return found;
}

function stamped(places: readonly Omit<Place, 'refs'>[]): Promise<Place[]> {
  return Promise.all(
    places.map(async (place) => ({ ...place, refs: (await place.repository.stamp()).refs })),
  );
}

/** The first that names a commit; no other may name another commit. */
async function choose(
  candidates: readonly RevisionCandidate[],
  places: readonly Place[],
  repositoryUrl: string | undefined,
): Promise<Choice> {
  const distinct = [...new Map(places.map((place) => [place.repository.commonDir, place])).values()];
  const [first] = candidates;
  if (first?.kind === 'said') {
    return chooseSaid(first.text, distinct);
  }
  const commits = candidates.filter((candidate) => candidate.kind === 'commit');
  const chosen = await chooseCommit(commits, distinct);
  if (chosen.kind !== 'none') {
    return chosen;
  }
  for (const candidate of candidates) {
    const tagged = candidate.kind === 'tag' ? await chooseTag(candidate, distinct, repositoryUrl) : chosen;
    if (tagged.kind !== 'none') {
      return tagged;
    }
  }
  return chosen;
}

async function chooseSaid(text: string, places: readonly Place[]): Promise<Choice> {
  // Options, control characters and the like are no revisions.
  if (!/^[^\s\p{C}-][^\p{C}]{0,255}$/u.test(text)) {
    return { kind: 'problem', code: 'revisionMissing', revision: text };
  }
  const { at, isAmbiguous } = await resolved(text, places);
  return at.size > 0
    ? { kind: 'commit', at, isDirty: false }
    : { kind: 'problem', code: isAmbiguous ? 'revisionAmbiguous' : missing(places), revision: text };
}

async function chooseCommit(
  candidates: readonly Extract<RevisionCandidate, { kind: 'commit' }>[],
  places: readonly Place[],
): Promise<Choice> {
  let chosen: Extract<Choice, { kind: 'commit' }> | undefined;
  let problem: Choice = { kind: 'none' };
  for (const { text, isStated, isDirty } of candidates) {
    const { at, isAmbiguous } = await resolved(text, places);
    for (const [repository, id] of at) {
      // A branch or tag may have the name of an abbreviated id.
      const other = chosen?.at.get(repository);
      if (!id.startsWith(text) || (other !== undefined && other !== id)) {
        return { kind: 'problem', code: 'revisionAmbiguous', revision: text };
      }
    }
    if (at.size > 0) {
      chosen ??= { kind: 'commit', at, isDirty };
    } else if (isStated && problem.kind === 'none') {
      problem = {
        kind: 'problem',
        code: isAmbiguous ? 'revisionAmbiguous' : missing(places),
        revision: text,
      };
    }
  }
  // What one attribute names and nobody has is not made up for by another.
  return problem.kind === 'problem' ? problem : (chosen ?? problem);
}

async function resolved(
  text: string,
  places: readonly Place[],
): Promise<{ readonly at: ReadonlyMap<string, string>; readonly isAmbiguous: boolean }> {
  const at = new Map<string, string>();
  let isAmbiguous = false;
  for (const { repository, refs } of places) {
    const commit = await repository.resolve(text, refs);
    isAmbiguous ||= commit.kind === 'ambiguous';
    if (commit.kind === 'commit') {
      at.set(repository.commonDir, commit.id);
    }
  }
  return { at, isAmbiguous };
}

function missing(places: readonly Place[]): DriftProblem['code'] {
  return places.some(({ repository }) => repository.isShallow) ? 'historyShallow' : 'revisionMissing';
}

/** Every repository may have a tag `v1.2.3`: it counts where one repository has it, or the one that the trace names. */
async function chooseTag(
  { text, isStated, tags }: Extract<RevisionCandidate, { kind: 'tag' }>,
  places: readonly Place[],
  repositoryUrl: string | undefined,
): Promise<Choice> {
  const ambiguous: Choice = { kind: 'problem', code: 'revisionAmbiguous', revision: text };
  const own = repositoryUrl === undefined ? undefined : plainRepositoryUrl(repositoryUrl);
  for (const names of tags) {
    const at = new Map<string, string>();
    for (const { repository } of places) {
      const remotes = own === undefined ? [] : await repository.remotes();
      const isAnother = own !== undefined && remotes.length > 0 && !remotes.includes(own);
      const ids = new Set(isAnother ? [] : (await repository.tagged(names)).map(({ id }) => id));
      const [id] = ids;
      if (ids.size > 1) {
        return ambiguous;
      }
      if (id !== undefined) {
        at.set(repository.commonDir, id);
      }
    }
    if (at.size > 0) {
      return at.size === 1 ? { kind: 'commit', at, isDirty: false, isByTag: !isStated } : ambiguous;
    }
  }
  return { kind: 'none' };
}
