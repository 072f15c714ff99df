import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Lru } from '../../base/lru';
import type { Base1 } from '../../base/units';
import { driftedLine, withoutSpace, type Drift, type DriftedLine } from '../../core/drift/driftedLine';
import type { LineHunk } from '../../core/drift/lineHunk';
import { linesBetween } from '../../core/drift/linesBetween';
import { PathIndex } from '../../core/locate/pathIndex';
import { SourceText } from '../../core/locate/verifyLine';
import type { FileIndex } from '../files/fileIndex';
import { GitRepository, type FileStep } from './gitRepository';
import type { SourceFiles } from '../files/sourceFiles';

/** A repository at the commit that ran, and where it stands among the files of the workspace. */
export interface DeployedRepository {
  readonly repository: GitRepository;
  readonly commit: string;
  /** Within the repository, of the folder that is open: empty, or ends with `/`. */
  readonly repositoryPrefix: string;
  /** What indexed paths of that folder begin with: empty, or ends with `/`. */
  readonly localPrefix: string;
}

/** Where a line of a deployed file is in the workspace. */
export type FollowedLine =
  | ({ readonly path: string } & DriftedLine)
  | { readonly kind: 'fileGone' }
  /** The deployed file has no such line: it is not the one that ran. */
  | { readonly kind: 'outOfRange' };

/** A deployed file. */
interface Owner extends DeployedRepository {
  /** Path in the repository. */
  readonly path: string;
  readonly blob: string;
}

/** A deployed file followed to the commit that is checked out. */
interface FollowedFile {
  /** Where it is in the repository now; absent where it was deleted. */
  readonly path?: string;
  readonly before: SourceText;
  /** Changes of each commit that touched it; absent where the commits from there to here are not a line. */
  readonly steps?: readonly (readonly LineHunk[])[];
  /** The text at `HEAD`. */
  readonly last?: SourceText;
}

const KEPT_FILES = 200;
const KEPT_DRIFTS = 200;
/** Submodules of submodules. */
const MAX_DEPTH = 3;

/** The files of a workspace as they were deployed, each line followed to where it is now. */
export class DriftTree {
  /** Deployed files by the path that a file at that place has in the workspace's index. */
  readonly paths: PathIndex;
  private readonly index: FileIndex;
  private readonly files: SourceFiles;
  private readonly owners = new Map<string, Owner>();
  private readonly followed = new Lru<string, Promise<FollowedFile | undefined>>(KEPT_FILES);
  private readonly drifts = new Lru<string, Drift>(KEPT_DRIFTS);

  private constructor(index: FileIndex, files: SourceFiles) {
    this.index = index;
    this.files = files;
    this.paths = new PathIndex({ ignoreCase: index.ignoresCase });
  }

  /** Lists the files of every repository at its commit, with the submodules that are there. */
  static async open(
    repositories: readonly DeployedRepository[],
    index: FileIndex,
    files: SourceFiles,
    signal: AbortSignal,
  ): Promise<DriftTree> {
    const tree = new DriftTree(index, files);
    for (const deployed of repositories) {
      await tree.add(deployed, signal, 0);
    }
    return tree;
  }

  /** The commit that a deployed file is of. */
  commitOf(local: string): string | undefined {
    return this.owners.get(local)?.commit;
  }

  /** Text of a deployed file; `undefined` where it is too long or no text. */
  async textOf(local: string): Promise<SourceText | undefined> {
    const owner = this.owners.get(local);
    return owner && (await this.fileOf(owner, await owner.repository.head()))?.before;
  }

