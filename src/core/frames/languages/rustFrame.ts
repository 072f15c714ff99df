import type { Base1 } from '../../../base/units';
import { CharSet } from '../charSet';
import type { Draft, Frame } from '../frame';
import { frameFrom } from '../frameParts';
import { isDigit, lineNumberFrom } from '../lineNumber';
import { kindOfRustCode } from '../packageKind';

/** A place as printed: `./src/order.rs:3:68`. */
export interface RustPlace {
  readonly file: string;
  readonly lineBase1: Base1;
  readonly columnBase1?: Base1;
}

/** Reads `at ./src/order.rs:3:68`, the line below a function. */
export function parseRustPlaceLine(line: string): RustPlace | undefined {
  const text = line.trim();
  return text.startsWith('at ') ? parseRustPlace(text.slice(3)) : undefined;
}

/** Reads `FILE:LINE:COLUMN` or `FILE:LINE` of a source file of Rust, C or C++. */
export function parseRustPlace(text: string): RustPlace | undefined {
  const last = text.lastIndexOf(':');
  const lastNumber = last < 1 ? undefined : lineNumberFrom(text, last + 1, text.length);
  if (lastNumber === undefined) {
    return undefined;
  }
  const before = text.lastIndexOf(':', last - 1);
  const lineNumber = before < 1 ? undefined : lineNumberFrom(text, before + 1, last);
  const file = text.slice(0, lineNumber === undefined ? last : before);
  if (!/\.(?:rs|c|cc|cpp|h|hpp|S|s)$/.test(file.slice(-6)) || file.includes('(')) {
    return undefined;
  }
  return lineNumber === undefined
    ? { file, lineBase1: lastNumber }
    : { file, lineBase1: lineNumber, columnBase1: lastNumber };
}

/** Reads `  3: shop::main`, or at full detail `  3:  0x5649465f9f8a - shop::main::h0123`; the name of the function. */
export function parseRustFunction(line: string): string | undefined {
  let at = 0;
  while (line.charCodeAt(at) === 0x20) {
    at++;
  }
  const digits = at;
  while (at < digits + 6 && line.charCodeAt(at) >= 0x30 && line.charCodeAt(at) <= 0x39) {
    at++;
  }
  if (at === digits || !line.startsWith(': ', at)) {
    return undefined;
  }
  const rest = line.slice(at + 2).trim();
  const address = /^0x[\da-f]{1,16} - /.exec(rest.slice(0, 40));
  const name = address ? rest.slice(address[0].length) : rest;
  return name !== '' && (address !== null || isRustName(name)) ? name : undefined;
}

/** Paths with `::`, with blanks only inside `<…>`; names of C are told by the standard library's frames around them. */
export function isRustName(name: string): boolean {
  let depth = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0x3c) {
      depth++;
    } else if (code === 0x3e && name.charCodeAt(i - 1) !== 0x2d) {
      depth--;
    } else if (code === 0x20 && depth <= 0) {
      return false;
    } else if (code === 0x22 || code === 0x27) {
      return false;
    }
  }
  const first = name.charCodeAt(0);
  return (
    name.includes('::') &&
    (CRATE_CHARS.hasAll(name, 0, 1) ? !isDigit(first) : '<&*[({'.includes(name.charAt(0)))
  );
}

/** The frame of a function and its place; either may be missing. */
export function rustFrame(
  raw: string,
  rawLine: number,
  name: string | undefined,
  place: RustPlace | undefined,
): Draft<Frame> {
  return frameFrom(raw, rawLine, {
    function: name,
    module: name === undefined ? undefined : crateOf(name),
    file: place?.file,
    lineBase1: place?.lineBase1,
    columnBase1: place?.columnBase1,
    kind: kindOfRustCode(name ?? '', place?.file),
  });
}

/** `shop` of `<shop[9f3a]::Order as core::fmt::Debug>::fmt`. */
function crateOf(name: string): string | undefined {
  let start = 0;
  while (name.charCodeAt(start) === LESS) {
    start++;
  }
  const end = CRATE_CHARS.endOfAll(name, start, Math.min(name.length, start + 101));
  if (end === start || isDigit(name.charCodeAt(start))) {
    return undefined;
  }
  const isCrate = name.startsWith('::', end) || /^\[[\da-f]+\]::/.test(name.slice(end, 200));
  return isCrate ? name.slice(start, end) : undefined;
}

const CRATE_CHARS = new CharSet('_');
const LESS = 0x3c;

const DEBUG_FRAME = '{ fn: "';

/** Reads `Backtrace [{ fn: "shop::main", file: "./src/main.rs", line: 10 }, …]`, all on one line. */
export function parseRustDebug(line: string, rawLine: number): Draft<Frame>[] {
  const frames: Draft<Frame>[] = [];
  for (let at = line.indexOf(DEBUG_FRAME); at !== -1;) {
    const next = line.indexOf(DEBUG_FRAME, at + 1);
    const raw = line.slice(at, next === -1 ? undefined : next);
    const match = /^\{ fn: "([^"]{1,4000})"(?:, file: "([^"]{1,4000})", line: (\d{1,10}))? \}/.exec(raw);
    if (match) {
      const number = lineNumberFrom(match[3] ?? '', 0, match[3]?.length ?? 0);
      const place =
        match[2] === undefined || number === undefined ? undefined : { file: match[2], lineBase1: number };
      frames.push(rustFrame(match[0], rawLine, match[1], place));
    }
    at = next;
  }
  return frames;
}
