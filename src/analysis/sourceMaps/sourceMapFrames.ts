import type { Base1 } from '../../base/units';
import type { Frame } from '../../core/frames/frame';
import { kindOfPath } from '../../core/frames/frameKind';
import type { FileMatch } from '../../core/locate/findFile';
import type { Evidence, Via } from '../../core/locate/grade';
import { baseName } from '../../core/locate/pathIndex';
import { remotePathFrom } from '../../core/locate/remotePath';
import type { Enclosure } from '../../core/locate/functions/writtenName';
import { SourceText } from '../../core/locate/verifyLine';
import { isBundlerCode, isOutputScript, plainUrl } from '../../core/sourcemaps/bundlerUrl';
import { contentHashOf } from '../../core/sourcemaps/mapReference';
import type { LibraryPlace } from '../../protocol/resolve';
import { DriftFrames, lowered, type DeployedAnswer } from '../drift/driftFrames';
import { driftedSource } from '../drift/driftSource';
import type { FileIndex } from '../files/fileIndex';
import {
  candidateAt,
  capped,
  fileOfThisMachine,
  lineEvidence,
  lineOutOfRange,
  notFound,
  type Answer,
  type Found,
  type Place,
} from '../lines/frameAnswer';
import type { FrameContext } from '../lines/frameContext';
import type { ReadFile, SourceFiles } from '../files/sourceFiles';
import { buildThatRan, checkSource, functionName, identifierOf, sameText } from './sourceMapCheck';
import {
  localPath,
  type MapAnswer,
  type MappedPosition,
  type MapQuestion,
  type MapTrouble,
  type SourceMapPool,
} from './sourceMapPool';

/** A generated file of a frame, where it is in the workspace. */
export interface GeneratedFile {
  readonly match: Found;
  readonly read: ReadFile;
}

/** One generated file on the way from a frame to its source: the output of one tool may be the input of the next. */
interface Step {
  readonly frame: Frame;
  readonly context: FrameContext;
  readonly question: MapQuestion;
  readonly match: Found | undefined;
  /** Whether the generated file is the one that ran. */
  readonly build: Enclosure;
  /** Its name for the function, by the maps that led here. */
  readonly name: string | undefined;
  /** Generated files that led here. */
  readonly visited: readonly string[];
  readonly via: readonly Via[];
}

/** Maps that are followed one after the other: a bundler, a minifier and two compilers. */
const MAX_STEPS = 5;
/** Lines that are looked at for a frame without a column. */
const MAX_LINES = 20;
/** Files of one name whose texts are compared with that in the map. */
const MAX_COMPARED = 20;

/** Leads frames of generated files to their sources through source maps, and says how sure that is. */
export class SourceMapFrames {
  private readonly index: FileIndex;
  private readonly files: SourceFiles;
  private readonly maps: SourceMapPool;
  private readonly drift: DriftFrames;

  constructor(index: FileIndex, files: SourceFiles, maps: SourceMapPool) {
    this.index = index;
    this.files = files;
    this.maps = maps;
    this.drift = new DriftFrames(index);
  }

  /** `undefined` where there is no source map. */
  async resolve(
    frame: Frame,
    lineBase1: Base1,
    generated: GeneratedFile | undefined,
    context: FrameContext,
  ): Promise<Answer | undefined> {
    const remote = frame.file ?? '';
    const question: MapQuestion = {
      remote,
      generated: generated?.read,
      lineBase1,
      columnBase1: frame.columnBase1,
      chosenMaps: context.chosenMaps,
      find: context.find,
    };
    const mapped = await this.maps.lookUp(question);
    if (!mapped) {
      return undefined;
    }
    const own = generated
      ? buildThatRan(frame, { ...frame, lineBase1 }, generated.read, context.frames)
      : 'unknown';
    const isHashed = contentHashOf(baseName(remotePathFrom(remote)?.path ?? '')) !== undefined;
    const step: Step = {
      frame,
      context,
      question,
      match: generated?.match,
      build: own === 'unknown' && isHashed ? 'same' : own,
      name: await this.nameOfFunction(frame, question),
      visited: generated ? [generated.match.path] : [],
      via: generated ? [generated.match.via, 'sourceMap'] : ['sourceMap'],
    };
    return this.take(mapped, step);
  }

  private async take(mapped: MapAnswer, step: Step): Promise<Answer> {
    const { question, match } = step;
    const candidates = match
      ? [candidateAt(this.index, match.path, question.lineBase1, match.evidence)]
      : undefined;
    const unknown = candidates === undefined ? {} : { candidates };
    switch (mapped.kind) {
      case 'fault':
        this.report(mapped, step);
        return { unknown: 'mapUnusable', ...unknown };
      case 'otherBuild':
        return { unknown: 'otherBuild', ...unknown };
      case 'noSource':
        return { unknown: 'noSource' };
      case 'ambiguous':
        return {
          unknown: 'ambiguous',
          candidates: mapped.maps.map((path) => ({ ...this.index.located(path), evidence: ['sourceMap'] })),
        };
      case 'lines':
        return this.oneOfLines(mapped.positions, step);
      case 'position':
        return this.inSource(mapped.position, step);
    }
  }

