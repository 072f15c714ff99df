import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Disposable } from '../../base/disposable';
import type { Base1 } from '../../base/units';
import { revisionAttributes, type RevisionAttributes } from '../../core/drift/revisionCandidates';
import type { FailureOrigin } from '../../core/failures/failureGroup';
import { exceptionsOfSpan, type SpanException } from '../../core/model/exceptions';
import { attributesOf, attributeValue, stringsOf } from '../../core/model/attributes';
import type { Trace } from '../../core/model/trace';
import type { ChosenMap, PathMapping, ServiceRevision, WorkspaceFolderInfo } from '../../protocol/analysis';
import type { ResolvedException, ResolvedFrame, ResolvedStack } from '../../protocol/resolve';
import { revisionRequest, type RevisionRequest } from '../drift/driftRevisions';
import { FileIndex, type FileEvents } from '../files/fileIndex';
import { SourceFiles } from '../files/sourceFiles';
import { SpanCode } from '../spanCode/spanCode';
import { StackResolver, type CodeRequest, type StackRequest } from './resolver';

type ServiceOfRequest = Omit<StackRequest, 'text' | 'hint'>;

/** How long an answer waits for the sources to be read, in ms. */
const GRACE_MS = 300;

/** Which files frames are looked for in, and how. */
export interface LinesSetup {
  readonly folders: readonly WorkspaceFolderInfo[];
  readonly mappings: readonly PathMapping[];
  readonly revisions: readonly ServiceRevision[];
  readonly chosenMaps: readonly ChosenMap[];
  readonly trusted: boolean;
}

interface Opened {
  readonly index: FileIndex;
  readonly resolver: StackResolver;
  readonly spanCode: SpanCode;
}

/** Lines of spans and stacks in the open workspace. The files are listed when a line is first asked for. */
export class WorkspaceLines implements Disposable {
  private readonly setup: LinesSetup;
  private readonly closing = new AbortController();
  private readonly onDidRead: (() => void) | undefined;
  private opening: Promise<Opened> | undefined;
  private isLate = false;

  /** `onDidRead`: the sources were read after an answer went out without them; absent: answers wait for them. */
  constructor(setup: LinesSetup, onDidRead?: () => void) {
    this.setup = setup;
    this.onDidRead = onDidRead;
  }

  /** The line where a failure began. */
  async ofOrigin(origin: FailureOrigin): Promise<ResolvedFrame | undefined> {
    if (origin.stack === undefined || origin.stack === '') {
      return undefined;
    }
    const { resolver } = await this.open();
    return resolver.resolveTopFrame({
      text: origin.stack,
      hint: { type: origin.exceptionType, message: origin.exceptionMessage, language: origin.language },
      ...this.ofService(origin.service, origin.serviceVersion, origin.revisionAttributes),
    });
  }

  /**
   * The line of a span: of its first exception that leads to one, else the place its `code.*` attributes name, else the code that
   * what it tells fits: its route, name, statement and the like.
   */
  async ofSpan(trace: Trace, row: number): Promise<ResolvedFrame | undefined> {
    let first: ResolvedFrame | undefined;
    for (const exception of exceptionsOfSpan(trace.spans, row)) {
      if (exception.stack === '') {
        continue;
      }
      const { resolver } = await this.open();
      const frame = await resolver.resolveTopFrame(this.requestOfSpan(trace, row, exception));
      if (frame?.location) {
        return frame;
      }
      first ??= frame;
    }
    if (first) {
      return first;
    }
    const code = this.codeOfSpan(trace, row);
    return code ? (await this.open()).resolver.resolveCode(code) : this.codeAround(trace, row);
  }

  /** Reading the sources of a large workspace takes seconds: lines of stacks do not wait for it. */
  private async isRead(spanCode: SpanCode): Promise<boolean> {
    const { onDidRead } = this;
    if (spanCode.isReady) {
      return true;
    }
    const reading = spanCode.ready().then(() => true);
    if (!onDidRead) {
      return reading;
    }
    const isRead = await Promise.race([reading, setTimeout(GRACE_MS, false)]);
    if (!isRead && !this.isLate) {
      this.isLate = true;
      void reading.then(() => {
        this.isLate = false;
        onDidRead();
      });
    }
    return isRead;
  }

  /** The function around a line of the workspace; `folder` as in a location. */
  async functionAround(
    place: { readonly path: string; readonly folder?: string },
    lineBase1: Base1,
  ): Promise<{ readonly name: string; readonly lineBase1: Base1 } | undefined> {
    const { index, spanCode } = await this.open();
    const root = this.setup.folders.find(({ name }) => place.folder === undefined || name === place.folder);
    const local = root && index.fromAbsolute(path.join(root.path, place.path));
    return local === undefined ? undefined : spanCode.functionAround(local, lineBase1);
  }

  /** The code that a span ran, by what it tells besides stacks and files. */
  async codeAround(trace: Trace, row: number): Promise<ResolvedFrame | undefined> {
    if (this.setup.folders.length === 0) {
      return undefined;
    }
    const { spanCode } = await this.open();
    return (await this.isRead(spanCode)) ? spanCode.of(trace, row) : undefined;
  }

  /** All exceptions of a span with their causes; one without a stack text has no frames. */
  async exceptionsOfSpan(trace: Trace, row: number): Promise<readonly ResolvedException[]> {
    const resolved: ResolvedException[] = [];
    for (const exception of exceptionsOfSpan(trace.spans, row)) {
      if (exception.stack === '') {
        resolved.push({ type: exception.type, message: exception.message, relation: 'root', frames: [] });
        continue;
      }
      const { resolver } = await this.open();
      const { exceptions } = await resolver.resolveStack(this.requestOfSpan(trace, row, exception));
      // Parents are indices within one stack text.
      const before = resolved.length;
      for (const item of exceptions) {
        resolved.push(item.parent === undefined ? item : { ...item, parent: item.parent + before });
      }
    }
    return resolved;
  }

