import type { Base1 } from '../base/units';
import type { Frame, FrameKind } from '../core/frames/frame';
import { kindOfPath } from '../core/frames/frameKind';
import type { FileMatch } from '../core/locate/findFile';
import type { Evidence, Grade, LocationReason, UnknownReason, Via } from '../core/locate/grade';
import { remotePathFrom, type RemotePath } from '../core/locate/remotePath';
import {
  enclosure,
  isScript,
  SourceText,
  type Enclosure,
  verifyLine,
  type LineCheck,
  type LineClaim,
} from '../core/locate/verifyLine';
import type { LocationCandidate, ResolvedFrame, ResolveProblem } from '../protocol/resolve';
import type { FileIndex } from './fileIndex';
import type { ReadFile, SourceFiles } from './sourceFiles';
import { localPath, type MappedPosition, type SourceMapPool } from './sourceMapPool';

/** What a frame's service knows. */
export interface FrameContext {
  readonly find: (remote: RemotePath) => FileMatch;
  /** Found on the way, each once. */
  readonly problems: Map<string, ResolveProblem>;
  /** By what a frame says: recursion repeats frames, and chains repeat their ends. */
  readonly answers: Map<string, Promise<Answer>>;
  /** All frames of the stack: those of one generated file tell together whether it is the build that ran. */
  readonly frames: readonly Frame[];
}

type Found = Extract<FileMatch, { kind: 'found' }>;

/** A frame's place before it is printed. */
interface Place {
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

/** A place, or why there is none. */
export type Answer = { readonly place: Place } | Unknown;

interface Unknown {
  readonly unknown: UnknownReason;
  readonly candidates?: readonly LocationCandidate[];
  /** A source map said that the code is a package's. */
  readonly kind?: FrameKind;
}

/** Frames of a stack that are compared with a generated file. */
const MAX_COMPARED = 50;

/** Kinds of frames that have a line of the project. */
const LOCATED: ReadonlySet<FrameKind> = new Set<FrameKind>(['app', 'eval', 'unknown']);

/** Finds the line of one frame: file, source map, verification, grade. */
export class FrameResolver {
  private readonly index: FileIndex;
  private readonly files: SourceFiles;
  private readonly maps: SourceMapPool;

  constructor(index: FileIndex, files: SourceFiles, maps: SourceMapPool) {
    this.index = index;
    this.files = files;
    this.maps = maps;
  }

  async resolve(frame: Frame, context: FrameContext): Promise<ResolvedFrame> {
    const answer = await this.remembered(frame, context);
    const mappedKind = 'kind' in answer ? answer.kind : undefined;
    return {
      raw: frame.raw,
      rawLine: frame.rawLine,
      ...(frame.function === undefined ? {} : { function: frame.function }),
      ...(frame.file === undefined ? {} : { file: frame.file }),
      ...(frame.lineBase1 === undefined ? {} : { lineBase1: frame.lineBase1 }),
      ...(frame.columnBase1 === undefined ? {} : { columnBase1: frame.columnBase1 }),
      kind: mappedKind ?? frame.kind,
      inApp: frame.inApp && mappedKind === undefined,
      ...(frame.async ? { async: true } : {}),
      ...this.printed(answer),
      ...(frame.elided === undefined ? {} : { elided: frame.elided }),
    };
  }

  private printed(
    answer: Answer,
  ): Pick<ResolvedFrame, 'location' | 'sourceFunction' | 'reason' | 'candidates' | 'via'> {
    if (!('place' in answer)) {
      return {
        reason: answer.unknown,
        ...(answer.candidates === undefined ? {} : { candidates: answer.candidates }),
        via: [],
      };
    }
    const { path, lineBase1, columnBase1, grade, reason, evidence, via, sourceFunction } = answer.place;
    const column = columnBase1 === undefined ? {} : { columnBase1 };
    return {
      location: { ...this.index.located(path), lineBase1, ...column, grade, reason, evidence },
      ...(sourceFunction === undefined ? {} : { sourceFunction }),
      via,
    };
  }

