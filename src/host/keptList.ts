import type * as vscode from 'vscode';

import { Emitter } from '../base/emitter';

/** A short list that a workspace remembers over reloads. */
export class KeptList<T> {
  private readonly memento: vscode.Memento;
  private readonly key: string;
  private readonly isSame: (a: T, b: T) => boolean;
  private readonly changes = new Emitter<undefined>();

  readonly onDidChange = this.changes.event;

  /** `isSame`: of two that are the same the newer one stays. */
  constructor(memento: vscode.Memento, key: string, isSame: (a: T, b: T) => boolean) {
    this.memento = memento;
    this.key = key;
    this.isSame = isSame;
  }

  list(): readonly T[] {
    return this.memento.get<readonly T[]>(this.key, []);
  }

  /** Adds an item in place of the same one. */
  async put(item: T): Promise<void> {
    await this.keep([...this.list().filter((other) => !this.isSame(other, item)), item]);
  }

  /** Takes the same item out. */
  async remove(item: T): Promise<void> {
    await this.keep(this.list().filter((other) => !this.isSame(other, item)));
  }

  private async keep(items: readonly T[]): Promise<void> {
    await this.memento.update(this.key, items);
    this.changes.fire(undefined);
  }
}
