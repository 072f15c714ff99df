import type { Base1 } from '../base/units';
import type { ExceptionRelation, FrameKind, StackProblem } from '../core/frames/frame';
import type { Evidence, Grade, LocationReason, UnknownReason, Via } from '../core/locate/grade';
import type { MapProblem } from '../core/sourcemaps/mapFault';

/** A line of a file in the workspace. */
export interface Location {
  /** Relative to its workspace folder, with `/`. */
  readonly path: string;
  /** Name of that folder; absent where the workspace has one folder. */
  readonly folder?: string;
  readonly lineBase1: Base1;
  /** In UTF-16 units; absent where the stack tells none (Python). */
  readonly columnBase1?: Base1;
  readonly grade: Grade;
  readonly reason: LocationReason;
}

/** A file that a frame may mean. */
export interface LocationCandidate {
  readonly path: string;
  readonly folder?: string;
  readonly lineBase1?: Base1;
  readonly evidence: readonly Evidence[];
}

/** A frame as printed, with its place in the workspace where that is known. */
export interface ResolvedFrame {
  readonly raw: string;
  /** Index of the line in the stack text, from 0. */
  readonly rawLine: number;
  readonly function?: string;
  readonly file?: string;
  readonly lineBase1?: Base1;
  readonly columnBase1?: Base1;
  readonly kind: FrameKind;
  readonly inApp: boolean;
  readonly async?: true;
  readonly location?: Location;
  /** Name of the function at the location, where `function` is the one a bundler gave it. */
  readonly sourceFunction?: string;
  /** Why there is no location. */
  readonly reason?: UnknownReason;
  /** Best first; only where there is no location. */
  readonly candidates?: readonly LocationCandidate[];
  /** In order of application; empty where there is no location. */
  readonly via: readonly Via[];
  readonly elided?: number;
}

/** One exception with its frames, newest call first. */
export interface ResolvedException {
  readonly type?: string;
  readonly message?: string;
  readonly relation: ExceptionRelation;
  /** Index among the exceptions of the stack. */
  readonly parent?: number;
  readonly frames: readonly ResolvedFrame[];
}

/** Something the reader of a resolved stack must know; `words.ts` has the sentence. */
export type ResolveProblem = StackProblem | MapProblem;

/** A stack text with every frame looked up: what `spanline resolve --json` prints. */
export interface ResolvedStack {
  /** In the order of the text. */
  readonly exceptions: readonly ResolvedException[];
  readonly problems: readonly ResolveProblem[];
}
