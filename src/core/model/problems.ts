/** What is wrong with a trace, with the number of spans concerned and up to 100 of their rows. Sentences are in `words.ts`. */
export interface TraceProblem {
  readonly code:
    | 'orphanSpans'
    | 'cycle'
    | 'duplicateSpans'
    | 'conflictingSpans'
    | 'negativeDuration'
    | 'clampedTime'
    | 'clockSkew'
    | 'severalRoots'
    | 'openSpans'
    | 'invalidText'
    | 'partial';
  readonly count: number;
  readonly rows: readonly number[];
}
