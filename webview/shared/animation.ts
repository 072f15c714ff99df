const lengthMs = 120;

/** Runs one animation at a time; starting another, or `cancel`, ends the one before where it is. */
export class Animation {
  private frame: number | undefined;

  get isRunning(): boolean {
    return this.frame !== undefined;
  }

  /** Calls `step` with the eased share from 0 to 1; at once with 1 where motion is reduced. */
  run(step: (share: number) => void): void {
    this.cancel();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      step(1);
      return;
    }
    const startMs = performance.now();
    const tick = (nowMs: number): void => {
      const share = Math.min(1, Math.max(0, (nowMs - startMs) / lengthMs));
      this.frame = share < 1 ? requestAnimationFrame(tick) : undefined;
      step(1 - (1 - share) ** 3);
    };
    this.frame = requestAnimationFrame(tick);
  }

  cancel(): void {
    if (this.frame !== undefined) {
      cancelAnimationFrame(this.frame);
      this.frame = undefined;
    }
  }
}
