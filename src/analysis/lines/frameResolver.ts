import type { Base1 } from '../../base/units';
import type { Frame, FrameKind } from '../../core/frames/frame';
import { isContradicted, isOfAnyProgram } from '../../core/locate/contradiction';
import { frameRemote } from '../../core/locate/packages/frameRemote';
import type { RemotePath } from '../../core/locate/remotePath';
import { verifyLine } from '../../core/locate/verifyLine';
import { isEvalModule, isOutputScript } from '../../core/sourcemaps/bundlerUrl';
import type { ResolvedFrame } from '../../protocol/resolve';
import { DriftFrames, lowered } from '../drift/driftFrames';
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
} from './frameAnswer';
import type { FrameContext } from './frameContext';
import type { LibraryFiles } from '../files/libraryFiles';
import { byDeclaredPackage } from './packageCheck';
import { withoutFile, withoutLine } from './placeless';
import { besideRivals } from './rivalCheck';
import type { ReadFile, SourceFiles } from '../files/sourceFiles';
import { SourceMapFrames, type GeneratedFile } from '../sourceMaps/sourceMapFrames';
import { SourceMapOutDir } from '../sourceMaps/sourceMapOutDir';
import type { SourceMapPool } from '../sourceMaps/sourceMapPool';

/** Kinds of frames that have a line of the project. */
const LOCATED: ReadonlySet<FrameKind> = new Set<FrameKind>(['app', 'eval', 'unknown']);

/** Finds the line of one frame: file, source map, verification, grade. */
export class FrameResolver {
  private readonly index: FileIndex;
  private readonly files: SourceFiles;
  private readonly mapped: SourceMapFrames;
  private readonly compiled: SourceMapOutDir;
  private readonly drift: DriftFrames;
  private readonly libraries: LibraryFiles;

  constructor(index: FileIndex, files: SourceFiles, maps: SourceMapPool, libraries: LibraryFiles) {
    this.index = index;
    this.files = files;
    this.mapped = new SourceMapFrames(index, files, maps);
    this.compiled = new SourceMapOutDir(index, files);
    this.drift = new DriftFrames(index);
    this.libraries = libraries;
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
      ...this.printed(answer, frame),
      ...(frame.elided === undefined ? {} : { elided: frame.elided }),
    };
  }

  private printed(
    answer: Answer,
    frame: Frame,
  ): Pick<
    ResolvedFrame,
    'location' | 'sourceFunction' | 'deployed' | 'library' | 'reason' | 'candidates' | 'via'
  > {
    const deployed = answer.deployed === undefined ? {} : { deployed: answer.deployed };
    if (!('place' in answer)) {
      return {
        reason: answer.unknown,
        ...(answer.candidates === undefined ? {} : { candidates: answer.candidates }),
        ...(answer.library === undefined ? {} : { library: answer.library }),
        ...deployed,
        via: [],
      };
    }
    const { path, lineBase1, columnBase1, grade, reason, evidence, via, sourceFunction } = answer.place;
    const column = columnBase1 === undefined ? {} : { columnBase1 };
    const rivals = answer.rivals?.map((one) =>
      candidateAt(this.index, one.path, frame.lineBase1 ?? lineBase1, one.evidence),
    );
    return {
      location: { ...this.index.located(path), lineBase1, ...column, grade, reason, evidence },
      ...(sourceFunction === undefined ? {} : { sourceFunction }),
      ...(rivals === undefined ? {} : { candidates: rivals }),
      ...deployed,
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
      const library = await this.libraries.find(frame);
      return { unknown: 'notOwnCode', ...(library ? { library } : {}) };
    }
    const remote = frameRemote(frame, this.index.packages);
    if (!remote) {
      return withoutFile(frame, this.index, (path) => this.textOf(path));
    }
    const found = fileOfThisMachine(this.index, file!) ?? context.find(remote);
    const declared = await byDeclaredPackage(found, frame, (path) => this.textOf(path));
    const match = await besideRivals(declared, frame, async (path) => (await this.files.read(path))?.source);
    if (lineBase1 === undefined) {
      return withoutLine(this.index, match);
    }
    if (match.kind === 'found' && isEvalModule(file!)) {
      return (await this.compiled.functionIn(frame, match.path)) ?? { unknown: 'notInWorkspace' };
    }
    const read = match.kind === 'found' ? await this.files.read(match.path) : undefined;
    const generated = match.kind === 'found' && read ? { match, read } : undefined;
    // TypeScript in a stack was mapped already, by the runtime or a tool: never map twice.
    const isScript = isOutputScript(generated?.match.path ?? remote.path);
    const mapped = isScript ? await this.mapped.resolve(frame, lineBase1, generated, context) : undefined;
    if (mapped) {
      return generated ? capped(mapped, frame, generated.match) : mapped;
    }
    const { deployed } = context;
    const drifted =
      deployed && (await this.drift.resolve(frame, lineBase1, remote, { match, read }, deployed));
    if (drifted && drifted !== 'disagrees') {
      return drifted;
    }
    const compiled = isScript ? await this.compiledFrom(frame, remote, generated, context) : undefined;
    if (compiled) {
      return generated ? capped(compiled, frame, generated.match) : compiled;
    }
    if (match.kind !== 'found') {
      return notFound(this.index, match, lineBase1);
    }
    const answer: Answer = read
      ? capped(this.inFile(frame, lineBase1, match, read), frame, match)
      : { unknown: 'notInWorkspace' };
    return drifted === 'disagrees' ? lowered(answer) : answer;
  }

  private async textOf(path: string): Promise<string | undefined> {
    return (await this.files.read(path))?.source.text;
  }

  /** The source of a compiled script without a source map, by where its configuration compiles to. */
  private async compiledFrom(
    frame: Frame,
    remote: RemotePath,
    generated: GeneratedFile | undefined,
    context: FrameContext,
  ): Promise<Answer | undefined> {
    if (!generated) {
      return this.compiled.ofRemote(frame, remote, context.find);
    }
    const isOutput = this.index.paths.isGenerated(generated.match.path);
    return isOutput ? this.compiled.ofFile(frame, generated.match.path) : undefined;
  }

  private inFile(frame: Frame, lineBase1: Base1, match: Found, read: ReadFile): Answer {
    const isOutput = this.index.paths.isGenerated(match.path);
    const check = verifyLine(read.source, { ...frame, lineBase1 });
    if (!('grade' in check)) {
      return lineOutOfRange(this.index, match);
    }
    if (
      match.isNameOnly &&
      !match.evidence.includes('package') &&
      isContradicted(read.source, { ...frame, lineBase1 })
    ) {
      const { path, evidence } = match;
      return { unknown: 'otherProgram', candidates: [candidateAt(this.index, path, lineBase1, evidence)] };
    }
    const isAnyones =
      match.isNameOnly && check.reason === 'functionEncloses' && isOfAnyProgram(frame.function);
    const graded = isOutput
      ? ({ ...check, grade: 'likely', reason: 'noSourceMap' } as const)
      : isAnyones
        ? ({ ...check, grade: 'likely', reason: 'nameOnly' } as const)
        : check;
    const evidence = [...match.evidence, ...lineEvidence(graded.reason)];
    return {
      place: { path: match.path, columnBase1: frame.columnBase1, ...graded, via: [match.via], evidence },
    };
  }
}
