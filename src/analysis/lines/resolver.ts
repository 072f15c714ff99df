import { homedir } from 'node:os';
import { Lru } from '../../base/lru';
import { base1 } from '../../base/units';
import type { Frame, ParsedException, ParsedStack } from '../../core/frames/frame';
import { kindOfPath } from '../../core/frames/frameKind';
import type { StackHint } from '../../core/frames/language';
import { parseStack } from '../../core/frames/parseStack';
import type { RootMapping } from '../../core/locate/findFile';
import { ecosystemOf, frameRemote } from '../../core/locate/packages/frameRemote';
import { remotePathFrom, type RemotePath } from '../../core/locate/remotePath';
import { ServiceFiles } from '../../core/locate/serviceFiles';
import { StackFiles } from '../../core/locate/stackFiles';
import type { ChosenMap, PathMapping } from '../../protocol/analysis';
import type { ResolvedException, ResolvedFrame, ResolvedStack, ResolveProblem } from '../../protocol/resolve';
import type { DeployedContext } from '../drift/driftFrames';
import { DriftRevisions, type DeployedFiles, type RevisionRequest } from '../drift/driftRevisions';
import type { DriftTree } from '../drift/driftTree';
import type { FileIndex } from '../files/fileIndex';
import { FileStamps } from '../files/fileStamps';
import type { FrameContext } from './frameContext';
import { FrameResolver } from './frameResolver';
import { LibraryFiles, type LibraryEnvironment } from '../files/libraryFiles';
import { withOwnPackages } from '../files/ownPackages';
import { SourceFiles } from '../files/sourceFiles';
import { SourceMapPool } from '../sourceMaps/sourceMapPool';

/** A stack to look up: its text, and what came with it. */
export interface StackRequest {
  readonly text: string;
  /** Type and message from the span or log record. */
  readonly hint?: StackHint;
  readonly service?: string;
  readonly serviceVersion?: string;
  /** What names the commit that ran; looked up where git may be asked about the workspace. */
  readonly revision?: RevisionRequest;
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

/** Which files the paths of a service mean. */
interface KnownService {
  readonly files: ServiceFiles;
  /** Its own paths so far: they tell the roots in every revision's files. */
  readonly remotes: Map<string, RemotePath>;
  readonly deployed: WeakMap<DriftTree, ServiceFiles>;
}

/** Paths of one service that are remembered; more add nothing. */
const MAX_REMOTES = 500;

/** Finds the lines of stack texts in the workspace. Learns the remote roots of each service from all frames it is shown. */
export class StackResolver {
  private readonly index: FileIndex;
  private readonly stamps = new FileStamps();
  private readonly frames: FrameResolver;
  private readonly maps: SourceMapPool;
  private readonly libraries: LibraryFiles;
  private readonly revisions: DriftRevisions | undefined;
  private readonly closing = new AbortController();
  private readonly services = new Lru<string, KnownService>(KEPT_SERVICES);
  private readonly parsed = new Lru<string, ParsedStack>(KEPT_STACKS);

  constructor(
    index: FileIndex,
    environment: LibraryEnvironment = { home: homedir(), variables: process.env },
  ) {
    this.index = index;
    const files = new SourceFiles(index, this.stamps);
    this.maps = new SourceMapPool(index, this.stamps);
    this.libraries = new LibraryFiles(index, environment);
    this.frames = new FrameResolver(index, files, this.maps, this.libraries);
    this.revisions = index.useGit ? new DriftRevisions(index, files, this.closing.signal) : undefined;
  }

  /** Every frame of the text with its place. */
  resolveStack(request: StackRequest): Promise<ResolvedStack> {
    return this.stamps.during(() => this.allFrames(request));
  }

