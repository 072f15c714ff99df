import type { LocatedGroup } from '../../protocol/analysis';
import { rateText } from '../../words';

/** `12 of 340 (3.5 %)` of a group; with `≥` where a cap was hit, so that no list is `complete`, or connections may have counted the same runs. */
export function groupRate({ failing, runs, isLowerBound }: LocatedGroup, complete: boolean): string {
  return rateText(failing, runs, complete && isLowerBound !== true);
}
