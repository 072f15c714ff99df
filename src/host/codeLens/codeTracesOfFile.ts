import * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import type { CodeTraces } from '../../protocol/analysis';
import type { AnalysisCalls } from '../analysisCalls';
import type { FailuresModel } from '../failures/failuresModel';
import type { BufferLines, PinnedLine } from '../source/bufferLines';
import { workspaceFoldersOnDisk } from '../workspaceFiles';

/** Shortest time between two questions about one file, in ms. */
const refreshMs = 4_000;

/** A function with the line where it stands in the buffer now. */
export interface ShownFunction {
  readonly traces: CodeTraces;
  readonly lineBase1: number;
}

interface Answer {
  readonly functions: readonly { readonly traces: CodeTraces; readonly pin: PinnedLine }[];
  readonly askedMs: number;
}

interface Asking {
  readonly asked: Promise<void>;
  readonly closing: AbortController;
}

/** Functions of open files that traces ran through, asked again at most every few seconds and only while there are traces. */
export class CodeTracesOfFile implements Disposable {
  private readonly analysis: AnalysisCalls;
  private readonly model: FailuresModel;
  private readonly buffers: BufferLines;
  private readonly answers = new Map<string, Answer>();
  private readonly asking = new Map<string, Asking>();
  private readonly changes = new Emitter<undefined>();
  private readonly subscriptions: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  /** Answers may be others now: ask again. */
  readonly onDidChange = this.changes.event;

  constructor(analysis: AnalysisCalls, model: FailuresModel, buffers: BufferLines) {
    this.analysis = analysis;
    this.model = model;
    this.buffers = buffers;
    const plan = (): void => {
      this.plan();
    };
    this.subscriptions = vscode.Disposable.from(
      model.onDidChange(plan),
      analysis.on('linesChanged', () => {
        this.plan();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.asking.get(String(uri))?.closing.abort();
        this.release(String(uri));
      }),
    );
  }

  /** The functions of a document, in order of their lines; waits for the first answer only. */
  async of(document: vscode.TextDocument): Promise<readonly ShownFunction[]> {
    if (!this.answers.has(String(document.uri))) {
      await this.ask(document);
    }
    return this.known(document);
  }

  /** The functions that are known by now; asks for what may have changed, and fires `onDidChange` where it has. */
  known(document: vscode.TextDocument): readonly ShownFunction[] {
    const answer = this.answers.get(String(document.uri));
    if (!answer || Date.now() - answer.askedMs >= refreshMs) {
      // A worker that stopped is told where it is restarted; a closed document needs no answer.
      this.ask(document).catch(() => undefined);
    }
    return (answer?.functions ?? []).flatMap(({ traces, pin: { now } }) =>
      now.kind === 'kept' && now.lineBase1 <= document.lineCount
        ? [{ traces, lineBase1: now.lineBase1 }]
        : [],
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.dispose();
    this.changes.dispose();
    this.asking.forEach(({ closing }) => {
      closing.abort();
    });
    [...this.answers.keys()].forEach((key) => {
      this.release(key);
    });
  }

  private plan(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changes.fire(undefined);
    }, refreshMs);
  }

  private ask(document: vscode.TextDocument): Promise<void> {
    const key = String(document.uri);
    let asking = this.asking.get(key);
    if (!asking || asking.closing.signal.aborted) {
      const closing = new AbortController();
      const asked = this.answer(document, closing.signal).finally(() => {
        if (this.asking.get(key)?.closing === closing) {
          this.asking.delete(key);
        }
      });
      asking = { asked, closing };
      this.asking.set(key, asking);
    }
    return asking.asked;
  }

  private async answer(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const place = placeOf(document.uri);
    const askedMs = Date.now();
    if (!place || (this.model.view?.traces ?? 0) === 0) {
      return;
    }
    const window = this.model.window(askedMs);
    const found = await this.analysis.call('codeTraces', { ...place, window }, signal);
    const functions = await Promise.all(
      found.map(async (traces) => ({ traces, pin: await this.buffers.pin(document, traces.lineBase1) })),
    );
    const key = String(document.uri);
    const before = this.answers.get(key);
    if (document.isClosed || signal.aborted) {
      functions.forEach(({ pin }) => {
        pin.dispose();
      });
      return;
    }
    this.release(key);
    this.answers.set(key, { functions, askedMs });
    if (textOf(before) !== textOf({ functions })) {
      this.changes.fire(undefined);
    }
  }

  private release(key: string): void {
    this.answers.get(key)?.functions.forEach(({ pin }) => {
      pin.dispose();
    });
    this.answers.delete(key);
  }
}

function textOf(answer: Pick<Answer, 'functions'> | undefined): string {
  return JSON.stringify((answer?.functions ?? []).map(({ traces }) => traces));
}

/** A file of the workspace as the worker names it; `undefined` for any other. */
function placeOf(uri: vscode.Uri): { readonly path: string; readonly folder?: string } | undefined {
  const folders = workspaceFoldersOnDisk();
  for (const { name, path } of folders) {
    const root = vscode.Uri.file(path).path.replace(/\/$/, '');
    if (uri.scheme === 'file' && uri.path.startsWith(`${root}/`)) {
      const inside = uri.path.slice(root.length + 1);
      return folders.length > 1 ? { path: inside, folder: name } : { path: inside };
    }
  }
  return undefined;
}
