import type { Base1 } from '../../base/units';
import type { Frame } from '../../core/frames/frame';
import type { FileMatch } from '../../core/locate/findFile';
import type { Evidence, Grade, LocationReason, Via } from '../../core/locate/grade';
import type { RemotePath } from '../../core/locate/remotePath';
import { enclosure, verifyLine, type LineClaim, type SourceText } from '../../core/locate/verifyLine';
import type { DeployedLine } from '../../protocol/resolve';
import type { DriftTree, FollowedLine } from './driftTree';
import type { FileIndex } from '../files/fileIndex';
import type { ReadFile } from '../files/sourceFiles';
import { capped, fileOfThisMachine, type Answer, type Found, type Place } from '../lines/frameAnswer';
import { byDeclaredPackage } from '../lines/packageCheck';
import { besideRivals } from '../lines/rivalCheck';

/** The files of the revision that a service ran, and how its frames find them. */
export interface DeployedContext {
  readonly tree: DriftTree;
  readonly find: (remote: RemotePath) => FileMatch;
  /** Built from a work tree with changes of its own. */
  readonly isDirty: boolean;
  /** Only a version's tag says so: builds go on after it while the version stays. */
  readonly isByTag: boolean;
}

/** What a frame's path means in the workspace as it is now. */
export interface FileNow {
  readonly match: FileMatch;
  readonly read: ReadFile | undefined;
}

/** What the deployed revision says of a frame; `disagrees` where it does not have what the frame says. */
export type DeployedAnswer = Answer | 'disagrees';

/** A line of a deployed file that a frame means, with what is claimed of it. */
export interface DeployedClaim extends LineClaim {
  readonly match: Found;
  readonly via: readonly Via[];
  readonly evidence: readonly Evidence[];
  /** Text of the source file in a source map. */
  readonly content?: string | undefined;
}

/** Leads frames to the line of the deployed revision, and from there to where it stands now. */
export class DriftFrames {
  private readonly index: FileIndex;

  constructor(index: FileIndex) {
    this.index = index;
  }

  /** `undefined` where the revision has no such file and none in the workspace claims to be it. */
  async resolve(
    frame: Frame,
    lineBase1: Base1,
    remote: RemotePath,
    now: FileNow,
    deployed: DeployedContext,
  ): Promise<DeployedAnswer | undefined> {
    const here = fileOfThisMachine(this.index, frame.file ?? '');
    if (here && deployed.isByTag) {
      return undefined;
    }
    const sourceOf = (path: string): Promise<SourceText | undefined> => deployed.tree.textOf(path);
    const found = (here && fileAt(deployed, here.path)) ?? deployed.find(remote);
    const declared = await byDeclaredPackage(found, frame, async (path) => (await sourceOf(path))?.text);
    const then = await besideRivals(declared, frame, sourceOf);
    if (then.kind === 'none') {
      // Written by a build, or by nobody who commits: the revision cannot speak for it.
      return now.match.kind === 'found' && !this.index.paths.isGenerated(now.match.path)
        ? 'disagrees'
        : undefined;
    }
    if (then.kind === 'ambiguous') {
      return this.ambiguous(then.candidates, lineBase1);
    }
    const claim = { ...frame, lineBase1, match: then, via: [then.via], evidence: then.evidence };
    const answer = await this.follow(claim, deployed);
    // A program that runs from the workspace itself runs its files, whatever commit its trace names.
    if (deployed.isByTag && answer !== 'disagrees' && isAsGood(frame, lineBase1, now.read, answer)) {
      return 'disagrees';
    }
    const isOther = answer !== 'disagrees' && !('place' in answer && answer.place.grade === 'exact');
    return answer === 'disagrees' || (here && isOther) ? 'disagrees' : capped(answer, frame, then);
  }

  /** Follows a line whose deployed file is found. */
  async follow(claim: DeployedClaim, deployed: DeployedContext): Promise<DeployedAnswer> {
    const { match, lineBase1 } = claim;
    const text = await deployed.tree.textOf(match.path);
    const followed = text && (await deployed.tree.follow(match.path, lineBase1));
    if (!followed || followed.kind === 'outOfRange' || !fits(text, claim)) {
      return 'disagrees';
    }
    const revision = deployed.tree.commitOf(match.path) ?? '';
    const line: DeployedLine = { revision, ...this.index.located(match.path), lineBase1 };
    if (followed.kind === 'fileGone') {
      return { unknown: 'fileGone', deployed: line };
    }
    if (followed.kind === 'gone') {
      const { path, similarBase1 } = followed;
      const there = similarBase1 === undefined ? {} : { lineBase1: similarBase1 };
      const evidence = [...claim.evidence, 'revision'] as const;
      const candidates = [{ ...this.index.located(path), ...there, evidence }];
      return { unknown: 'lineGone', candidates, deployed: line };
    }
    return { place: placeOf(claim, text, followed, deployed), deployed: line };
  }

