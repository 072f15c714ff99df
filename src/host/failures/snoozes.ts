import type * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import { isSnoozed, type Snooze } from '../../core/alerts/snooze';
import type { FailureGroup } from '../../core/failures/failureGroup';

const key = 'snoozes';

/** Snoozed groups, kept over restarts. A snoozed group raises no notification and no badge. */
export class Snoozes implements Disposable {
  private readonly memory: vscode.Memento;
  private readonly changes = new Emitter<undefined>();
  private readonly snoozes: Map<string, Snooze>;

  readonly onDidChange = this.changes.event;

  constructor(memory: vscode.Memento) {
    this.memory = memory;
    this.snoozes = new Map(Object.entries(memory.get<Readonly<Record<string, Snooze>>>(key, {})));
  }

  /** Snoozes by group id, also those that have ended. */
  get all(): ReadonlyMap<string, Snooze> {
    return this.snoozes;
  }

  isSnoozed(group: FailureGroup, nowMs: number): boolean {
    return isSnoozed(this.snoozes.get(group.id), nowMs, group.serviceVersion);
  }

  /** Snoozes a group, or ends its snooze where none is given. */
  async set(groupId: string, snooze: Snooze | undefined): Promise<void> {
    if (snooze) {
      this.snoozes.set(groupId, snooze);
    } else {
      this.snoozes.delete(groupId);
    }
    this.changes.fire(undefined);
    await this.memory.update(key, Object.fromEntries(this.snoozes));
  }

  dispose(): void {
    this.changes.dispose();
  }
}
