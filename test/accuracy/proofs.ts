import { drift } from './drift';
import { languages } from './languages';
import type { Proof } from './proof';

/** Every proof, in the order in which they run. */
export const proofs: readonly Proof[] = [languages, drift];