  /** Follows a line of a deployed file; `undefined` where there is no such file, or its text cannot be read. */
  async follow(local: string, lineBase1: Base1): Promise<FollowedLine | undefined> {
    const owner = this.owners.get(local);
    const head = await owner?.repository.head();
    const file = owner && (await this.fileOf(owner, head));
    if (!file) {
      return undefined;
    }
    if (lineBase1 > file.before.lines.length) {
      return { kind: 'outOfRange' };
    }
    const now = await this.currentPath(owner, file, head);
    const read = now === undefined ? undefined : await this.files.read(now);
    if (now === undefined || !read) {
      return { kind: 'fileGone' };
    }
    const key = `${owner.localPrefix}${owner.path}\n${now}\n${read.stamp}\n${head ?? ''}`;
    let drift = this.drifts.get(key);
    if (!drift) {
      drift = driftTo(read.source, file, now !== local);
      this.drifts.set(key, drift);
    }
    const line = driftedLine(drift, lineBase1);
    return line ? { path: now, ...line } : { kind: 'outOfRange' };
  }

  private async add(deployed: DeployedRepository, signal: AbortSignal, depth: number): Promise<void> {
    const { repository, commit, repositoryPrefix, localPrefix } = deployed;
    for (const [file, { kind, id }] of (await repository.tree(commit)) ?? []) {
      if (!file.startsWith(repositoryPrefix)) {
        continue;
      }
      const local = localPrefix + file.slice(repositoryPrefix.length);
      if (kind === 'file') {
        this.paths.add(local, this.index.paths.isGenerated(local));
        this.owners.set(local, { ...deployed, path: file, blob: id });
      } else if (depth < MAX_DEPTH) {
        const submodule = await submoduleAt(path.join(repository.root, file), id, signal);
        if (submodule) {
          const place = { repositoryPrefix: '', localPrefix: `${local}/` };
          const below = { repository: submodule, commit: id, ...place };
          await this.add(below, signal, depth + 1);
        }
      }
    }
  }

  private fileOf(owner: Owner, head: string | undefined): Promise<FollowedFile | undefined> {
    const key = `${owner.localPrefix}${owner.path}\n${head ?? ''}`;
    let file = this.followed.get(key);
    if (!file) {
      file = followFile(owner, head);
      this.followed.set(key, file);
    }
    return file;
  }

  /** Where the deployed file is in the workspace now. */
  private async currentPath(
    owner: Owner,
    file: FollowedFile,
    head: string | undefined,
  ): Promise<string | undefined> {
    const { repository, commit } = owner;
    // A file that was deleted by one commit may have come back, or have been added elsewhere, by another.
    const known = file.path ?? owner.path;
    const there = this.localOf(owner, known);
    if (there !== undefined || head === undefined) {
      return there;
    }
    const staged = (await repository.renamedInIndex(head)).get(known)?.path;
    const renamed = staged ?? (await repository.renamedBetween(commit, head)).get(owner.path)?.path;
    return renamed === undefined ? undefined : this.localOf(owner, renamed);
  }

  private localOf({ repositoryPrefix, localPrefix }: Owner, file: string): string | undefined {
    return file.startsWith(repositoryPrefix)
      ? this.index.paths.find(localPrefix + file.slice(repositoryPrefix.length))
      : undefined;
  }
}

/** An uninitialised submodule has no repository of its own, and one that was never fetched not the commit. */
async function submoduleAt(
  folder: string,
  commit: string,
  signal: AbortSignal,
): Promise<GitRepository | undefined> {
  const isThere = await stat(path.join(folder, '.git')).catch(() => undefined);
  const place = isThere ? await GitRepository.at(folder, signal) : undefined;
  if (!place?.ok) {
    return undefined;
  }
  const { repository } = place.value;
  const { refs } = await repository.stamp();
  return (await repository.resolve(commit, refs)).kind === 'commit' ? repository : undefined;
}

