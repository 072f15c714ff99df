/** What every step of the set-up gets. */
export interface Setup {
  /** The folder of the sample, absolute. */
  readonly root: string;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}