  private remembered(frame: Frame, context: FrameContext): Promise<Answer> {
    const { kind, file, lineBase1, columnBase1, sourceText, cut } = frame;
    const key = JSON.stringify([kind, file, lineBase1, columnBase1, frame.function, sourceText, cut]);
    let answer = context.answers.get(key);
    if (!answer) {
      answer = this.answer(frame, context);
      context.answers.set(key, answer);
    }
    return answer;
  }

  private async answer(frame: Frame, context: FrameContext): Promise<Answer> {
    const { file, lineBase1 } = frame;
    if (!LOCATED.has(frame.kind)) {
      return { unknown: 'notOwnCode' };
    }
    const remote = file === undefined ? undefined : remotePathFrom(file);
    if (!remote || lineBase1 === undefined) {
      return { unknown: 'noFile' };
    }
    const match = this.sameMachine(file!) ?? context.find(remote);
    if (match.kind !== 'found') {
      return this.notFound(match, lineBase1);
    }
    const read = await this.files.read(match.path);
    if (!read) {
      return { unknown: 'notInWorkspace' };
    }
    const answer = await this.inFile(frame, lineBase1, match, read, context);
    return capped(answer, frame, match);
  }

  /** A path below a workspace folder of this very machine needs no guessing. */
  private sameMachine(file: string): FileMatch | undefined {
    const bare = file.startsWith('file://') ? remotePathFrom(file)?.path : file;
    const local = bare === undefined ? undefined : this.index.fromAbsolute(bare);
    const path = local === undefined ? undefined : this.index.paths.find(local);
    return path === undefined
      ? undefined
      : { kind: 'found', path, via: 'path', isProven: true, evidence: ['uniquePath'] };
  }

  private notFound(match: Exclude<FileMatch, Found>, lineBase1: Base1): Unknown {
    if (match.kind === 'none') {
      return { unknown: 'notInWorkspace' };
    }
    const candidates = match.candidates.map(({ path, evidence }) =>
      this.candidate(path, lineBase1, evidence),
    );
    return { unknown: 'ambiguous', candidates };
  }

  private candidate(path: string, lineBase1: Base1, evidence: readonly Evidence[]): LocationCandidate {
    return { ...this.index.located(path), lineBase1, evidence };
  }

  private async inFile(
    frame: Frame,
    lineBase1: Base1,
    match: Found,
    read: ReadFile,
    context: FrameContext,
  ): Promise<Answer> {
    // TypeScript in a stack was mapped already, by the runtime or a tool: never map twice.
    if (frame.columnBase1 !== undefined && /\.[cm]?jsx?$/i.test(match.path)) {
      const mapped = await this.throughMap(frame, lineBase1, frame.columnBase1, match, read, context);
      if (mapped) {
        return mapped;
      }
    }
    const check = verifyLine(read.source, { ...frame, lineBase1 });
    if (!('grade' in check)) {
      return this.lineOutOfRange(match);
    }
    const isOutput = this.index.paths.isGenerated(match.path);
    const graded = isOutput ? ({ ...check, grade: 'likely', reason: 'noSourceMap' } as const) : check;
    const evidence = [...match.evidence, ...lineEvidence(graded.reason)];
    return {
      place: { path: match.path, columnBase1: frame.columnBase1, ...graded, via: [match.via], evidence },
    };
  }

  private lineOutOfRange(match: Found): Unknown {
    const { path, evidence } = match;
    return { unknown: 'lineOutOfRange', candidates: [{ ...this.index.located(path), evidence }] };
  }