/** Reads what every commit that touched the file made of it. */
async function followFile(owner: Owner, head: string | undefined): Promise<FollowedFile | undefined> {
  const { repository, commit, blob } = owner;
  // While git reads the history it may read the file's own part of it, which does where nobody renamed the file.
  const isWaiting = head !== undefined && head !== commit && !repository.hasHistory(commit, head);
  const along = isWaiting ? repository.hunksAlong(commit, head, owner.path) : undefined;
  const chain = head === undefined ? undefined : await chainOf(owner, head);
  // The hunks take longest, so that git begins with them.
  const [steps, texts] = await Promise.all([
    hunksOf(repository, chain?.steps ?? [], along),
    repository.blobs([blob, chain?.blob ?? blob]),
  ]);
  const sourceOf = (id: string): SourceText | undefined => {
    const text = texts.get(id);
    return text === undefined ? undefined : new SourceText(owner.path, text);
  };
  const before = sourceOf(blob);
  if (!before || !chain) {
    return before && (commit === head ? { path: owner.path, before, steps: [], last: before } : { before });
  }
  const last = chain.blob === blob ? before : sourceOf(chain.blob);
  return chain.path === undefined || !steps || !last
    ? { before, steps: [wiped(before)], last: before }
    : { path: chain.path, before, steps, last };
}

async function hunksOf(
  repository: GitRepository,
  steps: readonly FileStep[],
  along: Promise<ReadonlyMap<string, readonly LineHunk[]>> | undefined,
): Promise<readonly (readonly LineHunk[])[] | undefined> {
  const known = steps.length > 0 && along ? await along : undefined;
  const found = steps.flatMap(({ commit, parent, from, to }) => {
    const hunks = from === to ? known?.get(`${commit} ${parent}`) : undefined;
    return hunks ? [hunks] : [];
  });
  return found.length === steps.length ? found : repository.hunksOf(steps);
}

/** A file that was deleted on the way: whatever stands there now came anew. */
function wiped({ lines }: SourceText): readonly LineHunk[] {
  return [{ oldStart: 0, oldCount: lines.length, newStart: 0, newCount: 0 }];
}

/** What a file went through since it was deployed. */
interface FileChain {
  /** Where it is at `HEAD`; absent where it was deleted. */
  readonly path?: string;
  readonly steps: readonly FileStep[];
  /** Its text at the end. */
  readonly blob: string;
}

/** Follows a file through changes and renames; `undefined` where the commits from there to here are not a line. */
async function chainOf(
  { repository, commit, path: deployed, blob: first }: Owner,
  head: string,
): Promise<FileChain | undefined> {
  const history = commit === head ? undefined : await repository.history(commit, head);
  if (history?.base !== commit) {
    return undefined;
  }
  const steps: FileStep[] = [];
  let file = deployed;
  let blob = first;
  for (let from = 0; ;) {
    const change = history.changes.get(file)?.find((candidate) => candidate.commit >= from);
    if (!change) {
      return { path: file, steps, blob };
    }
    from = change.commit + 1;
    const id = history.commits[change.commit]!;
    const parent = change.commit === 0 ? commit : history.commits[change.commit - 1]!;
    const isDeleted = change.status === 'deleted';
    const renamed = isDeleted ? (await repository.renamedBetween(parent, id)).get(file) : undefined;
    if (change.status !== 'modified' && !renamed) {
      return { steps, blob };
    }
    const to = renamed?.path ?? file;
    blob = renamed?.blob ?? change.blob;
    steps.push({ parent, commit: id, from: file, to });
    file = to;
  }
}

/** Most of a file: past that, a formatter may have been there. */
const REWRITTEN = 0.5;

function driftTo(now: SourceText, file: FollowedFile, isRenamed: boolean): Drift {
  const before = file.before.lines;
  const after = now.lines;
  const direct = linesBetween(before, after);
  const changed = direct.reduce((lines, hunk) => lines + hunk.oldCount, 0);
  return {
    before,
    after,
    direct,
    isRenamed,
    ...(changed > before.length * REWRITTEN && {
      spaceless: linesBetween(before.map(withoutSpace), after.map(withoutSpace)),
    }),
    ...(file.steps && file.last && { steps: [...file.steps, linesBetween(file.last.lines, after)] }),
  };
}
