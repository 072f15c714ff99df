/** Something that holds a resource until it is disposed; the shape VS Code uses. */
export interface Disposable {
  dispose(): void;
}

/** A disposable that runs `release` once. */
export function disposable(release: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (!done) {
        done = true;
        release();
      }
    },
  };
}

/** Disposes what was added, newest first; what is added after disposal is disposed at once. */
export class DisposableStore implements Disposable {
  private items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.items) {
      this.items.push(item);
    } else {
      item.dispose();
    }
    return item;
  }

  dispose(): void {
    const items = this.items ?? [];
    this.items = undefined;
    for (const item of items.reverse()) {
      item.dispose();
    }
  }
}
