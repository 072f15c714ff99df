import type { Base1 } from '../../../base/units';
import type { Draft, Frame, FrameKind } from '../frame';
import { filePosition, frameFrom } from '../frameParts';
import { lineNumberFrom } from '../lineNumber';

/** A call of a native stack. */
export interface CppFrame {
  readonly frame: Draft<Frame>;
  /** It has the number 0, so that a stack begins with it. */
  readonly startsStack: boolean;
}

interface Call {
  readonly function?: string | undefined;
  /** Library or program that holds the code. */
  readonly image?: string | undefined;
  readonly file?: string | undefined;
  readonly lineBase1?: Base1 | undefined;
  readonly columnBase1?: Base1 | undefined;
}

/** Reads one line of gdb, lldb, a sanitizer, backward-cpp, Boost.Stacktrace, `backtrace_symbols`, Abseil or glog. */
export function parseCppFrame(raw: string, rawLine: number): CppFrame | undefined {
  const body = raw.trim();
  const found = body.length > 20_000 ? undefined : callIn(body);
  if (!found) {
    return undefined;
  }
  const { call, startsStack } = found;
  const name = call.function;
  return {
    startsStack,
    frame: frameFrom(raw, rawLine, {
      function: name,
      className: name === undefined ? undefined : classOf(name),
      module: call.image,
      file: call.file,
      lineBase1: call.lineBase1,
      columnBase1: call.columnBase1,
      kind: kindOf(call),
    }),
  };
}

function callIn(body: string): { call: Call; startsStack: boolean } | undefined {
  const startsStack = /^(?:\* )?(?:frame )?#?0(?:[#>:]|\s)/.test(body);
  const call = body.startsWith('#')
    ? (backwardCall(body) ?? sanitizerCall(body) ?? gdbCall(body))
    : body.startsWith('| Source "')
      ? sourceCall(body.slice(2))
      : (boostCall(body) ?? lldbCall(body) ?? abseilCall(body) ?? glibcCall(body));
  return call && { call, startsStack };
}

/** `#4    Source "/src/bw.cpp", line 5, in main [0x55d9]`, `#10   Object "/src/bw", at 0x55d9, in _start`. */
function backwardCall(body: string): Call | undefined {
  const number = /^#\d{1,6}\s+(?:\| )?/.exec(body.slice(0, 30));
  const rest = number ? body.slice(number[0].length) : '';
  const object = /^Object "([^"]{1,1000})", at 0x[\da-f]{1,16}, in ?/.exec(rest.slice(0, 1_100));
  return object
    ? { image: object[1], function: withoutAddress(rest.slice(object[0].length)) }
    : sourceCall(rest);
}

function sourceCall(rest: string): Call | undefined {
  const source = /^Source "([^"]{1,1000})", line (\d{1,9}), in ?/.exec(rest.slice(0, 1_100));
  return source
    ? {
        file: source[1],
        lineBase1: lineNumberFrom(source[2]!, 0, source[2]!.length),
        function: withoutAddress(rest.slice(source[0].length)),
      }
    : undefined;
}

function withoutAddress(name: string): string | undefined {
  const plain = name.replace(/ ?\[0x[\da-f]{1,16}\]$/, '').trim();
  return plain === '' ? undefined : plain;
}

/** `#1 0x55b2 in shop::charge(int) /src/crash.cpp:2:5`, or the module in parentheses. */
function sanitizerCall(body: string): Call | undefined {
  const head = /^#\d{1,6} 0x[\da-f]{4,16} +(?:in )?/.exec(body.slice(0, 60));
  if (!head) {
    return undefined;
  }
  const rest = body.slice(head[0].length).replace(/ \(BuildId: [\da-f]{1,64}\)$/, '');
  const image = /(?:^| )\(([^()]{1,1000})\+0x[\da-f]{1,16}\)$/.exec(rest.slice(-1_100));
  if (image) {
    const name = rest.slice(0, -image[0].length).trim();
    return { image: image[1], function: name === '' ? undefined : name };
  }
  if (!head[0].endsWith('in ') || / at \S+:\d+$/.test(rest.slice(-500))) {
    return undefined;
  }
  const position = filePosition(rest);
  const start = position ? pathStart(position.file) : -1;
  return position && start > 0
    ? { ...position, file: position.file.slice(start), function: position.file.slice(0, start).trim() }
    : undefined;
}

/** Where the path begins after a name: at the first blank before a folder or drive, else at the last one. */
function pathStart(text: string): number {
  const absolute = text.search(/ (?:\/|[A-Za-z]:[\\/])/);
  const blank = absolute === -1 ? text.lastIndexOf(' ') : absolute;
  return blank + 1;
}

/** `#1  0x0000 in shop::handler (o=...) at crash.cpp:2`, or ` from /lib/libc.so.6`. */
function gdbCall(body: string): Call | undefined {
  const head = /^#\d{1,6} +(?:(?:0x[\da-f]{1,16}) in )?/.exec(body.slice(0, 60));
  const rest = head ? body.slice(head[0].length) : '';
  const at = rest.lastIndexOf(') at ');
  const from = rest.lastIndexOf(') from ');
  const end = Math.max(at, from);
  const open = argumentsStart(rest, end === -1 ? rest.length - 1 : end);
  if (open < 1) {
    return undefined;
  }
  const name = rest.slice(0, open);
  const call = name === '??' ? {} : { function: name };
  if (at > from) {
    const position = filePosition(rest.slice(at + 5));
    return position?.columnBase1 === undefined ? position && { ...call, ...position } : undefined;
  }
  if (from !== -1) {
    return { ...call, image: rest.slice(from + 7) };
  }
  return head?.[0].includes(' in ') === true && rest.endsWith(')') ? call : undefined;
}

