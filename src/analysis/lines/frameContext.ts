import type { Frame } from '../../core/frames/frame';
import type { FileMatch } from '../../core/locate/findFile';
import type { RemotePath } from '../../core/locate/remotePath';
import type { ChosenMap } from '../../protocol/analysis';
import type { ResolveProblem } from '../../protocol/resolve';
import type { DeployedContext } from '../drift/driftFrames';
import type { Answer } from './frameAnswer';

/** What a frame's service knows. */
export interface FrameContext {
  readonly find: (remote: RemotePath) => FileMatch;
  /** Found on the way, each once. */
  readonly problems: Map<string, ResolveProblem>;
  /** By what a frame says: recursion repeats frames, and chains repeat their ends. */
  readonly answers: Map<string, Promise<Answer>>;
  /** Maps that a person chose for generated files. */
  readonly chosenMaps: readonly ChosenMap[];
  /** The revision that ran, where it is known. */
  readonly deployed?: DeployedContext | undefined;
  /** All frames of the stack: those of one generated file tell together whether it is the build that ran. */
  readonly frames: readonly Frame[];
}
