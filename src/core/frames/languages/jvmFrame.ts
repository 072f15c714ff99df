import type { Base1 } from '../../../base/units';
import { CharSet } from '../charSet';
import type { Draft, Frame, FrameKind } from '../frame';
import { frameFrom } from '../frameParts';
import { isDigit, lineNumberFrom } from '../lineNumber';
import { kindOfJvmClass } from '../packageKind';

interface Place {
  readonly file?: string;
  readonly lineBase1?: Base1;
  readonly kind?: FrameKind;
}

/**
 * Reads one line `at loader/module/package.Class.method(File.java:12)` of a stack of the Java virtual machine. What stands in
 * the parentheses tells it from frames of other languages.
 */
export function parseJvmFrame(raw: string, rawLine: number): Draft<Frame> | undefined {
  const call = callIn(raw);
  return call && frameOf(raw, rawLine, call.names, call.place);
}

/** Whether a line is a frame as `parseJvmFrame` reads it. */
export function isJvmFrame(raw: string): boolean {
  return callIn(raw) !== undefined;
}

function callIn(raw: string): { readonly names: Names; readonly place: Place } | undefined {
  const body = withoutPackaging(raw.trim());
  if (!body.startsWith('at ') || !body.endsWith(')')) {
    return undefined;
  }
  const open = body.lastIndexOf('(');
  const place = open === -1 ? undefined : parsePlace(body.slice(open + 1, -1));
  const names = place && namesFrom(body.slice(3, open), place.file);
  return names && { names, place };
}

/** Reads the last line of a text that was cut inside a frame: what is certain of it. The line number is not, as digits may be missing. */
export function parseCutJvmFrame(raw: string, rawLine: number): Draft<Frame> | undefined {
  const body = raw.trim();
  const open = body.lastIndexOf('(');
  if (!body.startsWith('at ') || open === -1 || body.endsWith(')')) {
    return undefined;
  }
  const colon = body.indexOf(':', open);
  const place = colon === -1 ? {} : parsePlace(body.slice(open + 1, colon));
  const names = place && namesFrom(body.slice(3, open), place.file);
  if (!names) {
    return undefined;
  }
  return { ...frameOf(raw, rawLine, names, place), cut: true };
}

/** Logback adds the jar and its version: ` ~[shop-1.0.jar:1.0]`, ` [na:na]`. */
function withoutPackaging(body: string): string {
  if (!body.endsWith(']')) {
    return body;
  }
  const open = body.lastIndexOf(' [');
  const tilde = body.lastIndexOf(' ~[');
  const start = Math.max(open, tilde);
  return start === -1 ? body : body.slice(0, start).trimEnd();
}

const EXTENSIONS = new Set('java kt kts scala sc groovy gvy gy gsh clj cljc aj jsp'.split(' '));
const FILE_CHARS = new CharSet('_$.+-');
/** What compilers, shrinkers and interactive sessions print where no file is known. */
const NO_FILE =
  /^(?:SourceFile|Unknown Source|PG|NO_SOURCE_FILE|NO_SOURCE_PATH|REPL|form-init\d{1,30}\.clj|LambdaForm\$\w{1,40}|r8-map-id-[\da-f]{1,100})$/;

function parsePlace(place: string): Place | undefined {
  if (place.length > 300 || place.includes('/')) {
    return undefined;
  }
  switch (place) {
    case 'Native Method':
      return { kind: 'native' };
    case 'Unknown Source':
      return {};
    case '<generated>':
      return { kind: 'generated' };
  }
  const colon = place.lastIndexOf(':');
  const file = colon === -1 ? place : place.slice(0, colon);
  // A stack that came through AWS X-Ray has a blank after the colon.
  const digits = place.startsWith(' ', colon + 1) ? colon + 2 : colon + 1;
  const lineBase1 = colon === -1 ? undefined : lineNumberFrom(place, digits, place.length);
  if (colon !== -1 && lineBase1 === undefined && !/^-?\d{1,10}$/.test(place.slice(digits))) {
    return undefined;
  }
  if (isSourceFile(file) && !file.startsWith('form-init')) {
    return lineBase1 === undefined ? { file } : { file, lineBase1 };
  }
  if (NO_FILE.test(file)) {
    return file.startsWith('NO_SOURCE') || file === 'REPL' ? { kind: 'eval' } : {};
  }
  return undefined;
}

function isSourceFile(file: string): boolean {
  const dot = file.lastIndexOf('.');
  return (
    dot > 0 &&
    dot < 252 &&
    (file.endsWith('.java') || EXTENSIONS.has(file.slice(dot + 1))) &&
    !'.+-'.includes(file.charAt(0)) &&
    FILE_CHARS.hasAll(file)
  );
}

interface Names {
  readonly function: string;
  readonly className: string;
  readonly module: string | undefined;
}

function namesFrom(printed: string, file: string | undefined): Names | undefined {
  const name = printed.slice(prefixLength(printed));
  const dot = name.lastIndexOf('.');
  if (dot < 1 || dot === name.length - 1 || name.length > 4_000 || !isName(name, file)) {
    return undefined;
  }
  const className = name.slice(0, dot);
  const hidden = className.indexOf('/');
  const lastDot = className.lastIndexOf('.', hidden === -1 ? className.length : hidden);
  return { function: name, className, module: lastDot === -1 ? undefined : className.slice(0, lastDot) };
}

/** Length of `loader/module@version/`. A slash before a number belongs to the name of a hidden class. */
function prefixLength(printed: string): number {
  for (let slash = printed.lastIndexOf('/'); slash !== -1; slash = printed.lastIndexOf('/', slash - 1)) {
    if (!isDigit(printed.charCodeAt(slash + 1))) {
      return slash + 1;
    }
    if (slash === 0) {
      break;
    }
  }
  return 0;
}

const NAME_CHARS = new CharSet('_$.<>-/');

/** Kotlin and Groovy allow any text as the name of a method; Java's compiler does not. */
function isName(name: string, file: string | undefined): boolean {
  if (NAME_CHARS.hasAll(name)) {
    return true;
  }
  return (
    file !== undefined && /\.(?:kts?|groovy)$/.test(file) && !/[:;[\]\\]/.test(name) && !name.endsWith(' ')
  );
}

const GENERATED =
  /\$\$(?:SpringCGLIB|EnhancerBy|FastClassBy|Lambda)|(?:^|[.$])\$Proxy\d|\$MockitoMock\$|\$HibernateProxy\$|_\$\$_/;

function frameOf(raw: string, rawLine: number, names: Names, place: Place): Draft<Frame> {
  const isGenerated =
    place.kind === 'generated' || (names.className.includes('$') && GENERATED.test(names.className));
  const kind = isGenerated ? 'generated' : kindOfJvmClass(names.className);
  return frameFrom(raw, rawLine, {
    function: names.function,
    className: names.className,
    module: names.module,
    file: place.file,
    lineBase1: place.lineBase1,
    kind: kind === 'app' && place.kind !== undefined ? place.kind : kind,
  });
}
