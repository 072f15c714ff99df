import type { Base1 } from '../../base/units';

/** What a frame's code is: the project's own (`app`), a package (`dependency`), the language's runtime, tracing (`sdk`), or code without a file. */
export type FrameKind =
  'app' | 'dependency' | 'runtime' | 'sdk' | 'eval' | 'wasm' | 'native' | 'generated' | 'unknown';

/** Languages whose stack texts are read; one file of this folder each. */
export type StackLanguageId =
  | 'javascript'
  | 'python'
  | 'jvm'
  | 'go'
  | 'dotnet'
  | 'php'
  | 'rust'
  | 'ruby'
  | 'elixir'
  | 'erlang'
  | 'swift'
  | 'dart'
  | 'cpp'
  | 'lua'
  | 'perl';

/** One call of a stack text. Names and paths are as printed; nothing is mapped to a workspace here. */
export interface Frame {
  /** The line as printed, without its line end. */
  readonly raw: string;
  /** Index of that line in the text, from 0. */
  readonly rawLine: number;
  /** Name as printed, without `async` and without `[as alias]`; absent for anonymous functions. */
  readonly function?: string;
  /** What stands before the method in a function name: the class or receiver. */
  readonly className?: string;
  /** Package of the code, where the function's name tells it: Java package, Go import path, Rust crate. */
  readonly module?: string;
  /** Path or URL as printed; of an `eval` frame, the file that called `eval`. */
  readonly file?: string;
  readonly lineBase1?: Base1;
  /** Column in UTF-16 units as V8 counts them; Python prints none. */
  readonly columnBase1?: Base1;
  readonly kind: FrameKind;
  /** The project's own code on the way to the failure, judged by the printed name and path alone. */
  readonly inApp: boolean;
  /** A caller known only through `await`. */
  readonly async?: true;
  /** What started the goroutine; it was not waiting for it. */
  readonly createdBy?: true;
  /** Number of calls that the text left out after this frame. */
  readonly elided?: number;
  /** The source line printed below the frame (Python), trimmed. */
  readonly sourceText?: string;
  /** The text is cut at this frame or may be, so that a part of it may be missing. */
  readonly cut?: true;
}

/** How an exception hangs together with its `parent`: a `cause` led to it, a `context` was being handled when it was raised. */
export type ExceptionRelation = 'root' | 'cause' | 'context' | 'suppressed' | 'group-member' | 'recovered';

/** One exception of a stack text. */
export interface ParsedException {
  readonly language: StackLanguageId;
  readonly type?: string;
  readonly message?: string;
  readonly relation: ExceptionRelation;
  /** Index, among the exceptions of the text, of the one this belongs to; absent for roots. */
  readonly parent?: number;
  /** Thread or goroutine that it happened in, as printed. */
  readonly thread?: string;
  /** Newest call first. */
  readonly frames: readonly Frame[];
  /** Number of oldest calls that were not printed, as they equal the oldest calls of `parent`. */
  readonly commonWithParent?: number;
  /** The text ended inside this exception. */
  readonly truncated?: true;
}

/** Something about the text that its reader must know; `words.ts` has the sentence. */
export interface StackProblem {
  readonly code: 'stackTooLong';
  /** Characters of the text, and how many of them were read. */
  readonly params: { readonly chars: number; readonly readChars: number };
}

/** What a stack text holds; no frames where it is no stack. */
export interface ParsedStack {
  /** In the order of the text. */
  readonly exceptions: readonly ParsedException[];
  readonly problems: readonly StackProblem[];
}

/** A value under construction. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };
