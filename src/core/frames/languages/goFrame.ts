import type { Base1 } from '../../../base/units';
import { CharSet } from '../charSet';
import type { Draft, Frame } from '../frame';
import { frameFrom } from '../frameParts';
import { isDigit, lineNumberFrom } from '../lineNumber';
import { kindOfGoPackage } from '../packageKind';

/** Where a call is, on the line below its function. */
export interface GoPlace {
  readonly file: string;
  readonly lineBase1?: Base1;
  /** A `+0x…` follows, so the line number is complete. */
  readonly hasOffset: boolean;
}

/** What a function line says. */
export interface GoFunction {
  readonly name: string;
  readonly createdBy: boolean;
}

/**
 * Reads `\tfile.go:12 +0x65 fp=0x… sp=0x… pc=0x…`. The path may hold blanks only if it is absolute, which keeps prose and the
 * compiler's messages out.
 */
export function parseGoPlace(line: string): GoPlace | undefined {
  const first = line.charCodeAt(0);
  if ((first !== 0x09 && first !== 0x20) || !line.includes(':')) {
    return undefined;
  }
  const trimmed = line.trim();
  const end = placeEnd(trimmed);
  const colon = trimmed.lastIndexOf(':', end - 1);
  const file = trimmed.slice(0, colon);
  if (colon < 4 || !isGoFile(file)) {
    return undefined;
  }
  const hasOffset = end < trimmed.length;
  const lineBase1 = lineNumberFrom(trimmed, colon + 1, end);
  if (lineBase1 === undefined) {
    return trimmed.slice(colon + 1, end) === '0' ? { file, hasOffset } : undefined;
  }
  return { file, lineBase1, hasOffset };
}

/** Reads `pkg/path.(*T).Method(0x1, {...})`, `created by pkg.f in goroutine 1`, or, as `github.com/pkg/errors` prints it, `pkg.f`. */
export function parseGoFunction(line: string): GoFunction | undefined {
  let text = line.trim();
  const createdBy = text.startsWith('created by ');
  if (createdBy) {
    text = text.slice(11);
    const goroutine = text.lastIndexOf(' in goroutine ');
    text = goroutine === -1 ? text : text.slice(0, goroutine);
  }
  const open = text.endsWith(')') ? openOfArguments(text) : text.length;
  const name = open === undefined ? '' : text.slice(0, open);
  return isFunctionName(name, open !== undefined && open < text.length) ? { name, createdBy } : undefined;
}

/** Name in a function line that was cut inside its arguments: `main.deep(0x7fbb`. */
export function parseCutGoFunction(line: string): GoFunction | undefined {
  // The first parenthesis after the last bracket of a receiver opens the arguments.
  const receiver = line.lastIndexOf(').');
  const open = line.indexOf('(', receiver === -1 ? 0 : receiver);
  const name = open === -1 ? '' : line.slice(0, open);
  return isFunctionName(name, true) ? { name, createdBy: false } : undefined;
}

/** The frame of a function and the place below it; either may be missing where the text was cut. */
export function goFrame(
  raw: string,
  rawLine: number,
  called: GoFunction | undefined,
  place: GoPlace | undefined,
): Draft<Frame> {
  const names = called === undefined ? undefined : namesFrom(called.name);
  const kind = kindOfGoPackage(names?.module, place?.file);
  const frame = frameFrom(raw, rawLine, {
    function: names?.function,
    className: names?.className,
    module: names?.module,
    file: place?.file,
    lineBase1: place?.lineBase1,
    kind,
  });
  if (called?.createdBy === true) {
    frame.createdBy = true;
    frame.inApp = false;
  }
  return frame;
}

/** Import path and receiver: `github.com/acme/shop/store.(*Repo[...]).Get` is in `github.com/acme/shop/store`, of `Repo`. */
function namesFrom(name: string): { function: string; module: string; className?: string } {
  if (!name.includes('.')) {
    return { function: name, module: 'runtime' };
  }
  const slash = name.lastIndexOf('/', firstOf(name, '(['));
  const dot = name.indexOf('.', slash + 1);
  const module = name.slice(0, dot);
  if (name.startsWith('(', dot + 1)) {
    const end = firstOf(name, '[)', dot + 2);
    const start = name.startsWith('*', dot + 2) ? dot + 3 : dot + 2;
    return { function: name, module, className: name.slice(start, end) };
  }
  const next = name.indexOf('.', dot + 1);
  const owner = next === -1 ? '' : name.slice(dot + 1, next);
  // `main.main.func1` is a closure, `main.Order.total` a method.
  const isMethod =
    /^[\p{L}_][\p{L}\d_]*(?:\[.*\])?$/u.test(owner) &&
    !/^(?:func\d|\d|gowrap|deferwrap)/.test(name.slice(next + 1));
  return isMethod ? { function: name, module, className: owner } : { function: name, module };
}

function firstOf(text: string, characters: string, from = 0): number {
  let first = text.length;
  for (const character of characters) {
    const at = text.indexOf(character, from);
    first = at === -1 ? first : Math.min(first, at);
  }
  return first;
}

/** Where the place ends: before an offset and registers, or at the end of the text. */
function placeEnd(trimmed: string): number {
  const offset = trimmed.lastIndexOf(' +0x');
  if (offset !== -1) {
    return OFFSET.test(trimmed.slice(offset, offset + 120)) ? offset : trimmed.length;
  }
  const registers = trimmed.lastIndexOf(' fp=0x');
  return registers === -1 ? trimmed.length : registers;
}

const OFFSET = /^ \+0x[\da-f]{1,16}(?: [a-z]{2}=0x[\da-f]{1,16}){0,4}$/;

function isGoFile(file: string): boolean {
  if (file === '<autogenerated>') {
    return true;
  }
  const isSource = file.endsWith('.go') || /\.(?:s|c|cc|cpp|h)$/.test(file.slice(-5));
  // Comments hold places, too.
  if (!isSource || file.startsWith('at ') || file.startsWith('//')) {
    return false;
  }
  return file.startsWith('/') || (!file.includes(' ') && !file.includes('(')) || /^[A-Za-z]:[/\\]/.test(file);
}

/** Index of the parenthesis that opens the arguments, balanced from the right: receivers have parentheses of their own. */
function openOfArguments(text: string): number | undefined {
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const code = text.charCodeAt(i);
    if (code === 0x29) {
      depth++;
    } else if (code === 0x28) {
      depth--;
      if (depth === 0) {
        return i;
      }
    }
  }
  return undefined;
}

/** A dotted name without blanks, but for those inside the brackets of type arguments; `panic` and the runtime's oldest functions have no package. */
function isFunctionName(name: string, hasArguments: boolean): boolean {
  if (!name.includes('.')) {
    return hasArguments && /^[a-zA-Z_]\w{0,100}$/.test(name);
  }
  if (name.length > 4_000 || name.endsWith('.')) {
    return false;
  }
  if (PLAIN_NAME.hasAll(name)) {
    return !isDigit(name.charCodeAt(0)) && !'./-'.includes(name.charAt(0));
  }
  const bracket = name.indexOf('[');
  const plain = bracket === -1 ? name : name.slice(0, bracket);
  return /^[\p{L}_]/u.test(plain) && !/[\s:"'`]/.test(plain) && countOf(name, 0x28) === countOf(name, 0x29);
}

const PLAIN_NAME = new CharSet('_./-');

function countOf(text: string, code: number): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    count += text.charCodeAt(i) === code ? 1 : 0;
  }
  return count;
}