  private ambiguous(
    candidates: readonly { readonly path: string; readonly evidence: readonly Evidence[] }[],
    lineBase1: Base1,
  ): DeployedAnswer {
    const left = candidates.filter(({ path }) => this.index.paths.find(path) !== undefined);
    return left.length === 0
      ? 'disagrees'
      : {
          unknown: 'ambiguous',
          candidates: left.map(({ path, evidence }) => ({
            ...this.index.located(path),
            lineBase1,
            evidence,
          })),
        };
  }
}

/** The deployed file at a path of the workspace. */
export function fileAt({ tree }: DeployedContext, local: string): Found | undefined {
  const path = tree.paths.find(local);
  return path === undefined
    ? undefined
    : { kind: 'found', path, via: 'path', isProven: true, evidence: ['uniquePath'] };
}

/** Whether the deployed text has what the frame says: else it is another revision's. */
function fits(text: SourceText, { lineBase1, sourceText, content, ...claim }: DeployedClaim): boolean {
  if (sourceText !== undefined && text.lines[lineBase1 - 1]?.trim() !== sourceText) {
    return false;
  }
  if (content !== undefined) {
    return content.replace(/^\ufeff/, '').replaceAll('\r\n', '\n') === text.text.replaceAll('\r\n', '\n');
  }
  return enclosure(text, { ...claim, lineBase1 }) !== 'other';
}

/** Whether the file as it is now has what the frame says where the frame says, and the tag leads elsewhere. */
function isAsGood(frame: Frame, lineBase1: Base1, read: ReadFile | undefined, answer: Answer): boolean {
  if (!read || ('place' in answer && answer.place.grade === 'exact')) {
    return false;
  }
  const check = verifyLine(read.source, { ...frame, lineBase1 });
  return 'grade' in check && check.grade === 'exact';
}

function placeOf(
  claim: DeployedClaim,
  text: SourceText,
  followed: Extract<FollowedLine, { kind: 'kept' }>,
  { isDirty, isByTag }: DeployedContext,
): Place {
  const isInFunction = claim.content === undefined && enclosure(text, claim) === 'same';
  const isConfirmed = isInFunction || claim.sourceText !== undefined || claim.content !== undefined;
  const followedGrade = gradeOf(followed);
  const { grade, reason }: Graded = isDirty
    ? { grade: 'likely', reason: 'revisionDirty' }
    : isByTag && followedGrade.grade === 'moved' && !isConfirmed
      ? { grade: 'likely', reason: 'revisionByTag' }
      : followedGrade;
  return {
    path: followed.path,
    lineBase1: followed.lineBase1,
    columnBase1: followed.how === 'reformatted' ? undefined : claim.columnBase1,
    grade,
    reason,
    via: [...claim.via, 'drift'],
    evidence: [
      ...claim.evidence,
      'revision',
      ...(claim.sourceText === undefined ? [] : (['sourceText'] as const)),
      ...(isInFunction ? (['function'] as const) : []),
    ],
  };
}

interface Graded {
  readonly grade: Grade;
  readonly reason: LocationReason;
}

function gradeOf({ how }: Extract<FollowedLine, { kind: 'kept' }>): Graded {
  switch (how) {
    case 'untouched':
      return { grade: 'exact', reason: 'revisionUnchanged' };
    case 'moved':
      return { grade: 'moved', reason: 'revisionMoved' };
    case 'reformatted':
      return { grade: 'likely', reason: 'revisionReformatted' };
    case 'unsure':
      return { grade: 'likely', reason: 'revisionDisagrees' };
  }
}

/** An answer found without the revision that ran, where that one says otherwise: never sure. */
export function lowered(answer: Answer): Answer {
  return 'place' in answer && answer.place.grade === 'exact'
    ? { ...answer, place: { ...answer.place, grade: 'likely', reason: 'revisionDisagrees' } }
    : answer;
}
