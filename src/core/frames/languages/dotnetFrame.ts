import type { Base1 } from '../../../base/units';
import { CharSet } from '../charSet';
import type { Draft, Frame, FrameKind } from '../frame';
import { frameFrom } from '../frameParts';
import { isDigit, lineNumberFrom } from '../lineNumber';
import { kindOfDotnetName } from '../packageKind';

interface Place {
  readonly file?: string;
  readonly lineBase1?: Base1;
}

/** Words that begin a frame in the languages .NET is translated to, `at` first. */
const AT_WORDS = new Set([
  'at',
  'ved',
  'bei',
  'en',
  'à',
  'in',
  'em',
  'w',
  'v',
  'в',
  '在',
  '於',
  '場所',
  '위치:',
  'konum:',
  'vid',
  'presso',
  'bij',
]);

/** What those words begin with. */
export const DOTNET_FIRSTS = [...AT_WORDS].map((word) => word.charAt(0)).join('');

/**
 * Reads `   at Namespace.Type.Method[T](Int32 id) in C:\src\File.cs:line 7`, in the words of any language, and Mono's
 * `  at Type.Method (System.Int32 id) [0x0000d] in /src/File.cs:9`. Told from other languages by the structure: arguments hold no
 * file, and the place has one number after a word. A frame without a place is told by the word `at`, or by the frames around it.
 */
export function parseDotnetFrame(raw: string, rawLine: number, isInside = false): Draft<Frame> | undefined {
  const body = withoutMemberEnd(raw.trim());
  const isAt = body.startsWith('at ');
  const blank = isAt ? 2 : body.indexOf(' ');
  if (!isAt && (blank < 1 || blank > 8 || !AT_WORDS.has(body.slice(0, blank)))) {
    return undefined;
  }
  const call = withoutWrapper(body.slice(blank + 1).trimStart());
  const open = call.indexOf('(');
  const close = open < 1 ? -1 : call.indexOf(')', open);
  if (close === -1) {
    return undefined;
  }
  const arguments_ = call.slice(open + 1, close);
  if (!areArguments(arguments_)) {
    return undefined;
  }
  const isMono = call.charAt(open - 1) === ' ';
  const { suffix, rest } = stateMachine(call, close + 1);
  const name = call.slice(0, isMono ? open - 1 : open);
  const place = isMono ? monoPlace(rest) : coreClrPlace(rest);
  if (!place || !isName(name)) {
    return undefined;
  }
  if (place.file === undefined && rest === '' && !isToldWithoutPlace(raw, body, name, arguments_, isInside)) {
    return undefined;
  }
  const { file, lineBase1 } = place;
  return frameFrom(raw, rawLine, {
    function: suffix === '' ? name : `${name}()${suffix}`,
    className: ownerOf(name),
    file,
    lineBase1,
    kind: kindOf(name, file),
  });
}

/** Frames without a place are told by their indent, and by names and arguments as only .NET prints them. */
function isToldWithoutPlace(
  raw: string,
  body: string,
  name: string,
  arguments_: string,
  isInside: boolean,
): boolean {
  if (isJvmPlace(arguments_)) {
    return false;
  }
  if (body.startsWith('at ')) {
    return /^\s/.test(raw);
  }
  return raw.startsWith('   ') && (isInside || (isQualified(name) && TYPED.test(arguments_)));
}

/** With a namespace and a class; the words of other languages stand in code and prose, too. */
function isQualified(name: string): boolean {
  return /^\p{Lu}/u.test(name) && name.split('.').length > 2;
}

/** `String s, IEnumerable`1 rows`; the name of a parameter may be missing. */
const TYPED = /^(?:[^\s,]{1,300} [^\s,]{0,300}(?:, |$))*$/;

/** The last frame of a member of an `AggregateException` is followed by `<---` on its line. */
function withoutMemberEnd(body: string): string {
  return body.endsWith('<---') ? body.slice(0, -4).trimEnd() : body;
}

/** Mono's `(wrapper managed-to-native) System.IO.Stream.Read(int)`. */
function withoutWrapper(call: string): string {
  const end = call.startsWith('(wrapper ') ? call.indexOf(') ') : -1;
  return end === -1 ? call : call.slice(end + 2);
}

/** `Iterate()+MoveNext()`: an iterator's or async method's own steps, and what follows them. */
function stateMachine(call: string, from: number): { suffix: string; rest: string } {
  const open = call.startsWith('+', from) ? call.indexOf('(', from) : -1;
  const close = open === -1 ? -1 : call.indexOf(')', open);
  return close === -1
    ? { suffix: '', rest: call.slice(from) }
    : { suffix: call.slice(from, open), rest: call.slice(close + 1) };
}

