import type { Base1 } from '../../base/units';
import type { Frame, FrameKind } from '../../core/frames/frame';
import type { FileCandidate, FileMatch } from '../../core/locate/findFile';
import type { Evidence, Grade, LocationReason, UnknownReason, Via } from '../../core/locate/grade';
import { remotePathFrom } from '../../core/locate/remotePath';
import { isEvalModule } from '../../core/sourcemaps/bundlerUrl';
import type { DeployedLine, LibraryPlace, LocationCandidate } from '../../protocol/resolve';
import type { FileIndex } from '../files/fileIndex';

/** A frame's place before it is printed. */
export interface Place {
  readonly path: string;
  readonly lineBase1: Base1;
  readonly columnBase1: Base1 | undefined;
  readonly grade: Grade;
  readonly reason: LocationReason;
  readonly via: readonly Via[];
  readonly evidence: readonly Evidence[];
  /** Name of the function there in the source, where the frame has the bundle's. */
  readonly sourceFunction?: string | undefined;
}

/** Why a frame has no place. */
export interface Unknown {
  readonly unknown: UnknownReason;
  readonly candidates?: readonly LocationCandidate[];
  /** A source map said that the code is a package's. */
  readonly kind?: FrameKind;
  /** Where the code can be read all the same. */
  readonly library?: LibraryPlace;
  /** The line of the revision that ran. */
  readonly deployed?: DeployedLine;
}

/** A place, or why there is none. */
export type Answer = Located | Unknown;

interface Located {
  readonly place: Place;
  readonly deployed?: DeployedLine;
  /** Files that a likely place's file does not stand out from. */
  readonly rivals?: readonly FileCandidate[];
}

/** A file that a path leads to. */
export type Found = Extract<FileMatch, { kind: 'found' }>;

/** The answer where a path leads to no file, or to several. */
export function notFound(index: FileIndex, match: Exclude<FileMatch, Found>, lineBase1: Base1): Unknown {
  if (match.kind === 'none') {
    return { unknown: 'notInWorkspace' };
  }
  const candidates = match.candidates.map(({ path, evidence }) =>
    candidateAt(index, path, lineBase1, evidence),
  );
  return { unknown: 'ambiguous', candidates };
}

/** A line that a frame may mean. */
export function candidateAt(
  index: FileIndex,
  path: string,
  lineBase1: Base1,
  evidence: readonly Evidence[],
): LocationCandidate {
  return { ...index.located(path), lineBase1, evidence };
}

/** The answer where the file has fewer lines than the frame says. */
export function lineOutOfRange(index: FileIndex, { path, evidence }: Found): Unknown {
  return { unknown: 'lineOutOfRange', candidates: [{ ...index.located(path), evidence }] };
}

/** A path below a workspace folder of this very machine needs no guessing. */
export function fileOfThisMachine(index: FileIndex, file: string): Found | undefined {
  const bare = file.startsWith('file://') ? remotePathFrom(file)?.path : file;
  const local = bare === undefined ? undefined : index.fromAbsolute(bare);
  const path = local === undefined ? undefined : index.paths.find(local);
  return path === undefined
    ? undefined
    : { kind: 'found', path, via: 'path', isProven: true, evidence: ['uniquePath'] };
}

/** What a grade's reason adds to what speaks for the file. */
export function lineEvidence(reason: LocationReason): readonly Evidence[] {
  switch (reason) {
    case 'functionEncloses':
    case 'functionOnly':
      return ['function'];
    case 'sourceTextEqual':
    case 'sourceTextMoved':
      return ['sourceText'];
    case 'sourcesContentEqual':
      return ['sourcesContent'];
    case 'revisionUnchanged':
    case 'revisionMoved':
    case 'revisionReformatted':
      return ['revision'];
    default:
      return [];
  }
}

/** Lowers a grade that the frame or the way to the file does not bear. */
export function capped(answer: Answer, frame: Frame, match: Found): Answer {
  if (!('place' in answer)) {
    return answer;
  }
  const { rivals } = match;
  const open: Located = rivals ? { ...answer, rivals } : answer;
  if (answer.place.grade === 'likely' && frame.kind !== 'eval') {
    return open;
  }
  const reason = reasonToCap(frame, match);
  return reason === undefined ? open : { ...open, place: { ...answer.place, grade: 'likely', reason } };
}

function reasonToCap(frame: Frame, match: Found): LocationReason | undefined {
  if (frame.kind === 'eval') {
    return 'evalCall';
  }
  if (frame.cut) {
    return 'frameCut';
  }
  if (frame.file !== undefined && isEvalModule(frame.file)) {
    return 'noSourceMap';
  }
  if (match.isProven) {
    return undefined;
  }
  return match.rivals ? 'agreedElsewhere' : match.evidence.includes('package') ? 'installedCopy' : 'nameOnly';
}
