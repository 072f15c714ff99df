import type { Draft, ParsedException, StackLanguageId, StackProblem } from './frame';

/** A stack text as lines, the escaping of loggers undone. */
export interface StackText {
  readonly lines: readonly string[];
  /** Number of each line in the full text, from 0: differs from its index only after a gap. */
  readonly numbers: readonly number[];
  /** Index of the line before the gap of a text too long to be read whole, and of the line after it; those two may be incomplete. */
  readonly gap?: { readonly before: number; readonly after: number };
  readonly problems: readonly StackProblem[];
}

/** The lines of a text as a language's parser sees them. */
export interface SectionInput {
  readonly text: StackText;
  /** First line that no section before took: where a header can begin. */
  readonly headerFrom: number;
  /** The line at which `detect` said yes. */
  readonly at: number;
  /** Index that the first exception of this section will have among all of the text. */
  readonly firstIndex: number;
  /** What the span or log record says besides the text. */
  readonly hint: StackHint;
  /** Whether the line is inside the message that is known from elsewhere. */
  readonly isMessage: (line: number) => boolean;
  /** Whether a section of another language begins at this line. */
  readonly otherAt: (line: number) => boolean;
}

/** Lines of a text by their indexes, without `to`. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** What is known about an exception besides its stack text. */
export interface StackHint {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  /** `telemetry.sdk.language` of the resource: decides texts that several languages print alike. */
  readonly language?: string | undefined;
}

/** Nothing but the text is known. */
export const NO_HINT: StackHint = {};

/** What a language read from one section. */
export interface Section {
  readonly exceptions: Draft<ParsedException>[];
  /** First line after the section; greater than `at`. */
  readonly next: number;
  /** First line that can be the header of what follows, where lines before `next` were not surely this section's. */
  readonly headerFrom?: number;
}

/**
 * How stacks of one language are read; `First` is what its parser can use of the line that a section begins with. Both functions are linear
 * in the characters they look at.
 */
export interface StackLanguage<First = unknown> {
  readonly id: StackLanguageId;
  /** Characters that the first line of a section can begin with, after blanks; absent where it can be any. */
  readonly firsts?: string;
  /** Each first line of a section holds one of these: `detect` is asked for no other line. */
  readonly words: readonly string[];
  /** Whether a section begins with this line, leaving aside a header before it; `next` is the line below. */
  detect(line: string, next: string | undefined, hint: StackHint): First | false;
  /** Reads a section from `input.at` on; `first` is what `detect` found there. */
  parse(input: SectionInput, first: First): Section;
}
