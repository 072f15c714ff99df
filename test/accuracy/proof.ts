/** One thing that `npm run accuracy` shows; a file of this folder exports it, and `proofs.ts` lists it. */
export interface Proof {
  /** Runs with `--flag` alone, together with the words behind it; a proof without one runs where no flag is given. */
  readonly flag?: string;
  readonly title: string;
  /** Prints its tables and answers with the limits that it broke, each as a sentence. */
  run(words: readonly string[], print: (text: string) => void): Promise<readonly string[]>;
}
