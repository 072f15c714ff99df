import { drift } from './drift';
import { languages } from './languages';
import { npmParsers } from './npmParsers';
import type { Proof } from './proof';
import { tc39 } from './tc39';

/** Every proof, in the order in which they run. */
export const proofs: readonly Proof[] = [languages, npmParsers, drift, tc39];
