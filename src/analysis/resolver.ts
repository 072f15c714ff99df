import { Lru } from '../base/lru';
import { base1 } from '../base/units';
import type { Frame, ParsedException, ParsedStack } from '../core/frames/frame';
import { kindOfPath } from '../core/frames/frameKind';
import type { StackHint } from '../core/frames/language';
import { parseStack } from '../core/frames/parseStack';
import type { RootMapping } from '../core/locate/findFile';
import { remotePathFrom } from '../core/locate/remotePath';
import { ServiceFiles } from '../core/locate/serviceFiles';
import type { ChosenMap, PathMapping } from '../protocol/analysis';
import type { ResolvedException, ResolvedFrame, ResolvedStack, ResolveProblem } from '../protocol/resolve';
import type { FileIndex } from './fileIndex';
import { FrameResolver, type FrameContext } from './frameResolver';
import { SourceFiles } from './sourceFiles';
import { SourceMapPool } from './sourceMapPool';

/** A stack to look up: its text, and what came with it. */
export interface StackRequest {
  readonly text: string;
  /** Type and message from the span or log record. */
  readonly hint?: StackHint;
  readonly service?: string;
  readonly serviceVersion?: string;
  /** All that are set up; those of other services are left out here. */
  readonly mappings: readonly PathMapping[];
  /** Source maps that a person chose. */
  readonly chosenMaps?: readonly ChosenMap[];
}

/** A place in code that a span names by its attributes. */
export interface CodeRequest extends Omit<StackRequest, 'text' | 'hint'> {
  readonly file: string;
  readonly lineBase1?: number;
  readonly function?: string;
}

/** Services, with their versions, whose roots are remembered. */
const KEPT_SERVICES = 100;
const KEPT_STACKS = 500;
/** Frames of one stack that are looked up until one is the project's own. */
const MAX_TOP_FRAMES = 20;
/** Longest text that is kept parsed, in UTF-16 units. */
const MAX_KEPT_TEXT = 100_000;

/** Finds the lines of stack texts in the workspace. Learns the remote roots of each service from all frames it is shown. */
export class StackResolver {
  private readonly index: FileIndex;
  private readonly frames: FrameResolver;
  private readonly maps: SourceMapPool;
  private readonly services = new Lru<string, ServiceFiles>(KEPT_SERVICES);
  private readonly parsed = new Lru<string, ParsedStack>(KEPT_STACKS);

  constructor(index: FileIndex) {
    this.index = index;
    const files = new SourceFiles(index);
    this.maps = new SourceMapPool(index);
    this.frames = new FrameResolver(index, files, this.maps);
  }

  /** Every frame of the text with its place. */
  async resolveStack(request: StackRequest): Promise<ResolvedStack> {
    const stack = this.parse(request);
    const context = this.contextFor(request, framesOf(stack));
    const exceptions: ResolvedException[] = [];
    for (const exception of stack.exceptions) {
      const frames: ResolvedFrame[] = [];
      for (const frame of exception.frames) {
        frames.push(await this.frames.resolve(frame, context));
      }
      exceptions.push(resolvedException(exception, frames));
    }
    return { exceptions, problems: [...stack.problems, ...context.problems.values()] };
  }

  /** The newest frame of the project's own code, of the exception that was raised last; else of the ones that led to it. */
  async resolveTopFrame(request: StackRequest): Promise<ResolvedFrame | undefined> {
    const stack = this.parse(request);
    const context = this.contextFor(request, framesOf(stack));
    let first: ResolvedFrame | undefined;
    for (const frame of ownFrames(stack.exceptions).slice(0, MAX_TOP_FRAMES)) {
      const resolved = await this.frames.resolve(frame, context);
      // A source map may tell that the code of a bundle is a package's.
      if (resolved.inApp) {
        return resolved;
      }
      first ??= resolved;
    }
    return first;
  }

  /** The place that `code.*` attributes name. Their column has no agreed base, so it is left out. */
  resolveCode(request: CodeRequest): Promise<ResolvedFrame> {
    const { file, lineBase1, function: name } = request;
    const kind = kindOfPath(file);
    const frame: Frame = {
      raw: lineBase1 === undefined ? file : `${file}:${lineBase1}`,
      rawLine: 0,
      file,
      kind,
      inApp: kind === 'app',
      ...(lineBase1 !== undefined && { lineBase1: base1(lineBase1) }),
      ...(name !== undefined && { function: name }),
    };
    return this.frames.resolve(frame, this.contextFor(request, [frame]));
  }

  /** Lets the frames of a stack count for their service's roots without looking them up. */
  learn(request: StackRequest): void {
    this.contextFor(request, framesOf(this.parse(request)));
  }

  dispose(): void {
    this.maps.dispose();
  }

  private parse(request: StackRequest): ParsedStack {
    const { text, hint } = request;
    const key = `${hint?.type ?? ''}\n${hint?.message ?? ''}\n${text}`;
    const kept = this.parsed.get(key);
    if (kept) {
      return kept;
    }
    const parsed = parseStack(text, hint);
    if (key.length <= MAX_KEPT_TEXT) {
      this.parsed.set(key, parsed);
    }
    return parsed;
  }

  private contextFor(request: Omit<StackRequest, 'text' | 'hint'>, frames: readonly Frame[]): FrameContext {
    const files = this.filesOf(request.service, request.serviceVersion);
    for (const frame of frames) {
      const remote = frame.inApp && frame.file !== undefined ? remotePathFrom(frame.file) : undefined;
      if (remote) {
        files.learn(remote);
      }
    }
    const mappings = mappingsFor(request.mappings, request.service);
    return {
      find: (remote) => files.find(remote, mappings),
      problems: new Map<string, ResolveProblem>(),
      answers: new Map(),
      chosenMaps: request.chosenMaps ?? [],
      frames,
    };
  }

  private filesOf(service = '', version = ''): ServiceFiles {
    const key = `${service}\n${version}`;
    let files = this.services.get(key);
    if (!files) {
      files = new ServiceFiles(this.index.paths);
      this.services.set(key, files);
    }
    return files;
  }
}

/** Mappings of this service first, then those of all services; `to` relative to the workspace. */
function mappingsFor(mappings: readonly PathMapping[], service: string | undefined): RootMapping[] {
  const own = mappings.filter((mapping) => mapping.service !== undefined && mapping.service === service);
  const shared = mappings.filter((mapping) => mapping.service === undefined);
  return [...own, ...shared].map(({ from, to }) => ({
    from: from === '/' ? '/' : (remotePathFrom(from)?.path ?? from),
    to: to
      .replaceAll('\\', '/')
      .replace(/^(?:\.?\/)+|^\.$/, '')
      .replace(/\/+$/, ''),
  }));
}

function framesOf(stack: ParsedStack): readonly Frame[] {
  return stack.exceptions.flatMap(({ frames }) => frames);
}

/** The project's own frames: of the raised exception, then of those that led to it, each newest first. */
function ownFrames(exceptions: readonly ParsedException[]): readonly Frame[] {
  const raised = exceptions.filter((exception) => exception.relation === 'root');
  const others = exceptions.filter((exception) => exception.relation !== 'root');
  return [...raised, ...others].flatMap(({ frames }) => frames.filter((frame) => frame.inApp));
}

function resolvedException(exception: ParsedException, frames: readonly ResolvedFrame[]): ResolvedException {
  return {
    language: exception.language,
    ...(exception.type === undefined ? {} : { type: exception.type }),
    ...(exception.message === undefined ? {} : { message: exception.message }),
    relation: exception.relation,
    ...(exception.parent === undefined ? {} : { parent: exception.parent }),
    frames,
  };
}