  private async allFrames(request: StackRequest): Promise<ResolvedStack> {
    const stack = await this.stackOf(request);
    const context = await this.contextFor(request, framesOf(stack));
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
  resolveTopFrame(request: StackRequest): Promise<ResolvedFrame | undefined> {
    return this.stamps.during(() => this.topFrame(request));
  }

  private async topFrame(request: StackRequest): Promise<ResolvedFrame | undefined> {
    const stack = await this.stackOf(request);
    const context = await this.contextFor(request, framesOf(stack));
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
    return this.stamps.during(async () =>
      this.frames.resolve(frame, await this.contextFor(request, [frame])),
    );
  }

  /** Lets the frames of a stack count for their service's roots without looking them up. */
  learn(request: StackRequest): void {
    this.learnFrom(this.serviceOf(request), framesOf(this.parse(request)));
  }

  /** Text of a file of the workspace, by its absolute path, as it was at a commit. */
  textAt(commit: string, absolute: string): Promise<string | undefined> {
    return this.revisions?.textAt(commit, absolute) ?? Promise.resolve(undefined);
  }

  /** The text of a source inside a map, to be shown read-only. */
  sourcesContentOf(map: string, source: string): Promise<string | undefined> {
    return this.maps.sourcesContentOf(map, source);
  }

  /** The text of a package's source inside an archive that a frame led to. */
  textInArchive(archive: string, entry: string): Promise<string | undefined> {
    return this.libraries.textInArchive(archive, entry);
  }

  dispose(): void {
    this.closing.abort();
    this.maps.dispose();
  }

  private parse(request: StackRequest): ParsedStack {
    const { text, hint } = request;
    const key = `${hint?.language ?? ''}\n${hint?.type ?? ''}\n${hint?.message ?? ''}\n${text}`;
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

  /** The frames of a text, with those of the workspace's own packages as own code. */
  private async stackOf(request: StackRequest): Promise<ParsedStack> {
    const parsed = this.parse(request);
    await this.loadPackages(framesOf(parsed));
    return withOwnPackages(parsed, this.index);
  }

  private loadPackages(frames: readonly Frame[]): Promise<void> {
    return this.index.packages.load(
      new Set(frames.map(ecosystemOf).filter((ecosystem) => ecosystem !== undefined)),
    );
  }

  private async contextFor(
    request: Omit<StackRequest, 'text' | 'hint'>,
    frames: readonly Frame[],
  ): Promise<FrameContext> {
    await this.loadPackages(frames);
    const service = this.serviceOf(request);
    const own = this.learnFrom(service, frames);
    const mappings = mappingsFor(request.mappings, request.service);
    const problems = new Map<string, ResolveProblem>();
    const found = request.revision && (await this.revisions?.of(request.revision));
    if (found?.problem) {
      problems.set(found.problem.code, found.problem);
    }
    const files = new StackFiles(this.index.paths, service.files, own, mappings);
    return {
      find: (remote) => files.find(remote),
      problems,
      answers: new Map(),
      chosenMaps: request.chosenMaps ?? [],
      deployed: found?.tree && deployedContext(service, own, found.tree, mappings, found),
      frames,
    };
  }

  /** Lets the paths of own code count for the service, and answers with them. */
  private learnFrom(service: KnownService, frames: readonly Frame[]): readonly RemotePath[] {
    const own: RemotePath[] = [];
    for (const frame of frames) {
      const remote = frame.inApp ? frameRemote(frame, this.index.packages) : undefined;
      if (remote) {
        own.push(remote);
        service.files.learn(remote);
        if (service.remotes.size < MAX_REMOTES) {
          service.remotes.set(remote.path, remote);
        }
      }
    }
    return own;
  }

  /** What is known of a service; nothing where no one named it, as any program may be the one. */
  private serviceOf({ service = '', serviceVersion = '' }: ServiceNames): KnownService {
    const key = `${service}\n${serviceVersion}`;
    let known = isNamed(service) ? this.services.get(key) : undefined;
    if (!known) {
      known = { files: new ServiceFiles(this.index.paths), remotes: new Map(), deployed: new WeakMap() };
      if (isNamed(service)) {
        this.services.set(key, known);
      }
    }
    return known;
  }
}

type ServiceNames = Pick<StackRequest, 'service' | 'serviceVersion'>;

/** SDKs call a service `unknown_service`, or `unknown_service:node`, where nobody named it. */
function isNamed(service: string): boolean {
  return service !== '' && !service.startsWith('unknown_service');
}

/** The files of a revision, found by all paths that the service is known by. */
function deployedContext(
  service: KnownService,
  own: readonly RemotePath[],
  tree: DriftTree,
  mappings: readonly RootMapping[],
  { isDirty, isByTag = false }: DeployedFiles,
): DeployedContext {
  const known = service.deployed.get(tree) ?? new ServiceFiles(tree.paths);
  service.deployed.set(tree, known);
  for (const remote of service.remotes.values()) {
    known.learn(remote);
  }
  const files = new StackFiles(tree.paths, known, own, mappings);
  return { tree, find: (remote) => files.find(remote), isDirty, isByTag };
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
