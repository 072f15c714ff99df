import type { Base1 } from '../../../base/units';
import type { Draft, Frame, FrameKind } from '../frame';
import { frameFrom } from '../frameParts';
import { isNumber, lineNumberFrom } from '../lineNumber';
import { kindOfPhpFile } from '../packageKind';

/** Where code is; no file stands for the interpreter's own functions. */
export interface PhpPlace {
  readonly file?: string;
  readonly lineBase1?: Base1;
  readonly isEval: boolean;
}

/** One line `#1 FILE(LINE): function(…)`: the call of a function, and the place it was called from. */
export interface PhpCall {
  readonly place: PhpPlace | 'main';
  readonly function?: string | undefined;
}

/** Reads a line of PHP's native stack; `{main}` ends it. */
export function parsePhpCall(line: string): PhpCall | undefined {
  const text = line.trim();
  if (!text.startsWith('#')) {
    return undefined;
  }
  const blank = text.indexOf(' ');
  if (blank < 2 || blank > 8 || !isNumber(text, 1, blank)) {
    return undefined;
  }
  const rest = text.slice(blank + 1);
  if (rest === '{main}') {
    return { place: 'main' };
  }
  if (rest.startsWith('[internal function]: ')) {
    return { place: { isEval: false }, function: nameIn(rest.slice(21)) };
  }
  for (let mark = rest.indexOf('): '); mark > 0; mark = rest.indexOf('): ', mark + 3)) {
    const open = rest.lastIndexOf('(', mark);
    const lineBase1 = lineNumberFrom(rest, open + 1, mark);
    if (open > 0 && lineBase1 !== undefined) {
      return { place: placeOf(rest.slice(0, open), lineBase1), function: nameIn(rest.slice(mark + 3)) };
    }
    if (mark > 4_096) {
      break;
    }
  }
  return undefined;
}

/** Reads `FILE:LINE` at the end of a header; in code passed to `eval`, the place of the call of `eval`. */
export function parsePhpPlace(text: string): PhpPlace | undefined {
  const colon = text.lastIndexOf(':');
  const lineBase1 = colon < 1 ? undefined : lineNumberFrom(text, colon + 1, text.length);
  return lineBase1 === undefined ? undefined : placeOf(text.slice(0, colon), lineBase1);
}

/** The frame of code in `enclosing`, which is the function that the next line of the stack calls. */
export function phpFrame(
  raw: string,
  rawLine: number,
  place: PhpPlace,
  enclosing: string | undefined,
): Draft<Frame> {
  const kind: FrameKind = place.isEval ? 'eval' : kindOfPhpFile(place.file);
  return frameFrom(raw, rawLine, {
    function: enclosing,
    className: enclosing === undefined ? undefined : ownerOf(enclosing),
    file: place.file,
    lineBase1: place.lineBase1,
    kind,
  });
}

/** `app.php(16) : eval()'d code` is line 16 of `app.php`; runtime-created functions are printed alike. */
function placeOf(printed: string, lineBase1: Base1): PhpPlace {
  const mark = printed.indexOf(") : eval()'d code");
  if (mark === -1) {
    return { file: printed, lineBase1, isEval: false };
  }
  const open = printed.lastIndexOf('(', mark);
  const origin = lineNumberFrom(printed, open + 1, mark);
  return origin === undefined || open < 1
    ? { isEval: true }
    : { file: printed.slice(0, open), lineBase1: origin, isEval: true };
}

const FILE_CALLS = new Set(['include', 'include_once', 'require', 'require_once', 'eval']);

/** Name of the called function; code of an included file and of `eval` is in no function. */
function nameIn(call: string): string | undefined {
  const open = openOfCall(call);
  // Without arguments the text was cut inside the name.
  const name = open === -1 ? '' : withoutAnonymousPlace(call.slice(0, open));
  return name === '' || FILE_CALLS.has(name) ? undefined : name;
}

/** The name of an anonymous class goes on, behind a zero byte, with its file and a number after `$`. */
function withoutAnonymousPlace(name: string): string {
  const zero = name.indexOf('\0');
  const dollar = zero === -1 ? -1 : name.indexOf('$', zero);
  const rest = dollar === -1 ? '' : name.slice(dollar + 1);
  return zero === -1 ? name : name.slice(0, zero) + rest.replace(/^[\da-f]{1,16}/, '');
}

/** Index of the parenthesis after the name. Since PHP 8.4 the name of a closure tells where it is, with parentheses. */
function openOfCall(call: string): number {
  const closure = call.indexOf('{closure:');
  const brace = closure === -1 ? 0 : call.indexOf('}', closure);
  return brace === -1 ? -1 : call.indexOf('(', brace);
}

function ownerOf(name: string): string | undefined {
  if (name.endsWith('}')) {
    return undefined;
  }
  const arrow = name.lastIndexOf('->');
  const at = arrow === -1 ? name.lastIndexOf('::') : arrow;
  return at < 1 ? undefined : name.slice(0, at);
}

/**
 * Reads a line of the stack that OpenTelemetry's SDK for PHP writes to look like Java's: `at App.Order.charge(lib.php:4)`. It has
 * the base name of the file only, and place and function belong together.
 */
export function parsePhpSdkFrame(raw: string, rawLine: number): Draft<Frame> | undefined {
  const text = raw.trim();
  if (!text.startsWith('at ') || !text.endsWith(')') || text.length > 4_000) {
    return undefined;
  }
  const call = text.slice(3);
  const open = openOfCall(call);
  const place = open < 1 ? undefined : parseSdkPlace(call.slice(open + 1, -1));
  return place && phpFrameOfSdk(raw, rawLine, place, call.slice(0, open));
}

const BASE_NAME = /^[^/\\:()]{1,250}\.(?:php|phtml|inc)$/;

function parseSdkPlace(inside: string): PhpPlace | undefined {
  if (inside === 'Unknown Source') {
    return { isEval: false };
  }
  if (BASE_NAME.test(inside)) {
    return { file: inside, isEval: false };
  }
  return inside.includes('/') ? undefined : parsePhpPlace(inside);
}

function phpFrameOfSdk(raw: string, rawLine: number, place: PhpPlace, call: string): Draft<Frame> {
  const printed = withoutAnonymousPlace(call);
  const frame = phpFrame(raw, rawLine, place, FILE_CALLS.has(printed) ? undefined : printed);
  const dot = printed.lastIndexOf('.');
  return dot < 1 || printed.endsWith('}') ? frame : { ...frame, className: printed.slice(0, dot) };
}
