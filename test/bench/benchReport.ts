/** One figure of a bench, beside what it is to be compared with. */
export interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured in the same run for comparison. */
  readonly baseline?: string;
  readonly baselineValue?: number;
  /** The figure asked for, in words. */
  readonly target?: string;
  readonly ok?: boolean;
}

/** How a bench tells its figures, each as soon as it is known. */
export type BenchReport = (line: BenchLine) => void;
