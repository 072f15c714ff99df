import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import type { ResolvedStack } from '../../protocol/resolve';
import type { AnalysisCalls } from '../analysisCalls';

/** Where the text of a stack came from. */
export type StackOrigin = 'clipboard' | 'editor' | 'terminal';

/** A stack text that a person opened. */
export interface PastedStack {
  readonly id: string;
  readonly text: string;
  readonly origin: StackOrigin;
  /** Name of the editor's file or of the terminal. */
  readonly originName?: string;
  readonly addedMs: number;
}

const storageKey = 'pasted.stacks';
const mostStacks = 20;
/** Of all texts together, in UTF-16 units: the workspace's storage is read at every start. */
const mostCharacters = 1 << 20;

/** Stack texts that were opened, newest first, kept over reloads, each resolved when somebody looks. */
export class PastedStacks implements Disposable {
  private readonly analysis: AnalysisCalls;
  private readonly memento: vscode.Memento;
  private readonly changes = new Emitter<undefined>();
  private readonly resolved = new Map<string, Promise<ResolvedStack>>();
  private readonly lineChanges: Disposable;
  private stacks: readonly PastedStack[];

  /** The list, or what its lines are, changed. */
  readonly onDidChange = this.changes.event;

  constructor(analysis: AnalysisCalls, memento: vscode.Memento) {
    this.analysis = analysis;
    this.memento = memento;
    this.stacks = keptStacks(memento.get<readonly PastedStack[]>(storageKey, []));
    this.lineChanges = analysis.on('linesChanged', () => {
      this.resolved.clear();
      if (this.stacks.length > 0) {
        this.changes.fire(undefined);
      }
    });
  }

  /** Newest first. */
  list(): readonly PastedStack[] {
    return this.stacks;
  }

  /** Keeps a text as the newest stack, also where it stood in the list before; `undefined` where it has no frames. */
  async add(
    text: string,
    origin: StackOrigin,
    originName: string | undefined,
    addedMs: number,
  ): Promise<PastedStack | undefined> {
    const stack: PastedStack = {
      id: randomUUID(),
      text: endsOf(text),
      origin,
      ...(originName === undefined ? {} : { originName }),
      addedMs,
    };
    const resolved = await this.analysis.call('resolveText', { text: stack.text });
    if (resolved.exceptions.every(({ frames }) => frames.length === 0)) {
      return undefined;
    }
    this.resolved.set(stack.id, Promise.resolve(resolved));
    await this.keep([stack, ...this.stacks.filter((other) => other.text !== stack.text)]);
    return stack;
  }

  /** Takes one stack out of the list. */
  async remove(id: string): Promise<void> {
    await this.keep(this.stacks.filter((stack) => stack.id !== id));
  }

  /** Empties the list. */
  async removeAll(): Promise<void> {
    await this.keep([]);
  }

  /** The stack with its lines as they are now; asked once until lines change. */
  resolve(stack: PastedStack): Promise<ResolvedStack> {
    let asked = this.resolved.get(stack.id);
    if (!asked) {
      asked = this.analysis.call('resolveText', { text: stack.text });
      asked.catch(() => this.resolved.delete(stack.id));
      this.resolved.set(stack.id, asked);
    }
    return asked;
  }

  dispose(): void {
    this.lineChanges.dispose();
    this.changes.dispose();
  }

  private async keep(stacks: readonly PastedStack[]): Promise<void> {
    this.stacks = keptStacks(stacks);
    const ids = new Set(this.stacks.map(({ id }) => id));
    for (const id of [...this.resolved.keys()].filter((known) => !ids.has(known))) {
      this.resolved.delete(id);
    }
    this.changes.fire(undefined);
    await this.memento.update(storageKey, this.stacks);
  }
}

/** The newest stacks that fit. */
export function keptStacks(stacks: readonly PastedStack[]): readonly PastedStack[] {
  let characters = 0;
  const fitting = stacks.findIndex((stack, index) => {
    characters += stack.text.length;
    return index >= mostStacks || characters > mostCharacters;
  });
  return fitting === -1 ? stacks : stacks.slice(0, fitting);
}

/** Of a text too long to be kept, its two ends: where stacks name the failure and where they began. */
function endsOf(text: string): string {
  if (text.length <= mostCharacters) {
    return text;
  }
  const gap = '\n…\n';
  const half = (mostCharacters - gap.length) / 2;
  return `${text.slice(0, half)}${gap}${text.slice(-Math.floor(half))}`;
}
