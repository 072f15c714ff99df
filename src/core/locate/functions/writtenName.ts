import type { LineOwners } from './codeScope';

/** Whether two functions are the same, as far as they have names to compare. */
export type Enclosure = 'same' | 'other' | 'unknown';

/** The function that a runtime printed, as its source declares it. What the name does not tell is absent. */
export interface WrittenName {
  /** Any of them; absent where only a place outside of functions, or a closure, fits. */
  readonly names?: readonly string[];
  /** Names of types one of which is around it. */
  readonly types?: readonly string[];
  readonly arity?: number;
  /** Code of a closure, where the runtime tells it from the code around. */
  readonly isClosure?: boolean;
  /** The code may stand in no function: in the body of the type, or of the file. */
  readonly isBody?: boolean;
  /** A closure, whose name may be that of the field or variable that it initialises. */
  readonly isField?: boolean;
}

/** How strictly closures are told apart: only where the language gives them names of their own. */
export interface CompareOptions {
  readonly tellsClosures: boolean;
  readonly ignoreCase?: boolean;
}

/** Whether one of a line's functions is the printed one. */
export function compareOwners(owners: LineOwners, written: WrittenName, options: CompareOptions): Enclosure {
  const { names, types, arity, isClosure = false, isBody = false } = written;
  const plain = (name: string): string => (options.ignoreCase === true ? name.toLowerCase() : name);
  const isType = (type: string | undefined): boolean =>
    types === undefined ||
    type === undefined ||
    type === '' ||
    types.some((name) => plain(name) === plain(type));
  if (isBody && owners.isBody && (!isClosure || !options.tellsClosures || owners.isBodyClosure)) {
    if (owners.types.length === 0 ? isType(undefined) : owners.types.some(isType)) {
      return 'same';
    }
  }
  const fits = owners.functions.some(
    (found) =>
      (names === undefined ? isClosure : names.some((name) => plain(name) === plain(found.name))) &&
      isType(found.type) &&
      (arity === undefined ||
        found.arity === undefined ||
        (arity >= found.arity[0] && arity <= found.arity[1])) &&
      (!options.tellsClosures || (isClosure ? found.closure !== 'none' : found.closure !== 'all')),
  );
  if (fits) {
    return 'same';
  }
  return names === undefined && isClosure && owners.isBodyClosure ? 'same' : 'other';
}

/** What follows the last `separator`, outside of brackets; the whole text where there is none. */
export function lastPart(
  text: string,
  separator: string,
): { readonly before: string; readonly last: string } {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const char = text.charAt(at);
    if (char === '>' || char === ']' || char === ')' || char === '}') {
      // `->` closes nothing.
      depth += char === '>' && text.charAt(at - 1) === '-' ? 0 : 1;
    } else if (char === '<' || char === '[' || char === '(' || char === '{') {
      depth--;
    } else if (depth <= 0 && text.startsWith(separator, at)) {
      return { before: text.slice(0, at), last: text.slice(at + separator.length) };
    }
  }
  return { before: '', last: text };
}
