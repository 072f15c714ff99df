import type { Call } from './callReader';
import type { CodeReader } from './codeReader';

/** What is known at a place of a file beyond the call itself. */
export interface ScanPlace {
  readonly reader: CodeReader;
  /** Path of the file, relative with `/`. */
  readonly path: string;
  /** Prefixes that a variable of the file gives its routes. */
  readonly prefixes: Map<string, string>;
  /** Prefix of the class around. */
  readonly classPrefix: string | undefined;
  /** Says that the class declared behind the call's decorator gives its routes a prefix. */
  readonly setClassPrefix: (call: Call, prefix: string) => void;
}

/** Reads facts out of the calls of one name. */
export type ScanRule = (call: Call, place: ScanPlace) => void;