  private report({ fault, mapPath }: MapTrouble, { question, match, context }: Step): void {
    const local = mapPath === undefined ? undefined : this.index.fromAbsolute(mapPath);
    const file = match ? this.index.located(match.path).path : question.remote;
    const map = local === undefined ? mapPath : this.index.located(local).path;
    context.problems.set(`${fault} ${file}`, {
      code: fault,
      params: { file, ...(map === undefined ? {} : { map }) },
    });
  }

  /** A line without a column that stands for several: only those in the frame's function count, and none is more than likely. */
  private async oneOfLines(positions: readonly MappedPosition[], step: Step): Promise<Answer> {
    const places: Place[] = [];
    for (const position of positions.slice(0, MAX_LINES)) {
      const answer = await this.inSource(position, step);
      if ('place' in answer) {
        places.push(answer.place);
      }
    }
    const likely = places.filter(({ reason }) => reason !== 'functionDiffers');
    const inFunction = await this.inNamedFunction(likely, step.name ?? step.frame.function);
    const [first] = inFunction;
    if (first && inFunction.length === 1 && positions.length <= MAX_LINES) {
      return { place: { ...first, columnBase1: undefined, grade: 'likely', reason: 'columnMissing' } };
    }
    const candidates = (inFunction.length > 0 ? inFunction : places).map((place) =>
      candidateAt(this.index, place.path, place.lineBase1, place.evidence),
    );
    return { unknown: 'ambiguous', candidates };
  }

  private async inNamedFunction(
    places: readonly Place[],
    name: string | undefined,
  ): Promise<readonly Place[]> {
    const found: Place[] = [];
    for (const place of places) {
      const file = await this.files.read(place.path);
      const own = file && functionName(file.source, place.lineBase1, undefined);
      if (own !== undefined && own === name) {
        found.push(place);
      }
    }
    return found;
  }

  private async inSource(position: MappedPosition, step: Step): Promise<Answer> {
    const { source, lineBase1 } = position;
    if (source.url === undefined) {
      const library = libraryPlace(position);
      return { unknown: 'noSource', ...(library ? { library } : {}) };
    }
    const url = plainUrl(source.url);
    const kind = isBundlerCode(url) ? 'generated' : source.isIgnored ? 'dependency' : kindOfPath(url);
    const content = position.content();
    if (kind !== 'app') {
      const library = libraryPlace(position);
      const isCode = kind === 'eval' || kind === 'generated';
      return { unknown: 'notOwnCode', kind: isCode ? 'generated' : kind, ...(library ? { library } : {}) };
    }
    const original = await this.narrowed(this.findSource(url, position.mapPath, step.context), content);
    const deeper = await this.followed(url, original, content, position, step);
    if (deeper) {
      return deeper;
    }
    const drifted = await this.drifted(url, original, content, position, step);
    if (drifted && drifted !== 'disagrees') {
      return drifted;
    }
    if (original.kind !== 'found') {
      const answer = notFound(this.index, original, lineBase1);
      const library = original.kind === 'none' ? libraryPlace(position) : undefined;
      return library ? { ...answer, library } : answer;
    }
    const file = await this.files.read(original.path);
    const answer: Answer = file
      ? this.graded(position, original, file, content, step)
      : { unknown: 'notInWorkspace' };
    return drifted === 'disagrees' ? lowered(answer) : answer;
  }

  /** The source's line followed from the revision that ran; `undefined` where the revision has nothing to say of it. */
  private async drifted(
    url: string,
    original: FileMatch,
    content: string | undefined,
    position: MappedPosition,
    step: Step,
  ): Promise<DeployedAnswer | undefined> {
    const { deployed } = step.context;
    // A build that did not run says nothing of the lines that did.
    if (!deployed || step.build === 'other') {
      return undefined;
    }
    const beside = this.besideMap(position.mapPath, url);
    const now = original.kind === 'found' ? await this.files.read(original.path) : undefined;
    const isProven = step.build === 'same' && !position.isDoubtful;
    const source = { position, url, beside, now, content, isProven };
    return driftedSource(this.drift, deployed, source, step);
  }

  private graded(
    position: MappedPosition,
    original: Found,
    file: ReadFile,
    content: string | undefined,
    step: Step,
  ): Answer {
    const { lineBase1, columnBase1 } = position;
    const claim = { lineBase1, columnBase1, function: step.name ?? step.frame.function };
    // Where a map leads to two lines, it proves neither.
    const build = position.isDoubtful && step.build === 'same' ? 'unknown' : step.build;
    const check = checkSource(file, claim, content, build);
    if (!('grade' in check)) {
      return lineOutOfRange(this.index, original);
    }
    const isByContent = content !== undefined && check.reason !== 'functionDiffers';
    const evidence = new Set<Evidence>([...original.evidence, 'sourceMap', ...lineEvidence(check.reason)]);
    const named = check.grade === 'exact' ? functionName(file.source, lineBase1, columnBase1) : undefined;
    const place: Place = {
      path: original.path,
      columnBase1: check.grade === 'moved' ? undefined : columnBase1,
      ...check,
      via: isByContent ? [...step.via, 'sourcesContent'] : step.via,
      evidence: [...evidence],
      sourceFunction: named ?? step.name,
    };
    return capped({ place }, step.frame, original);
  }

