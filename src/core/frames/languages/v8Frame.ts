import type { Base1 } from '../../../base/units';
import type { Draft, Frame, FrameKind } from '../frame';
import { kindOfPath } from '../frameKind';
import { lineNumberFrom } from '../lineNumber';

interface Position {
  readonly file: string;
  readonly lineBase1: Base1;
  readonly columnBase1: Base1;
}

type FrameParts = Draft<Frame>;

/**
 * Reads one line of a V8 stack (Node.js, Chrome, Deno, Bun). Lines that begin with `at` but name neither a position nor a
 * place inside the runtime are prose and give `undefined`.
 */
export function parseV8Frame(raw: string, rawLine: number): Draft<Frame> | undefined {
  let start = 0;
  while (isBlank(raw.charCodeAt(start))) {
    start++;
  }
  if (!raw.startsWith('at ', start)) {
    return undefined;
  }
  const end = endOfFrame(raw);
  start += 3;
  while (start < end && isBlank(raw.charCodeAt(start))) {
    start++;
  }
  const isAsync = raw.startsWith('async ', start) && end - start > 6;
  const parts = parseCall(raw.slice(isAsync ? start + 6 : start, end));
  if (!parts) {
    return undefined;
  }
  // Filled in place: spreading the parts of every frame took a third of the time.
  parts.raw = raw;
  parts.rawLine = rawLine;
  if (isAsync) {
    parts.async = true;
  }
  return parts;
}

/** `util.inspect` ends the last frame with ` {` before own properties, and with `,` or `]` inside a list. */
function endOfFrame(text: string): number {
  let end = text.length;
  while (end > 0 && isInspectEnd(text.charCodeAt(end - 1))) {
    end--;
  }
  return end;
}

/** A blank, `{`, `,` or `]`. */
function isInspectEnd(code: number): boolean {
  return isBlank(code) || code === 0x7b || code === 0x2c || code === 0x5d;
}

/** Text that was copied out of a page can have unbreakable blanks. */
function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xa0;
}

function parseCall(body: string): FrameParts | undefined {
  if (body.endsWith(')')) {
    const open = openingParenthesis(body);
    if (open !== undefined) {
      const parts = parsePlace(body.slice(open + 1, -1));
      return parts && named(parts, body.slice(0, open).trim());
    }
  }
  // An open parenthesis is left where the text was cut inside a place.
  return isBalanced(body, body.length) ? parseBarePlace(body) : undefined;
}

/**
 * Index of the parenthesis that opens the location. Balanced from the right, because function names and paths hold
 * parentheses of their own; when what is left of it does not balance, the path held a lone one and the search goes on.
 */
function openingParenthesis(body: string): number | undefined {
  let depth = 0;
  let found: number | undefined;
  for (let i = body.length - 1; i >= 0; i--) {
    const code = body.charCodeAt(i);
    if (code === CLOSE) {
      depth++;
    } else if (code === OPEN) {
      depth--;
      if (depth <= 0) {
        found = i;
        if (isBalanced(body, i)) {
          return i;
        }
        const first = body.indexOf(' (');
        return first === -1 ? i : first + 1;
      }
    }
  }
  const first = body.indexOf(' (');
  return first === -1 ? found : first + 1;
}

const OPEN = 0x28;
const CLOSE = 0x29;

function isBalanced(text: string, end: number): boolean {
  let depth = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === OPEN) {
      depth++;
    } else if (code === CLOSE) {
      depth--;
      if (depth < 0) {
        return false;
      }
    }
  }
  return depth === 0;
}

/** The inside of the parentheses. */
function parsePlace(place: string): FrameParts | undefined {
  const first = place.charCodeAt(0);
  if (first === 0x2f || first === 0x66) {
    // A folder or a URL of a file: most places.
    return parseBarePlace(place);
  }
  if (place.startsWith('eval at ')) {
    return parseEval(place);
  }
  if (place === '<anonymous>' || place === 'native' || place.startsWith('index ')) {
    return frameOf(place === 'native' ? 'native' : 'runtime');
  }
  if (place.length < 40 && BUN_BUILTIN.test(place)) {
    return frameOf('native');
  }
  if (place.startsWith('address at ')) {
    return parseHermesAddress(place.slice(11));
  }
  if (place.startsWith('async ')) {
    const parts = parsePlace(place.slice(6));
    if (parts) {
      parts.async = true;
    }
    return parts;
  }
  return parseBarePlace(place);
}

/** Bun's places of its own functions. */
const BUN_BUILTIN = /^(?:unknown|:0|native:\d{1,9}:\d{1,9})$/;

/** Hermes counts bytes of its bytecode from 0 where others print a column; its source maps count the same. */
function parseHermesAddress(place: string): FrameParts | undefined {
  const offsetAt = place.lastIndexOf(':') + 1;
  const offset = place.slice(offsetAt);
  if (!/^\d{1,9}$/.test(offset)) {
    return undefined;
  }
  const position = parsePosition(`${place.slice(0, offsetAt)}${Number(offset) + 1}`);
  return position && frameOf(kindOfPath(position.file), position);
}