  /** `undefined` where the script has no source map. */
  private async throughMap(
    frame: Frame,
    lineBase1: Base1,
    columnBase1: Base1,
    match: Found,
    read: ReadFile,
    context: FrameContext,
  ): Promise<Answer | undefined> {
    const mapped = await this.maps.lookUp(read, lineBase1, columnBase1);
    if (!mapped) {
      return undefined;
    }
    if (mapped.kind === 'fault') {
      const file = this.index.located(match.path).path;
      const map = mapped.mapPath === undefined ? {} : { map: this.index.located(mapped.mapPath).path };
      context.problems.set(`${mapped.fault} ${match.path}`, { code: mapped.fault, params: { file, ...map } });
      return { unknown: 'mapUnusable', candidates: [this.candidate(match.path, lineBase1, match.evidence)] };
    }
    if ((read.source.lines[lineBase1 - 1]?.length ?? -1) < columnBase1 - 1) {
      return { unknown: 'otherBuild', candidates: [this.candidate(match.path, lineBase1, match.evidence)] };
    }
    if (mapped.kind === 'noSource') {
      return { unknown: 'noSource' };
    }
    return this.inSource(frame, { lineBase1, columnBase1 }, match, read, mapped.position, context);
  }

  private async inSource(
    frame: Frame,
    generated: { readonly lineBase1: Base1; readonly columnBase1: Base1 },
    match: Found,
    read: ReadFile,
    position: MappedPosition,
    context: FrameContext,
  ): Promise<Answer> {
    const { source, lineBase1, columnBase1 } = position;
    const url = source.url;
    if (url === undefined) {
      return { unknown: 'noSource' };
    }
    const kind = source.isIgnored ? 'dependency' : kindOfPath(url);
    if (kind !== 'app') {
      return { unknown: 'notOwnCode', kind: kind === 'eval' ? 'generated' : kind };
    }
    const original = this.findSource(url, position.mapPath, context);
    if (original.kind !== 'found') {
      return this.notFound(original, lineBase1);
    }
    const file = await this.files.read(original.path);
    if (!file) {
      return { unknown: 'notInWorkspace' };
    }
    const build = buildThatRan(frame, generated, read, context.frames);
    const claim = { lineBase1, columnBase1, function: frame.function };
    const check = checkSource(file, claim, source.content, build);
    if (!('grade' in check)) {
      return this.lineOutOfRange(original);
    }
    const isByContent = source.content !== undefined && check.reason !== 'functionDiffers';
    const via: Via[] = [match.via, 'sourceMap', ...(isByContent ? (['sourcesContent'] as const) : [])];
    const column = check.grade === 'moved' ? undefined : columnBase1;
    const sourceFunction = check.grade === 'exact' ? functionName(file, lineBase1, columnBase1) : undefined;
    const evidence = [
      ...new Set<Evidence>([...original.evidence, 'sourceMap', ...lineEvidence(check.reason)]),
    ];
    const place: Place = {
      path: original.path,
      columnBase1: column,
      ...check,
      via,
      evidence,
      sourceFunction,
    };
    return capped({ place }, frame, original);
  }

