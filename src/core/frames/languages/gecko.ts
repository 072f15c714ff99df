import { base1 } from '../../../base/units';
import { CharSet } from '../charSet';
import type { Draft, Frame } from '../frame';
import { kindOfPath } from '../frameKind';
import { filePosition, frameFrom, hintFor, mayLackStart, rootException } from '../frameParts';
import type { StackHint, StackLanguage } from '../language';
import { lineNumberFrom } from '../lineNumber';
import { looksLikeErrorHeader, parseErrorHeader } from './v8Header';

/**
 * Stacks of SpiderMonkey (Firefox) and JavaScriptCore (Safari, old React Native): a name, `@` and a place on each line. They have
 * no header of their own.
 */
export const gecko: StackLanguage<Draft<Frame>> = {
  id: 'javascript',
  words: ['@', 'bundle:'],
  detect(line) {
    return parseGeckoFrame(line, 0) ?? false;
  },
  parse(input, found) {
    const { text, headerFrom, at } = input;
    let start = at;
    while (start > headerFrom && isPlaceless(text.lines[start - 1]!.trim())) {
      start--;
    }
    found.rawLine = text.numbers[at]!;
    const frames: Draft<Frame>[] = [];
    for (let line = start; line < at; line++) {
      frames.push(placeless(text.lines[line]!, text.numbers[line]!));
    }
    frames.push(found);
    let line = at + 1;
    for (; line < text.lines.length && !input.isMessage(line); line++) {
      const frame = parseGeckoFrame(text.lines[line]!, text.numbers[line]!, true);
      if (!frame) {
        break;
      }
      frames.push(frame);
    }
    const first = frames[0]!;
    if (mayLackStart(input, first) && UNNAMED.test(first.raw.slice(0, first.raw.indexOf('@')))) {
      first.cut = true;
    }
    const header = headerIn(text.lines, headerFrom, start, hintFor(input, 0));
    return { exceptions: [rootException('javascript', frames, header, hintFor(input, 0))], next: line };
  },
};

/** What stands before a place that is in a function without a name, or is left of a name. */
const UNNAMED = /^\s|^$|[<*]$/;

/** The bare frames of old React Native have no `@`; a bundle's name tells them. */
const BUNDLE = /^\s{0,20}[\w./-]{1,200}\.(?:bundle|jsbundle):\d{1,9}:\d{1,9}\s{0,20}$/;

function headerIn(lines: readonly string[], from: number, to: number, hint: StackHint): StackHint {
  for (let line = to - 1; line >= from; line--) {
    if (looksLikeErrorHeader(lines[line]!)) {
      return parseErrorHeader(lines.slice(line, to), hint);
    }
  }
  return {};
}

/**
 * Reads `name@place` of one frame. `isInside` allows what only the frames around it can tell: places without a name, and code of
 * the engine without a place.
 */
export function parseGeckoFrame(raw: string, rawLine: number, isInside = false): Draft<Frame> | undefined {
  const body = raw.trim();
  if (isInside && body === '[native code]') {
    return frameFrom(raw, rawLine, { kind: 'native' });
  }
  if (body.endsWith('@')) {
    return isInside && isPlaceless(body) ? placeless(raw, rawLine) : undefined;
  }
  const split = splitName(body);
  if (!split) {
    const isBare = BUNDLE.test(body.slice(0, 300)) || (isInside && !body.includes(' '));
    return isBare ? placed(raw, rawLine, '', body) : undefined;
  }
  const { name, place } = split;
  if (!isName(name)) {
    return undefined;
  }
  return placed(raw, rawLine, name, place);
}

/** `inner@`, `eval code@`: JavaScriptCore has no place for code passed to `eval`. */
function isPlaceless(body: string): boolean {
  const end = body.length - 1;
  const isShort = body.endsWith('@') && end < 199;
  return isShort && PLACELESS_CHARS.hasAll(body, 0, end) && (end === 0 || isName(body.slice(0, end)));
}

const PLACELESS_CHARS = new CharSet('_$#<>/. ');

function placeless(raw: string, rawLine: number): Draft<Frame> {
  return frameFrom(raw, rawLine, { function: namedCode(raw.trim().slice(0, -1)), kind: 'eval' });
}