/** Index of the blank before the parenthesis that `close` closes; values of arguments can hold parentheses in quotes. */
function argumentsStart(text: string, close: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let i = close; i >= 0; i--) {
    const char = text.charAt(i);
    if (char === '"' && text.charAt(i - 1) !== '\\') {
      isQuoted = !isQuoted;
    } else if (!isQuoted && char === ')') {
      depth++;
    } else if (!isQuoted && char === '(') {
      depth--;
      if (depth === 0) {
        return text.charAt(i - 1) === ' ' ? i - 1 : -1;
      }
    }
  }
  return -1;
}

/** `frame #1: 0x0001 app`shop::charge(this=0x1) at order.cpp:8:3`. */
function lldbCall(body: string): Call | undefined {
  const head = /^(?:\* )?frame #\d{1,6}: 0x[\da-f]{4,16} ([^`\s]{1,300})`/.exec(body.slice(0, 400));
  if (!head) {
    return undefined;
  }
  const rest = body.slice(head[0].length);
  const at = rest.lastIndexOf(' at ');
  const position = at === -1 ? undefined : filePosition(rest.slice(at + 4));
  const name = (position ? rest.slice(0, at) : rest)
    .replace(/ \+ \d{1,9}$/, '')
    .replace(/ \[[a-z ]{1,30}\]$/, '');
  const open = name.indexOf('(', name.startsWith('(anonymous') ? 21 : 0);
  return { ...position, image: head[1], function: open < 1 ? name : name.slice(0, open) };
}

/** ` 0# shop::charge(int) at /src/order.cpp:10`, ` 0# main in ./app`, also of `std::stacktrace`. */
function boostCall(body: string): Call | undefined {
  const head = /^\d{1,6}# +/.exec(body.slice(0, 20));
  if (!head) {
    return undefined;
  }
  const rest = body
    .slice(head[0].length)
    .replace(/ \[0x[\da-fA-F]{1,16}\]$/, '')
    .replace(/ \(discriminator \d{1,6}\)$/, '');
  const at = rest.lastIndexOf(' at ');
  const position = at === -1 ? undefined : filePosition(rest.slice(at + 4));
  if (position) {
    return { ...position, ...nameOf(rest.slice(0, at)) };
  }
  const word = rest.lastIndexOf(' in ');
  return word === -1
    ? /^0x[\da-fA-F]+$/.test(rest)
      ? {}
      : undefined
    : { image: rest.slice(word + 4), ...nameOf(rest.slice(0, word)) };
}

function nameOf(printed: string): { function?: string } {
  return /^(?:0x[\da-fA-F]+|\?\?|\(unknown\))$/.test(printed) ? {} : { function: printed };
}

/** `@     0x561d       32  shop::charge()`, the signal's own as `PC: @ …`. */
function abseilCall(body: string): Call | undefined {
  const head = /^(?:PC: )?@ {1,20}0x[\da-f]{1,16} {1,20}(?:(?:\(unknown\)|\d{1,9}) {1,20})?/.exec(
    body.slice(0, 100),
  );
  const name = head ? body.slice(head[0].length) : '';
  return name === '' ? undefined : nameOf(name);
}

/** `./app(_ZN4shop1fEv+0x19)[0x5593]`. */
function glibcCall(body: string): Call | undefined {
  const address = / ?\[0x[\da-f]{4,16}\]$/.exec(body.slice(-24));
  const rest = address ? body.slice(0, -address[0].length) : '';
  const open = rest.endsWith(')') ? rest.lastIndexOf('(') : -1;
  const symbol =
    open < 1 ? undefined : /^([^()\s]{0,4000}?)(?:[+-]0x[\da-f]{1,16})?$/.exec(rest.slice(open + 1, -1));
  const image = rest.slice(0, open);
  if (!symbol || !/^[^\s"'<>|]{1,1000}$/.test(image)) {
    return undefined;
  }
  return { image, function: symbol[1] };
}

/** `shop::Order<int>` of `shop::Order<int>::charge(int) const`. */
function classOf(name: string): string | undefined {
  const start = name.startsWith('(anonymous namespace)') ? 21 : 0;
  const open = name.indexOf('(', start);
  const callee = open === -1 ? name : name.slice(0, open);
  const colons = callee.lastIndexOf('::');
  return colons < 1 ? undefined : callee.slice(0, colons);
}

const SYSTEM = /^(?:\.\.?\/)*(?:csu|nptl|sysdeps|stdlib|posix|signal|elf|misc|debug|\/build\/glibc)/;

function kindOf({ file, image }: Call): FrameKind {
  if (file === undefined) {
    return image !== undefined && /^\/(?:usr\/)?lib|^\/System\//.test(image) ? 'runtime' : 'native';
  }
  const path = file.replaceAll('\\', '/');
  if (SYSTEM.test(path) || /\/(?:c\+\+\/(?:v1|\d)|compiler-rt|lib\/gcc|libstdc\+\+|libcxx)\b/.test(path)) {
    return 'runtime';
  }
  const isPackage =
    /^\/usr\/(?:local\/)?include\//.test(path) ||
    /\/(?:_deps|third[_-]?party|external|vcpkg(?:_installed)?|\.conan2?|vendor|node_modules)\//.test(path);
  return !isPackage ? 'app' : /opentelemetry|sentry-native/.test(path) ? 'sdk' : 'dependency';
}
