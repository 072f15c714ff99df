/** Runs tasks of which only the newest counts: starting one aborts the one before, whose answer is dropped. */
export class Latest {
  private current: AbortController | undefined;

  /** The task's value, or `undefined` where a newer task (or `cancel`) overtook it. */
  async run<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.current?.abort();
    const own = new AbortController();
    this.current = own;
    try {
      const value = await task(own.signal);
      return own.signal.aborted ? undefined : value;
    } catch (error) {
      if (own.signal.aborted) {
        return undefined;
      }
      throw error;
    } finally {
      if (this.current === own) {
        this.current = undefined;
      }
    }
  }

  cancel(): void {
    this.current?.abort();
    this.current = undefined;
  }
}
