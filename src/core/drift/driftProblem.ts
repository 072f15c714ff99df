/** Why a line could not be followed from the revision that ran to the file as it is now; `words.ts` has the sentence. */
export interface DriftProblem {
  readonly code:
    | 'revisionMissing'
    | 'revisionAmbiguous'
    | 'historyShallow'
    | 'notARepository'
    | 'gitUnavailable'
    | 'gitFailed';
  readonly params: {
    /** As the trace or a person said it. */
    readonly revision: string;
    /** The workspace folder. */
    readonly folder: string;
  };
}