/** The `@` before a scheme, a folder or a drive divides; else the last one, as names hold `@` too. */
function splitName(body: string): { name: string; place: string } | undefined {
  for (
    let at = body.indexOf('@'), tries = 0;
    at !== -1 && tries < 64;
    at = body.indexOf('@', at + 1), tries++
  ) {
    if (/^(?:[a-z][a-z-]{1,20}:\/|safari-extension:\(|\/|[A-Za-z]:[\\/])/.test(body.slice(at + 1, at + 40))) {
      return { name: body.slice(0, at), place: body.slice(at + 1) };
    }
  }
  const last = body.lastIndexOf('@');
  return last === -1 ? undefined : { name: body.slice(0, last), place: body.slice(last + 1) };
}

/** Keeps paths with an `@` inside, mail addresses and frames of other languages out. */
function isName(name: string): boolean {
  return (
    name.length < 1_000 &&
    !name.endsWith('/') &&
    !/^(?:at |[./\\+-]|[A-Za-z]:[\\/])/.test(name) &&
    !/[\\(]|node_modules|: /.test(name)
  );
}

function placed(
  raw: string,
  rawLine: number,
  printed: string,
  printedPlace: string,
): Draft<Frame> | undefined {
  const { name, isAsync } = withoutAsyncPrefix(printed);
  const frame = frameAt(raw, rawLine, name, printedPlace);
  if (frame && isAsync) {
    frame.async = true;
  }
  return frame;
}

function frameAt(raw: string, rawLine: number, name: string, printedPlace: string): Draft<Frame> | undefined {
  const owner = { function: namedCode(name), className: classOf(name) };
  if (printedPlace === '[native code]') {
    return frameFrom(raw, rawLine, { ...owner, kind: 'native' });
  }
  const place = withoutExtension(printedPlace);
  const wasm = place.lastIndexOf('wasm-function[');
  if (
    place === '[wasm code]' ||
    (wasm !== -1 && /^wasm-function\[\d{1,9}\](?::0x[\da-f]{1,16})?$/i.test(place.slice(wasm)))
  ) {
    const end = place.indexOf(']', wasm);
    return frameFrom(raw, rawLine, {
      function: wasm === -1 ? name : place.slice(wasm, end + 1),
      kind: 'wasm',
    });
  }
  const position = filePosition(place);
  if (position?.columnBase1 === undefined || !isFile(position.file)) {
    return undefined;
  }
  const origin = evalOrigin(position.file);
  if (origin) {
    return frameFrom(raw, rawLine, { ...owner, ...origin, kind: 'eval' });
  }
  return frameFrom(raw, rawLine, { ...owner, ...position, kind: kindOfScript(position.file) });
}

/** `async*load`, `promise callback*load`, `setTimeout handler*load`: called once something else was done. */
function withoutAsyncPrefix(name: string): { name: string; isAsync: boolean } {
  const star = name.lastIndexOf('*');
  return star > 0 && /^[\w. *]+$/.test(name.slice(0, star)) && star < 200
    ? { name: name.slice(star + 1), isAsync: true }
    : { name, isAsync: false };
}

/** Code outside functions has no name. */
function namedCode(name: string): string | undefined {
  return name.endsWith(' code') && /^(?:global|eval|module) code$/.test(name) ? undefined : name;
}

function classOf(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot < 1 || /[ /<"[]/.test(name) ? undefined : name.slice(0, dot);
}

/** Old Safari writes `safari-extension:(//id/file.js:1:2)`. */
function withoutExtension(place: string): string {
  return place.startsWith('safari-extension:(') && place.endsWith(')')
    ? `safari-extension:${place.slice(18, -1)}`
    : place;
}

/** `app.js line 8 > eval` is code that line 8 of `app.js` passed to `eval`. */
function evalOrigin(file: string) {
  const mark = file.indexOf(' > ');
  const word = mark === -1 ? -1 : file.lastIndexOf(' line ', mark);
  if (word < 1) {
    return undefined;
  }
  const lineBase1 = lineNumberFrom(file, word + 6, mark);
  return lineBase1 === undefined ? undefined : { file: file.slice(0, word), lineBase1: base1(lineBase1) };
}

const SCRIPT =
  /(?:\.(?:[cm]?[jt]sx?|vue|svelte|html?|bundle|jsbundle|php|aspx?)(?:\?.{0,500})?|self-hosted)$/;

function isFile(file: string): boolean {
  // The version of a package, in a path of npm's.
  if (file.startsWith('safari-extension:(') || /^\d{1,9}\.\d/.test(file)) {
    return false;
  }
  return (
    file.includes('/') ||
    file.includes(' > ') ||
    file === 'debugger eval code' ||
    SCRIPT.test(file.slice(-600))
  );
}

function kindOfScript(file: string) {
  if (file === 'self-hosted' || file.startsWith('resource://') || file.startsWith('chrome://')) {
    return 'runtime';
  }
  return file === 'debugger eval code' ? 'eval' : kindOfPath(file);
}
