import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import { DisposableStore, disposable, type Disposable } from '../../base/disposable';
import { ok, type Result } from '../../base/result';
import { epochMsFromNs } from '../../base/units';
import { formatClock } from '../../base/format';
import { stringsOf } from '../../core/model/attributes';
import { SpanFlag, type Trace } from '../../core/model/trace';
import { growthMark } from '../../core/timeline/growthMark';
import { Setting, type FailingFrame } from '../../contributions';
import type { BackendError } from '../../protocol/backend';
import { packColumns } from '../../protocol/columns';
import { RpcServer, type Handlers, type Port } from '../../protocol/rpc';
import type {
  FrameReference,
  OpenedTimeline,
  PackedTrace,
  TimelineCommand,
  TimelineContract,
  TimelineState,
} from '../../protocol/timeline';
import { openTimeline } from '../failures/timelineUri';
import { oneLine } from '../plainText';
import { readSetting } from '../settings';
import type { FrameOpener } from '../source/frameOpener';
import { columnForLines, columnOfEditorBeside } from './editorBeside';
import { TraceGrowth } from './growth';
import { serviceNames } from './serviceNames';
import { sourcePreview } from './sourcePreview';
import type { TimelineBundle } from './timelineBundle';
import { timelineHtml } from './timelineHtml';
import type { TimelineModel } from './timelineModel';

/** Where a timeline keeps its state beyond the webview's own. */
export interface TimelineStates {
  get(traceId: string): TimelineState | undefined;
  set(traceId: string, state: TimelineState): void;
}

/** What one panel tells the ones around it. */
export interface PanelFocus {
  readonly focused: boolean;
  readonly textFocused: boolean;
}

/** A trace ready for the page. */
type ReadTrace = Result<{ readonly mark: string; readonly packed: PackedTrace }, BackendError>;

/** One timeline on screen: serves its webview. */
export class TimelinePanel implements Disposable {
  readonly traceId: string;
  readonly panel: vscode.WebviewPanel;
  private readonly model: TimelineModel;
  private readonly opener: FrameOpener;
  private readonly states: TimelineStates;
  private readonly parts = new DisposableStore();
  private readonly server: RpcServer<TimelineContract>;
  private readonly growth: TraceGrowth;
  /** Read while the page loads; what the page asks for first. */
  private readAhead: Promise<ReadTrace> | undefined;
  /** The page has not asked yet, and need not wait when it does. */
  private isSentAhead = false;
  private serviceOfRow: (row: number) => string | undefined = () => undefined;
  private besideBefore: boolean | undefined;

