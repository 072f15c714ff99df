/**
 * How long a trace without a root waits for one after its last span: SDKs export every 5 s, and the outermost service, whose span ends last, often
 * sends last. Until then an inner service would be taken for the entry, and one failure listed under two operations.
 */
const ROOT_WITHIN_MS = 10_000;
/** Traces that wait at most; what comes above is analysed at once, as memory is bounded. */
const MAX_WAITING = 100_000;

/** Traces that wait for their root, by key, in the order in which their time is up. */
export class AwaitedRoots {
  private readonly dueMs = new Map<string, number>();

  /** Lets a trace wait from now on; false where too many do already. */
  add(key: string, nowMs: number): boolean {
    this.dueMs.delete(key);
    if (this.dueMs.size >= MAX_WAITING) {
      return false;
    }
    this.dueMs.set(key, nowMs + ROOT_WITHIN_MS);
    return true;
  }

  remove(key: string): void {
    this.dueMs.delete(key);
  }

  /** At most `limit` traces whose time is up, which wait no longer. */
  takeDue(nowMs: number, limit: number): readonly string[] {
    const due: string[] = [];
    for (const [key, atMs] of this.dueMs) {
      if (atMs > nowMs || due.length === limit) {
        break;
      }
      due.push(key);
    }
    for (const key of due) {
      this.dueMs.delete(key);
    }
    return due;
  }

  /** When the next one's time is up; `undefined` where none waits. */
  nextDueMs(): number | undefined {
    return this.dueMs.values().next().value;
  }

  clear(): void {
    this.dueMs.clear();
  }
}