  /** A source beside its map, else wherever its path leads. */
  private findSource(url: string, mapPath: string, context: FrameContext): FileMatch {
    const beside = localPath(mapPath, url);
    const path = beside === undefined ? undefined : this.index.paths.find(beside);
    if (path !== undefined) {
      return { kind: 'found', path, via: 'path', isProven: true, evidence: ['sourceMap'] };
    }
    const remote = remotePathFrom(url);
    return remote ? (this.sameMachine(url) ?? context.find(remote)) : { kind: 'none' };
  }
}

/**
 * Whether the generated file on disk is the build that ran: it has the functions of the frames where the frames say. One name may
 * agree by chance, as minified names are short, and a nameless frame tells nothing: the stack's other frames in the file count, too.
 */
function buildThatRan(
  frame: Frame,
  position: { readonly lineBase1: Base1; readonly columnBase1: Base1 },
  read: ReadFile,
  frames: readonly Frame[],
): Enclosure {
  const own = enclosure(read.source, { ...position, function: frame.function });
  let same = 0;
  let other = 0;
  for (const { file, lineBase1, columnBase1, function: name } of frames.slice(0, MAX_COMPARED)) {
    if (file === frame.file && lineBase1 !== undefined && lineBase1 <= read.source.lines.length) {
      const result = enclosure(read.source, { lineBase1, columnBase1, function: name });
      same += result === 'same' ? 1 : 0;
      other += result === 'other' ? 1 : 0;
    }
  }
  return other > same ? 'other' : own === 'unknown' && same > 0 ? 'same' : own;
}

/** What a grade's reason adds to what speaks for the file. */
function lineEvidence(reason: LocationReason): readonly Evidence[] {
  switch (reason) {
    case 'functionEncloses':
      return ['function'];
    case 'sourceTextEqual':
    case 'sourceTextMoved':
      return ['sourceText'];
    case 'sourcesContentEqual':
      return ['sourcesContent'];
    case 'revisionUnchanged':
    case 'revisionMoved':
      return ['revision'];
    default:
      return [];
  }
}

/** Compares what the map says with the source as it is on disk. `build`: whether the generated file is the one that ran. */
function checkSource(
  file: ReadFile,
  claim: LineClaim & { readonly columnBase1: Base1 },
  content: string | undefined,
  build: Enclosure,
): LineCheck {
  const { lineBase1, columnBase1 } = claim;
  const { source } = file;
  if (build === 'other') {
    const exists = source.lines[lineBase1 - 1] !== undefined;
    return exists ? { grade: 'likely', reason: 'functionDiffers', lineBase1 } : { reason: 'lineOutOfRange' };
  }
  if (content === undefined) {
    return verifyLine(source, claim);
  }
  if (sameText(content, source.text)) {
    if (build === 'unknown') {
      return { grade: 'likely', reason: 'notVerified', lineBase1 };
    }
    return { grade: 'exact', reason: 'sourcesContentEqual', lineBase1 };
  }
  // The file changed since the build: the line that the map means is followed by its text and function.
  const built = new SourceText(source.path, content);
  const found = isScript(source.path) ? built.scriptFunctionAt(lineBase1, columnBase1 - 1) : undefined;
  const name = found === 'unscanned' ? undefined : found?.name;
  const printed = built.lines[lineBase1 - 1]?.trim();
  const followed = verifyLine(source, { lineBase1, columnBase1, function: name, sourceText: printed });
  return 'grade' in followed && followed.reason === 'sourceTextDiffers'
    ? { ...followed, reason: 'sourcesContentDiffers' }
    : followed;
}

/** The function around a position of a script, as V8 would print it. */
function functionName({ source }: ReadFile, lineBase1: Base1, columnBase1: Base1): string | undefined {
  const found = isScript(source.path) ? source.scriptFunctionAt(lineBase1, columnBase1 - 1) : undefined;
  if (found === undefined || found === 'unscanned' || found.name === undefined) {
    return undefined;
  }
  if (found.className === undefined) {
    return found.name;
  }
  return found.name === 'constructor' ? `new ${found.className}` : `${found.className}.${found.name}`;
}

/** Line ends and a byte-order mark may differ between what a bundler read and the work tree. */
function sameText(a: string, b: string): boolean {
  return a === b || plain(a) === plain(b);
}

function plain(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

/** Lowers a grade that the frame or the way to the file does not bear. */
function capped(answer: Answer, frame: Frame, match: Found): Answer {
  if (!('place' in answer) || (answer.place.grade === 'likely' && frame.kind !== 'eval')) {
    return answer;
  }
  const reason =
    frame.kind === 'eval' ? 'evalCall' : frame.cut ? 'frameCut' : match.isProven ? undefined : 'nameOnly';
  return reason === undefined ? answer : { place: { ...answer.place, grade: 'likely', reason } };
}