  constructor(
    traceId: string,
    panel: vscode.WebviewPanel,
    deps: {
      /** The built webview. */
      readonly folder: vscode.Uri;
      readonly bundle: TimelineBundle;
      readonly model: TimelineModel;
      readonly opener: FrameOpener;
      readonly states: TimelineStates;
      readonly onFocus: (focus: PanelFocus) => void;
    },
  ) {
    this.traceId = traceId;
    this.panel = panel;
    this.model = deps.model;
    this.opener = deps.opener;
    this.states = deps.states;
    const ahead = new AbortController();
    this.readAhead = this.read(ahead.signal);
    // Who asks hears of a failure; a page that is closed before it asks does not.
    this.readAhead.then(
      (answer) => {
        this.sendAhead(answer);
      },
      () => undefined,
    );
    this.parts.add(
      disposable(() => {
        ahead.abort();
      }),
    );
    panel.webview.options = { enableScripts: true, localResourceRoots: [deps.folder] };
    this.server = this.parts.add(
      new RpcServer<TimelineContract>(portOf(panel.webview), this.handlers(deps.onFocus)),
    );
    this.growth = this.parts.add(
      new TraceGrowth(() => {
        this.server.emit('traceChanged', undefined);
      }),
    );
    this.parts.add(
      deps.model.onDidCommit(() => {
        // A hidden page is gone and asks by itself when it is shown again.
        if (panel.visible) {
          this.growth.committed();
        }
      }),
    );
    this.parts.add(
      deps.model.onDidChangeLines(() => {
        this.server.emit('linesChanged', undefined);
      }),
    );
    this.parts.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.tellEditorBeside();
      }),
    );
    this.parts.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(Setting.timelineCompactRows)) {
          this.server.emit('compact', { compact: readSetting(Setting.timelineCompactRows) });
        }
      }),
    );
    panel.webview.html = timelineHtml({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: panel.webview.cspSource,
      folderUri: String(panel.webview.asWebviewUri(deps.folder)),
      bundle: deps.bundle,
      language: vscode.env.language,
    });
  }

  run(command: TimelineCommand): void {
    this.server.emit('command', { command });
  }

  dispose(): void {
    this.parts.dispose();
  }

  private handlers(onFocus: (focus: PanelFocus) => void): Handlers<TimelineContract> {
    const { model, traceId } = this;
    return {
      translations: () => Promise.resolve(vscode.l10n.bundle),
      open: ({ known }, signal) => this.open(known, signal),
      spanFrames: ({ rows }, signal) => model.spanFrames(traceId, rows, signal),
      spanExceptions: ({ row }, signal) => model.spanExceptions(traceId, row, signal),
      preview: async (reference, signal) => {
        const location = (await this.failingFrameOf(reference, signal))?.frame.location;
        const preview = location && (await sourcePreview(location));
        return preview ? { preview } : {};
      },
      openFrame: async (request, signal) => ({ opened: await this.openFrame(request, signal) }),
      saveState: (state) => {
        this.states.set(traceId, state);
        return Promise.resolve(undefined);
      },
      focusChanged: (focus) => {
        onFocus(focus);
        return Promise.resolve(undefined);
      },
      copyText: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return undefined;
      },
      openTrace: async (request) => {
        await openTimeline(request.traceId, request.traceId.slice(0, 8));
        return undefined;
      },
    };
  }

  /** Bytes take as long to a page as the page takes to load: both at once. */
  private sendAhead(answer: ReadTrace): void {
    if (answer.ok && this.readAhead) {
      this.readAhead = undefined;
      this.isSentAhead = true;
      this.server.emit('traceAhead', answer.value.packed);
    }
  }

  private async open(known: string | undefined, signal: AbortSignal): Promise<OpenedTimeline> {
    const trace = this.isSentAhead ? ok('sentAhead' as const) : await this.traceUnlessKnown(known, signal);
    this.isSentAhead = false;
    const state = this.states.get(this.traceId);
    return {
      trace,
      ...(state ? { state } : {}),
      compact: readSetting(Setting.timelineCompactRows),
      editorBeside: columnOfEditorBeside(this.panel.viewColumn) !== undefined,
    };
  }

  private async traceUnlessKnown(
    known: string | undefined,
    signal: AbortSignal,
  ): Promise<Result<PackedTrace | undefined, BackendError>> {
    const reading = this.readAhead ?? this.read(signal);
    this.readAhead = undefined;
    const answer = await reading;
    return answer.ok ? ok(answer.value.mark === known ? undefined : answer.value.packed) : answer;
  }

  private async read(signal: AbortSignal): Promise<ReadTrace> {
    const answer = await this.model.trace(this.traceId, signal);
    if (!answer.ok) {
      return answer;
    }
    const { epochNs, durationNs } = answer.value;
    const mark = growthMark(answer.value);
    this.growth.read(mark, epochMsFromNs(epochNs) + durationNs / 1e6);
    this.panel.title = titleOf(answer.value);
    this.serviceOfRow = serviceNames(answer.value);
    return ok({ mark, packed: packColumns(answer.value) });
  }

  private async openFrame(
    request: TimelineContract['methods']['openFrame']['request'],
    signal: AbortSignal,
  ): Promise<boolean> {
    const own = this.panel.viewColumn;
    if (request.onlyBeside === true && columnOfEditorBeside(own) === undefined) {
      return false;
    }
    const failing = await this.failingFrameOf(request, signal);
    if (signal.aborted) {
      return false;
    }
    const options = { preserveFocus: request.preserveFocus, viewColumn: columnForLines(own) };
    if (request.follows === true) {
      return failing !== undefined && (await this.opener.reveal(failing, options));
    }
    await this.opener.open(failing, options);
    return failing?.frame.location !== undefined;
  }

  /** The frame as the analysis knows it: what a webview names is only where to look. */
  private async failingFrameOf(
    { row, exception, frame }: FrameReference,
    signal: AbortSignal,
  ): Promise<FailingFrame | undefined> {
    const isOfSpan = exception === undefined || frame === undefined;
    const [exceptions, frames] = await Promise.all([
      this.model.spanExceptions(this.traceId, row, signal),
      isOfSpan ? this.model.spanFrames(this.traceId, [row], signal) : [],
    ]);
    const thrown = exceptions[exception ?? 0];
    const found = isOfSpan ? frames[0]?.frame : thrown?.frames[frame];
    const service = this.serviceOfRow(row);
    return (
      found && {
        frame: found,
        ...(service === undefined ? {} : { service }),
        ...(thrown?.type === undefined ? {} : { type: thrown.type }),
        ...(thrown?.message === undefined ? {} : { message: thrown.message }),
      }
    );
  }

  private tellEditorBeside(): void {
    const beside = columnOfEditorBeside(this.panel.viewColumn) !== undefined;
    if (beside !== this.besideBefore) {
      this.besideBefore = beside;
      this.server.emit('editorBeside', { beside });
    }
  }
}

/** `POST /checkout · 14:03:22`: the first root that is no orphan, and when the trace began. */
function titleOf(trace: Trace): string {
  const { count, names } = trace.spans;
  let row = 0;
  while (row < count && (trace.flags[row]! & SpanFlag.orphan) !== 0) {
    row = trace.subtreeEnd[row]!;
  }
  const name = stringsOf(trace.spans).get(names[row < count ? row : 0]!);
  return `${oneLine(name, 80)} · ${formatClock(epochMsFromNs(trace.epochNs), Date.now())}`;
}

function portOf(webview: vscode.Webview): Port {
  return {
    post(message) {
      void webview.postMessage(message);
    },
    onMessage(listener) {
      const subscription = webview.onDidReceiveMessage(listener);
      return disposable(() => {
        subscription.dispose();
      });
    },
  };
}
