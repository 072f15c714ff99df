import type { Base1 } from '../base/units';
import type { DriftProblem } from '../core/drift/driftProblem';
import type { ExceptionRelation, FrameKind, StackLanguageId, StackProblem } from '../core/frames/frame';
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
  /** What speaks for the file and the line, in the order it was found; never empty. */
  readonly evidence: readonly Evidence[];
  /** Of a span's code: the source line that matched what the span tells, trimmed, at most 200 characters. */
  readonly matched?: string;
}

/** A line at the revision that ran. */
export interface DeployedLine {
  /** Full commit id. */
  readonly revision: string;
  readonly path: string;
  readonly folder?: string;
  readonly lineBase1: Base1;
}

/** Code of a package, shown read-only: a file outside or inside the workspace, an entry of a source archive, or text inside a source map. */
export type LibrarySource =
  | { readonly kind: 'file'; /** Absolute. */ readonly path: string }
  | { readonly kind: 'archive'; /** Absolute. */ readonly archive: string; readonly entry: string }
  | {
      readonly kind: 'sourcesContent';
      /** The map, or the generated file that holds it; absolute. */
      readonly map: string;
      /** As the map spells it. */
      readonly source: string;
    };

/** Where a package's frame can be read. */
export interface LibraryPlace {
  readonly source: LibrarySource;
  readonly lineBase1?: Base1;
  readonly columnBase1?: Base1;
}

/** A file that a frame may mean. */
export interface LocationCandidate {
  readonly path: string;
  readonly folder?: string;
  readonly lineBase1?: Base1;
  readonly evidence: readonly Evidence[];
  /** As of a location. */
  readonly matched?: string;
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
  /** The line as it was deployed, where the revision that ran is known; also where the line is gone since. */
  readonly deployed?: DeployedLine;
  /** Where code that is not the project's own can be read; never together with `location`. */
  readonly library?: LibraryPlace;
  /** Why there is no location. */
  readonly reason?: UnknownReason;
  /** Best first; only where there is no location, or a likely one that other files rival. */
  readonly candidates?: readonly LocationCandidate[];
  /** In order of application; empty where there is no location. */
  readonly via: readonly Via[];
  readonly elided?: number;
}

/** One exception with its frames, newest call first. */
export interface ResolvedException {
  /** Absent where the exception came without a stack text. */
  readonly language?: StackLanguageId;
  readonly type?: string;
  readonly message?: string;
  readonly relation: ExceptionRelation;
  /** Index among the exceptions of the stack. */
  readonly parent?: number;
  readonly frames: readonly ResolvedFrame[];
}

/** Something the reader of a resolved stack must know; `words.ts` has the sentence. */
export type ResolveProblem = StackProblem | MapProblem | DriftProblem;

/** A stack text with every frame looked up: what `spanline resolve --json` prints. */
export interface ResolvedStack {
  /** In the order of the text. */
  readonly exceptions: readonly ResolvedException[];
  readonly problems: readonly ResolveProblem[];
}
