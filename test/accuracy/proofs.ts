import { drift } from './drift';
import { languages } from './languages';
import { monorepo } from './monorepo';
import { mutations } from './mutations';
import { npmParsers } from './npmParsers';
import type { Proof } from './proof';
import { spans } from './spans';
import { tc39 } from './tc39';

/** Every proof, in the order in which they run. */
export const proofs: readonly Proof[] = [languages, monorepo, mutations, npmParsers, drift, spans, tc39];