  /** What a tool took for source may have been made by another one, with a map of its own. */
  private async followed(
    url: string,
    original: FileMatch,
    content: string | undefined,
    position: MappedPosition,
    step: Step,
  ): Promise<Answer | undefined> {
    const path = original.kind === 'found' ? original.path : this.besideMap(position.mapPath, url);
    if (!isOutputScript(url) || path === undefined || step.visited.length >= MAX_STEPS) {
      return undefined;
    }
    if (step.visited.includes(path)) {
      return undefined;
    }
    const onDisk = original.kind === 'found' ? await this.files.read(original.path) : undefined;
    const isOnDisk = onDisk && (content === undefined || sameText(content, onDisk.source.text));
    const read = isOnDisk
      ? onDisk
      : content === undefined
        ? undefined
        : { source: new SourceText(path, content), stamp: `${position.mapPath}\n${content.length}` };
    if (!read) {
      return undefined;
    }
    const question: MapQuestion = {
      ...step.question,
      remote: url,
      generated: read,
      lineBase1: position.lineBase1,
      columnBase1: position.columnBase1,
    };
    const mapped = await this.maps.lookUp(question);
    if (mapped === undefined) {
      return undefined;
    }
    if (mapped.kind === 'fault') {
      // Packages are often shipped without the maps that their files name.
      if (mapped.fault !== 'mapMissing') {
        this.report(mapped, { ...step, question, match: undefined });
      }
      return undefined;
    }
    return this.take(mapped, {
      ...step,
      question,
      match: original.kind === 'found' ? original : undefined,
      // Only its text in the first map proves that the file on the way is the one that was bundled.
      build: step.build === 'same' && (content === undefined || position.isDoubtful) ? 'unknown' : step.build,
      name: (await this.nameOfFunction(step.frame, question)) ?? step.name,
      visited: [...step.visited, path],
      via: [...step.via, 'sourceMap'],
    });
  }

  /** The source's name of the function that the frame is in, where the map has it. */
  private async nameOfFunction(frame: Frame, question: MapQuestion): Promise<string | undefined> {
    const { generated, lineBase1, columnBase1 } = question;
    if (!generated || frame.function === undefined) {
      return undefined;
    }
    const identifier = identifierOf(generated.source, lineBase1, columnBase1);
    return identifier && this.maps.nameAt({ ...question, ...identifier });
  }

  /** A source beside its map, else wherever its path leads. */
  private findSource(url: string, mapPath: string, context: FrameContext): FileMatch {
    const beside = this.besideMap(mapPath, url);
    const path = beside === undefined ? undefined : this.index.paths.find(beside);
    if (path !== undefined) {
      return { kind: 'found', path, via: 'path', isProven: true, evidence: ['sourceMap'] };
    }
    const remote = remotePathFrom(url);
    return remote ? (fileOfThisMachine(this.index, url) ?? context.find(remote)) : { kind: 'none' };
  }

  private besideMap(mapPath: string, url: string): string | undefined {
    const local = this.index.fromAbsolute(mapPath);
    return local === undefined ? undefined : localPath(local, url);
  }

  /** Among files of one name, the one whose text the map holds. */
  private async narrowed(match: FileMatch, content: string | undefined): Promise<FileMatch> {
    const isClear = match.kind === 'none' || (match.kind === 'found' && match.isProven);
    if (isClear || content === undefined || content.trim() === '') {
      return match;
    }
    const paths = (match.kind === 'found' ? [match, ...(match.rivals ?? [])] : match.candidates).map(
      ({ path }) => path,
    );
    const same: string[] = [];
    for (const path of paths.length > MAX_COMPARED ? [] : paths) {
      const file = await this.files.read(path);
      if (file && sameText(content, file.source.text)) {
        same.push(path);
      }
    }
    const [path] = same;
    return path === undefined || same.length > 1
      ? match
      : { kind: 'found', path, via: 'path', isProven: true, evidence: ['sameName', 'sourcesContent'] };
  }
}

function libraryPlace({ source, mapPath, lineBase1, columnBase1 }: MappedPosition): LibraryPlace | undefined {
  if (source.content === undefined || source.spelled === undefined) {
    return undefined;
  }
  return {
    source: { kind: 'sourcesContent', map: mapPath, source: source.spelled },
    lineBase1,
    ...(columnBase1 === undefined ? {} : { columnBase1 }),
  };
}