/** ` in PATH:line 7`, ` in Modul:token 0x6000003+0x12`, or nothing. */
function coreClrPlace(rest: string): Place | undefined {
  const text = rest.trimEnd();
  if (text === '') {
    return NO_PLACE;
  }
  const word = text.startsWith(' ') ? text.indexOf(' ', 1) : -1;
  if (word < 2 || word > 13) {
    return undefined;
  }
  const all = text.slice(word + 1);
  let place = all;
  let blank = all.lastIndexOf(' ');
  if (all.indexOf(' ') !== blank) {
    // Where a blank was lost, the next frame goes on behind the number.
    const first = /:\S{1,16} \d{1,10}(?=\.? )/.exec(all);
    place = first ? all.slice(0, first.index + first[0].length) : all;
    blank = place.lastIndexOf(' ');
  }
  const colon = place.lastIndexOf(':', blank);
  if (blank === -1 || colon < 1 || blank - colon > 16 || place.slice(colon + 1, blank).includes(' ')) {
    return undefined;
  }
  if (place.slice(colon + 1, blank) === 'token') {
    return /^0x[\da-f]{1,16}(?:\+0x[\da-f]{1,16})?$/i.test(place.slice(blank + 1)) ? {} : undefined;
  }
  const end = place.endsWith('.') ? place.length - 1 : place.length;
  const lineBase1 = lineNumberFrom(place, blank + 1, end);
  if (lineBase1 === undefined) {
    return place.slice(blank + 1, end) === '0' ? { file: place.slice(0, colon) } : undefined;
  }
  return { file: place.slice(0, colon), lineBase1 };
}

const NO_PLACE: Place = {};

/** ` [0x0000d] in /src/File.cs:9`, or ` in <module id>:0` without symbols. */
function monoPlace(rest: string): Place | undefined {
  const head = /^ (?:\[0x[\da-f]{1,16}\]|<0x[\da-f]{1,16} \+ 0x[\da-f]{1,16}>) in /.exec(rest.slice(0, 80));
  if (!head) {
    return undefined;
  }
  const place = rest.slice(head[0].length).trimEnd();
  const colon = place.lastIndexOf(':');
  const lineBase1 = colon < 1 ? undefined : lineNumberFrom(place, colon + 1, place.length);
  if (lineBase1 !== undefined && !place.startsWith('<')) {
    return { file: place.slice(0, colon), lineBase1 };
  }
  return place.startsWith('<') && place.endsWith(':0') ? {} : undefined;
}

/** Dotted, of letters and what compilers put into names; blanks only inside type arguments. */
function isName(name: string): boolean {
  if (PLAIN_NAME.hasAll(name) && name.length <= 4_000 && !isDigit(name.charCodeAt(0))) {
    return name.charCodeAt(0) !== DOT && (name.includes('.') || /^lambda_method\d{0,9}$/.test(name));
  }
  if (name.length > 4_000 || !/^[\p{L}_<][^\s:/\\'"@]*$/u.test(withoutTypeArguments(name))) {
    return /^[\p{L}_<][\p{L}\d_.<>$`+@|,[\]-]{1,4000}$/u.test(name) && name.includes('.');
  }
  return name.includes('.') || /^lambda_method\d{0,9}$/.test(name);
}

const PLAIN_NAME = new CharSet('_.');
const DOT = 0x2e;

function withoutTypeArguments(name: string): string {
  const start = name.indexOf('[');
  const end = name.lastIndexOf(']');
  return start === -1 || end < start ? name : name.slice(0, start) + name.slice(end + 1);
}

/** Types and names, never a path or a position. */
function areArguments(text: string): boolean {
  return (
    text === '' ||
    (text.length < 8_000 && !/[:/\\"'(]/.test(text) && !/^(?:Native Method|Unknown Source|<\w+>)$/.test(text))
  );
}

/** Java prints a file where .NET prints arguments. */
function isJvmPlace(text: string): boolean {
  return (
    text !== '' && !text.includes(' ') && /^[\w$]{1,200}(?:\.\w{1,10})?$/.test(text) && text !== 'Object'
  );
}

/** `Acme.Order..ctor` is the method `.ctor` of `Acme.Order`; dots inside type arguments count for nothing. */
function ownerOf(name: string): string | undefined {
  let depth = 0;
  for (let i = name.length - 1; i > 0; i--) {
    const character = name.charAt(i);
    if (character === ']' || character === '>') {
      depth++;
    } else if (character === '[' || character === '<') {
      depth--;
    } else if (character === '.' && depth <= 0) {
      const end = name.charAt(i - 1) === '.' ? i - 1 : i;
      return end > 0 ? name.slice(0, end) : undefined;
    }
  }
  return undefined;
}

function kindOf(name: string, file: string | undefined): FrameKind {
  const byName = name.startsWith('lambda_method') ? 'generated' : kindOfDotnetName(name);
  const isPackage = file?.includes('.nuget') === true && /[/\\]\.nuget[/\\]packages[/\\]/.test(file);
  return byName === 'app' && isPackage ? 'dependency' : byName;
}
