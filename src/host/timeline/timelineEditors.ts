import * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../../base/disposable';
import { Lru } from '../../base/lru';
import { ContextKey, timelineCommands, timelineEditor } from '../../contributions';
import { traceIdFromHex } from '../../core/model/ids';
import type { TimelineCommand, TimelineState } from '../../protocol/timeline';
import { setContextKey, type Commands } from '../commands';
import type { FrameOpener } from '../source/frameOpener';
import type { TimelineBundle } from './timelineBundle';
import type { PanelFocus, TimelinePanel, TimelineStates } from './timelinePanel';
import type { TimelineModel } from './timelineModel';

const statesKey = 'timeline.states';
const mostStates = 50;
const mostFolds = 1000;

/** What timelines need from the extension. */
export interface TimelineEditorsDeps {
  readonly commands: Commands;
  readonly model: TimelineModel;
  readonly opener: FrameOpener;
  readonly extensionUri: vscode.Uri;
  /** Workspace state: what a reload of the window brings back. */
  readonly memento: vscode.Memento;
}

/** A trace by its URI, and what its page is made of. */
interface TraceDocument extends vscode.CustomDocument {
  readonly bundle: TimelineBundle;
  readonly Panel: typeof TimelinePanel;
}

/** The read-only custom editor of traces, and the commands that act on the timeline in focus. */
export class TimelineEditors implements vscode.CustomReadonlyEditorProvider<TraceDocument>, Disposable {
  private readonly deps: TimelineEditorsDeps;
  private readonly panels = new Set<TimelinePanel>();
  private readonly states: KeptStates;
  private readonly parts = new DisposableStore();
  private readonly folder: vscode.Uri;
  private bundle: Promise<TimelineBundle> | undefined;

  constructor(deps: TimelineEditorsDeps) {
    this.deps = deps;
    this.folder = vscode.Uri.joinPath(deps.extensionUri, 'dist', 'webview');
    this.states = new KeptStates(deps.memento);
    this.parts.add(
      vscode.window.registerCustomEditorProvider(timelineEditor.viewType, this, {
        supportsMultipleEditorsPerDocument: true,
      }),
    );
    for (const [command, id] of Object.entries(timelineCommands)) {
      this.parts.add(
        deps.commands.register(id, () => {
          this.active()?.run(command as TimelineCommand);
        }),
      );
    }
  }

  /** Any URI opens: what is no trace shows as one that nobody knows. */
  async openCustomDocument(uri: vscode.Uri): Promise<TraceDocument> {
    const [{ TimelinePanel: Panel }, { readTimelineBundle }] = await Promise.all([
      import('./timelinePanel'),
      import('./timelineBundle'),
    ]);
    this.bundle ??= readTimelineBundle(this.folder.fsPath);
    return { uri, bundle: await this.bundle, Panel, dispose: () => undefined };
  }

  resolveCustomEditor(document: TraceDocument, webviewPanel: vscode.WebviewPanel): void {
    const part = document.uri.path.split('/')[1] ?? '';
    const panel: TimelinePanel = new document.Panel(traceIdFromHex(part) ?? part, webviewPanel, {
      folder: this.folder,
      bundle: document.bundle,
      model: this.deps.model,
      opener: this.deps.opener,
      states: this.states,
      onFocus: (focus) => {
        this.tellFocus(panel, focus);
      },
    });
    this.panels.add(panel);
    webviewPanel.onDidChangeViewState(() => {
      if (!webviewPanel.active) {
        this.tellFocus(panel, { focused: false, textFocused: false });
      }
    });
    webviewPanel.onDidDispose(() => {
      this.panels.delete(panel);
      this.tellFocus(panel, { focused: false, textFocused: false });
      panel.dispose();
    });
  }

  dispose(): void {
    this.parts.dispose();
    for (const panel of this.panels) {
      panel.dispose();
    }
  }

  private active(): TimelinePanel | undefined {
    return (
      [...this.panels].find(({ panel }) => panel.active) ??
      [...this.panels].find(({ panel }) => panel.visible)
    );
  }

  /** The last to speak wins: a panel that loses the focus to another one says so before the other one speaks. */
  private tellFocus(panel: TimelinePanel, focus: PanelFocus): void {
    const other = this.active();
    if (!focus.focused && other !== undefined && other !== panel && other.panel.active) {
      return;
    }
    setContextKey(ContextKey.timelineFocused, focus.focused);
    setContextKey(ContextKey.timelineTextFocused, focus.textFocused);
  }
}

/** States of the last timelines by trace, in the workspace's storage. */
class KeptStates implements TimelineStates {
  private readonly memento: vscode.Memento;
  private readonly states: Lru<string, TimelineState>;
  private readonly order = new Set<string>();

  constructor(memento: vscode.Memento) {
    this.memento = memento;
    this.states = new Lru(mostStates, (_state, traceId) => this.order.delete(traceId));
    for (const [traceId, state] of memento.get<readonly [string, TimelineState][]>(statesKey, [])) {
      this.states.set(traceId, state);
      this.order.add(traceId);
    }
  }

  get(traceId: string): TimelineState | undefined {
    return this.states.get(traceId);
  }

  set(traceId: string, state: TimelineState): void {
    // Thousands of folded rows would make every save slow; the rest of the state is worth keeping without them.
    const { folds, ...rest } = state;
    this.states.set(traceId, folds && folds.except.length <= mostFolds ? { ...rest, folds } : rest);
    this.order.delete(traceId);
    this.order.add(traceId);
    void this.memento.update(
      statesKey,
      [...this.order].map((id) => [id, this.states.get(id)]),
    );
  }
}
