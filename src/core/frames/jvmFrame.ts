import type { Base1 } from '../../base/units';
import type { Draft, Frame, FrameKind } from './frame';
import { lineNumberFrom } from './lineNumber';
import { kindOfJvmClass } from './packageKind';

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
  const body = withoutPackaging(raw.trim());
  if (!body.startsWith('at ') || !body.endsWith(')')) {
    return undefined;
  }
  const open = body.lastIndexOf('(');
  const place = open === -1 ? undefined : parsePlace(body.slice(open + 1, -1));
  const names = place && namesFrom(body.slice(3, open), place.file);
  if (!names) {
    return undefined;
  }
  return { raw, rawLine, ...names, ...withoutKind(place), ...kindOf(names.className, place) };
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
  return { raw, rawLine, ...names, ...withoutKind(place), ...kindOf(names.className, place), cut: true };
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

const EXTENSION =
  /^[\p{L}\d_$][\p{L}\d_$.+-]{0,250}\.(?:java|kts?|scala|sc|groovy|gvy|gy|gsh|cljc?|aj|jsp)$/u;
/** What compilers, shrinkers and interactive sessions print where no file is known. */
const NO_FILE =
  /^(?:SourceFile|Unknown Source|PG|NO_SOURCE_FILE|NO_SOURCE_PATH|REPL|form-init\d{1,30}\.clj|LambdaForm\$\w{1,40}|r8-map-id-[\da-f]{1,100})$/;

function parsePlace(place: string): Place | undefined {
  if (place.length > 300) {
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
  if (NO_FILE.test(file)) {
    return file.startsWith('NO_SOURCE') || file === 'REPL' ? { kind: 'eval' } : {};
  }
  return EXTENSION.test(file) ? { file, ...(lineBase1 === undefined ? {} : { lineBase1 }) } : undefined;
}

function namesFrom(
  printed: string,
  file: string | undefined,
): { function: string; className: string; module?: string } | undefined {
  const name = printed.slice(prefixLength(printed));
  const dot = name.lastIndexOf('.');
  if (dot < 1 || dot === name.length - 1 || name.length > 4_000 || !isName(name, file)) {
    return undefined;
  }
  const className = name.slice(0, dot);
  const hidden = className.indexOf('/');
  const lastDot = className.lastIndexOf('.', hidden === -1 ? className.length : hidden);
  return { function: name, className, ...(lastDot === -1 ? {} : { module: className.slice(0, lastDot) }) };
}

/** Length of `loader/module@version/`. A slash before a number belongs to the name of a hidden class. */
function prefixLength(printed: string): number {
  for (let slash = printed.lastIndexOf('/'); slash !== -1; slash = printed.lastIndexOf('/', slash - 1)) {
    if (!/\d/.test(printed.charAt(slash + 1))) {
      return slash + 1;
    }
    if (slash === 0) {
      break;
    }
  }
  return 0;
}

const PLAIN_NAME = /^[\p{L}\d_$.<>\-/]+$/u;

/** Kotlin and Groovy allow any text as the name of a method; Java's compiler does not. */
function isName(name: string, file: string | undefined): boolean {
  if (PLAIN_NAME.test(name)) {
    return true;
  }
  return (
    file !== undefined && /\.(?:kts?|groovy)$/.test(file) && !/[:;[\]\\]/.test(name) && !name.endsWith(' ')
  );
}

const GENERATED =
  /\$\$(?:SpringCGLIB|EnhancerBy|FastClassBy|Lambda)|(?:^|[.$])\$Proxy\d|\$MockitoMock\$|\$HibernateProxy\$|_\$\$_/;

function kindOf(className: string, place: Place): { kind: FrameKind; inApp: boolean } {
  const kind =
    place.kind === 'generated' || GENERATED.test(className) ? 'generated' : kindOfJvmClass(className);
  const own = kind === 'app' && place.kind !== undefined ? place.kind : kind;
  return { kind: own, inApp: own === 'app' };
}

function withoutKind({ file, lineBase1 }: Place): Pick<Draft<Frame>, 'file' | 'lineBase1'> {
  return { ...(file === undefined ? {} : { file }), ...(lineBase1 === undefined ? {} : { lineBase1 }) };
}