/** A location without parentheses. */
function parseBarePlace(place: string): FrameParts | undefined {
  const wasm = parseWasm(place);
  if (wasm) {
    return wasm;
  }
  const position = parsePosition(place);
  // Rust prints its places alike.
  if (!position || !isFile(position.file) || position.file.endsWith('.rs')) {
    return undefined;
  }
  return frameOf(kindOfPath(position.file), position);
}

/** `wasm://wasm/882f5446:wasm-function[0]:0x21`; the byte offset is no position in a source file. */
function parseWasm(place: string): FrameParts | undefined {
  const mark = place.lastIndexOf(':wasm-function[');
  if (mark <= 0) {
    return undefined;
  }
  const end = place.indexOf(']', mark);
  if (end === -1 || !place.startsWith(':0x', end + 1)) {
    return undefined;
  }
  const frame = frameOf('wasm');
  frame.function = place.slice(mark + 1, end + 1);
  frame.file = place.slice(0, mark);
  return frame;
}

/** `eval at f (eval at g (/a.js:1:2), <anonymous>:3:4), <anonymous>:5:6`: the file is the one that called `eval` first. */
function parseEval(place: string): FrameParts | undefined {
  const comma = place.lastIndexOf('), ');
  const own = comma === -1 ? undefined : parsePosition(place.slice(comma + 3));
  if (own && !own.file.startsWith('<')) {
    return frameOf('eval', own);
  }
  // The innermost location is what follows the last opening parenthesis before the first `), `.
  const close = place.indexOf('), ');
  const call = close === -1 ? place : place.slice(0, close + 1);
  const open = openingParenthesis(call);
  const origin = open === undefined ? undefined : parsePosition(innermost(call.slice(open + 1, -1)));
  if (!origin) {
    return own && frameOf('eval');
  }
  return frameOf('eval', origin);
}

function innermost(place: string): string {
  const mark = place.lastIndexOf('eval at ');
  if (mark === -1) {
    return place;
  }
  const open = place.indexOf(' (', mark);
  const inside = open === -1 ? place : place.slice(open + 2);
  return inside.endsWith(')') ? inside.slice(0, inside.indexOf(')', inside.lastIndexOf(':'))) : inside;
}

/** `path:line:column`, read from the right. */
function parsePosition(place: string): Position | undefined {
  const columnAt = place.lastIndexOf(':');
  const columnBase1 = lineNumberFrom(place, columnAt + 1, place.length);
  if (columnAt < 3 || columnBase1 === undefined) {
    return undefined;
  }
  const lineAt = place.lastIndexOf(':', columnAt - 1);
  const lineBase1 = lineNumberFrom(place, lineAt + 1, columnAt);
  if (lineAt < 1 || lineBase1 === undefined) {
    return undefined;
  }
  return { file: place.slice(0, lineAt), lineBase1, columnBase1 };
}

/** Keeps times of day (`at 12:30:45`) and sentences out: a file has a folder, an extension, a scheme or brackets. */
function isFile(file: string): boolean {
  return (
    file.includes('/') ||
    file.startsWith('node:') ||
    FOLDER_OR_BRACKET.test(file) ||
    EXTENSION.test(file.slice(-12)) ||
    SCRIPT_NAME.test(file.slice(0, 80))
  );
}

const FOLDER_OR_BRACKET = /[\\[<]/;
const EXTENSION = /\.[A-Za-z]\w*$/;
const SCRIPT_NAME = /^(?:REPL\d*|native|[a-z-]+:\S+)$/;

function frameOf(kind: FrameKind, position?: Position): FrameParts {
  const frame: FrameParts = { raw: '', rawLine: 0, kind, inApp: kind === 'app' };
  if (position) {
    frame.file = position.file;
    frame.lineBase1 = position.lineBase1;
    frame.columnBase1 = position.columnBase1;
  }
  return frame;
}

/** Adds what stands before the location; a name that the location gave (wasm) stays. */
function named(frame: FrameParts, name: string): FrameParts {
  let plain = name;
  if (plain.endsWith(']')) {
    const alias = plain.lastIndexOf(' [as ');
    if (alias > 0) {
      plain = plain.slice(0, alias);
    }
  }
  if (plain === '' || plain === '<anonymous>') {
    return frame;
  }
  const callee = plain.startsWith('new ') ? plain.slice(4) : plain;
  // `Object..js` is the method `.js`.
  const twoDots = callee.indexOf('..');
  const dot = callee.lastIndexOf('.', twoDots === -1 ? callee.length : twoDots);
  frame.function ??= plain;
  if (dot > 0 && !callee.includes(' ')) {
    frame.className = callee.slice(0, dot);
  }
  return frame;
}
