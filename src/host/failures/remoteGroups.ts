import type { Disposable } from '../../base/disposable';
import { localConnectionId } from '../../protocol/backend';
import type { SeenGroup } from '../../protocol/engine';
import type { Receiver } from '../receiver/receiver';
import type { FailuresModel } from './failuresModel';

/** Has the store remember when groups of added connections were first seen: those connections tell of no time before the window. */
export class RemoteGroups implements Disposable {
  private readonly model: Pick<FailuresModel, 'view' | 'liveView'>;
  private readonly receiver: Pick<Receiver, 'rememberGroups'>;
  private readonly subscription: Disposable;
  /** What the store was told of the groups that are shown. */
  private told = new Map<string, number>();

  constructor(
    model: Pick<FailuresModel, 'view' | 'liveView' | 'onDidChange'>,
    receiver: Pick<Receiver, 'rememberGroups'>,
  ) {
    this.model = model;
    this.receiver = receiver;
    this.subscription = model.onDidChange(() => void this.tell());
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async tell(): Promise<void> {
    const seen = this.seen();
    const news = [...seen].flatMap(([id, firstSeenMs]): SeenGroup[] =>
      this.told.get(id) === firstSeenMs ? [] : [{ id, firstSeenMs }],
    );
    this.told = seen;
    if (news.length > 0 && !(await this.remember(news))) {
      // Told again with the next view.
      for (const { id } of news) {
        this.told.delete(id);
      }
    }
  }

  /** False where another window has the store, or the engine stopped, which is reported by whoever restarts it. */
  private async remember(groups: readonly SeenGroup[]): Promise<boolean> {
    try {
      return (await this.receiver.rememberGroups(groups)).ok;
    } catch {
      return false;
    }
  }

  private seen(): Map<string, number> {
    const seen = new Map<string, number>();
    for (const view of [this.model.view, this.model.liveView]) {
      for (const { id, firstSeenMs, connectionIds } of view?.groups ?? []) {
        if (connectionIds.some((connection) => connection !== localConnectionId)) {
          seen.set(id, Math.min(firstSeenMs, seen.get(id) ?? Infinity));
        }
      }
    }
    return seen;
  }
}
