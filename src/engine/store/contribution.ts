/** What one run adds to the counts. */
export interface CountedRun {
  /** Row of `operations`. */
  readonly operation: number;
  readonly startMs: number;
  readonly failed: boolean;
  /** Rows of `failureGroups` with what became of the run in spite of the failure. */
  readonly failures: readonly { readonly group: number; readonly recovered: boolean }[];
}

/**
 * What is counted of a trace, as `traces.runs` holds it: a later verdict takes this away again and adds its own, so that nothing counts
 * twice and nothing is left behind.
 */
export type Contribution = readonly CountedRun[];

type RunText = readonly [
  operation: number,
  startMs: number,
  failed: 0 | 1,
  ...failures: readonly (readonly [group: number, recovered: 0 | 1])[],
];

/** JSON of arrays: a run without failures takes some 25 bytes. Put together by hand, as there are only numbers in it, and one for every trace. */
export function textFromContribution(contribution: Contribution): string {
  return `[${contribution.map(textOfRun).join(',')}]`;
}

function textOfRun({ operation, startMs, failed, failures }: CountedRun): string {
  const failureTexts = failures.map(({ group, recovered }) => `,[${group},${recovered ? 1 : 0}]`);
  return `[${operation},${startMs},${failed ? 1 : 0}${failureTexts.join('')}]`;
}

/** Reads what {@link textFromContribution} wrote. */
export function contributionFromText(text: string): Contribution {
  return (JSON.parse(text) as RunText[]).map(([operation, startMs, failed, ...failures]) => ({
    operation,
    startMs,
    failed: failed === 1,
    failures: failures.map(([group, recovered]) => ({ group, recovered: recovered === 1 })),
  }));
}