  /** Every frame of a pasted text, as frames of that service where one is named. */
  async ofText(text: string, service: string | undefined): Promise<ResolvedStack> {
    const { resolver } = await this.open();
    return resolver.resolveStack({ text, ...this.ofService(service ?? '', undefined) });
  }

  /** Text of a file as it was at a commit; `folder` as in a location. */
  async textAtRevision(
    revision: string,
    file: string,
    folder: string | undefined,
  ): Promise<string | undefined> {
    const root = this.setup.folders.find(({ name }) => folder === undefined || name === folder)?.path;
    const absolute = root === undefined ? undefined : path.resolve(root, file);
    const isInside = absolute?.startsWith(root!.endsWith(path.sep) ? root! : root! + path.sep);
    return isInside ? (await this.open()).resolver.textAt(revision, absolute!) : undefined;
  }

  /** Text of a source inside a map of the workspace, or one that a person chose; `map` absolute. */
  async textInMap(map: string, source: string): Promise<string | undefined> {
    const { index, resolver } = await this.open();
    const isKnown = index.fromAbsolute(path.normalize(map)) !== undefined;
    const isChosen = this.setup.chosenMaps.some((chosen) => chosen.map === map);
    return isKnown || isChosen ? resolver.sourcesContentOf(map, source) : undefined;
  }

  /** Text of a package's source inside an archive that a frame led to; `archive` absolute. */
  async textInArchive(archive: string, entry: string): Promise<string | undefined> {
    return (await this.open()).resolver.textInArchive(archive, entry);
  }

  /** Follows changes on disk. Nothing is to follow before the files were first listed. */
  async update(events: FileEvents): Promise<void> {
    const opened = await this.opening;
    await opened?.index.update(events);
    const touched = [...events.created, ...events.deleted, ...(events.changed ?? [])];
    opened?.spanCode.forget(
      touched.map((file) => opened.index.fromAbsolute(file)).filter((file) => file !== undefined),
    );
  }

  dispose(): void {
    this.closing.abort();
    void this.opening?.then(
      ({ resolver }) => {
        resolver.dispose();
      },
      () => undefined,
    );
  }

  private open(): Promise<Opened> {
    if (!this.opening) {
      const { folders, trusted } = this.setup;
      const opening = FileIndex.open(folders, { useGit: trusted }, this.closing.signal).then((index) => ({
        index,
        resolver: new StackResolver(index),
        spanCode: new SpanCode(index, new SourceFiles(index), this.closing.signal),
      }));
      this.opening = opening;
    }
    return this.opening;
  }

  /** Both generations of names are read: many SDKs still send the old ones. */
  private codeOfSpan(trace: Trace, row: number): CodeRequest | undefined {
    const { attributes } = trace.spans;
    if (attributes.offsets[row] === attributes.offsets[row + 1]) {
      return undefined;
    }
    const strings = stringsOf(trace.spans);
    const read = (name: string, oldName: string): string | undefined =>
      attributeValue(strings, attributes, row, name) ?? attributeValue(strings, attributes, row, oldName);
    const file = read('code.file.path', 'code.filepath');
    if (file === undefined || file === '') {
      return undefined;
    }
    const line = Number(read('code.line.number', 'code.lineno'));
    const name = read('code.function.name', 'code.function');
    return {
      file,
      ...(Number.isSafeInteger(line) && line > 0 ? { lineBase1: line } : {}),
      ...(name === undefined ? {} : { function: name }),
      ...this.serviceOfSpan(trace, row),
    };
  }

  private requestOfSpan(trace: Trace, row: number, exception: SpanException): StackRequest {
    const { type, message, stack } = exception;
    const { resource, resources } = trace.spans;
    const strings = stringsOf(trace.spans);
    return {
      text: stack,
      hint: {
        type: type === '' ? undefined : type,
        message: message === '' ? undefined : message,
        language: attributeValue(strings, resources.attributes, resource[row]!, 'telemetry.sdk.language'),
      },
      ...this.serviceOfSpan(trace, row),
    };
  }

  private serviceOfSpan(trace: Trace, row: number): ServiceOfRequest {
    const strings = stringsOf(trace.spans);
    const { resource, resources } = trace.spans;
    return this.ofService(
      strings.get(trace.service[row]!),
      attributeValue(strings, resources.attributes, resource[row]!, 'service.version'),
      revisionAttributes(
        attributesOf(strings, resources.attributes, resource[row]!),
        attributesOf(strings, trace.spans.attributes, row),
      ),
    );
  }

  private ofService(
    service: string,
    serviceVersion: string | undefined,
    attributes: RevisionAttributes = {},
  ): ServiceOfRequest {
    const { mappings, chosenMaps, trusted } = this.setup;
    return {
      service,
      ...(serviceVersion === undefined ? {} : { serviceVersion }),
      // A mapping is a statement of the workspace, believed only where the workspace is.
      mappings: trusted ? mappings : [],
      revision: this.revisionOf(service, serviceVersion, attributes),
      chosenMaps: trusted ? chosenMaps : [],
    };
  }

  /** What a person said of this version of the service, else of the service, goes before what its traces say. */
  private revisionOf(
    service: string,
    version: string | undefined,
    attributes: RevisionAttributes,
  ): RevisionRequest {
    const own = this.setup.revisions.filter((revision) => revision.service === service);
    const said =
      own.find((revision) => revision.version !== undefined && revision.version === version) ??
      own.find((revision) => revision.version === undefined);
    return revisionRequest({ service, version, attributes }, said?.revision);
  }
}
