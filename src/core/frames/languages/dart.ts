import type { Draft, Frame, FrameKind } from '../frame';
import { filePosition, frameFrom, hintFor, markOpenEnd, rootException } from '../frameParts';
import type { SectionInput, StackHint, StackLanguage } from '../language';
import { isDigit } from '../lineNumber';

/** Stacks of the Dart VM and Flutter, and the terse form of `package:stack_trace`. */
export const dart: StackLanguage<Draft<Frame>> = {
  id: 'dart',
  words: ['.dart', '(dart:', '_kDart'],
  detect(line) {
    return parseDartFrame(line, 0) ?? false;
  },
  parse(input, first) {
    const { text, at } = input;
    first.rawLine = text.numbers[at]!;
    markOpenEnd(first, at === text.lines.length - 1);
    const frames = [first];
    let isAsync = false;
    let line = at + 1;
    for (; line < text.lines.length && !input.isMessage(line); line++) {
      const raw = text.lines[line]!;
      const body = withoutLogcat(raw).trim();
      if (/^#0{1,2} /.test(body)) {
        break;
      }
      const frame = parseDartFrame(raw, text.numbers[line]!, true);
      if (frame) {
        if (isAsync) {
          frame.async = true;
        }
        frames.push(frame);
        markOpenEnd(frame, line === text.lines.length - 1);
      } else if (isGap(body)) {
        isAsync = true;
      } else if (body !== '...') {
        break;
      }
    }
    return {
      exceptions: [rootException('dart', frames, headerOf(input), hintFor(input, 0))],
      next: line,
    };
  },
};

function isGap(trimmed: string): boolean {
  return trimmed === '<asynchronous suspension>' || /^={3,8} asynchronous gap ={3,60}$/.test(trimmed);
}

/** Android puts `E/flutter ( 1234): ` before each line. */
function withoutLogcat(line: string): string {
  const prefix = line.startsWith('/flutter', 1)
    ? /^[VDIWEF]\/flutter ?\( {0,6}\d{1,8}\): /.exec(line.slice(0, 40))
    : null;
  return prefix ? line.slice(prefix[0].length) : line;
}

/** Reads `#1      Order.charge (package:shop/order.dart:42:7)`, `package:shop/order.dart 42:7  Order.charge`, or an address without symbols. */
function parseDartFrame(raw: string, rawLine: number, isInside = false): Draft<Frame> | undefined {
  const body = withoutLogcat(raw).trim();
  const start = callStart(body);
  if (start === 0) {
    return parseTerse(body, raw, rawLine, isInside);
  }
  const open = body.endsWith(')') ? body.lastIndexOf(' (') : -1;
  if (open <= start) {
    return body.startsWith('abs ', start) && ABSOLUTE.test(body.slice(start, start + 200))
      ? frameFrom(raw, rawLine, { kind: 'native' })
      : undefined;
  }
  const place = body.slice(open + 2, -1);
  if (!isPlace(place)) {
    return undefined;
  }
  const name = nameOf(body.slice(start, open));
  const position = filePosition(place);
  if (!position || !isFile(position.file)) {
    return isFile(place) ? frameFrom(raw, rawLine, { ...name, file: place, kind: kindOf(place) }) : undefined;
  }
  const { file, lineBase1, columnBase1 } = position;
  return frameFrom(raw, rawLine, { ...name, file, lineBase1, columnBase1, kind: kindOf(file) });
}

const ABSOLUTE = /^abs [\da-f]{6,16} (?:virt [\da-f]{6,16} )?_kDart\w{1,60}\+0x[\da-f]{1,16}$/;

/** Index behind the number `#1      ` of a call; 0 where there is none. */
function callStart(body: string): number {
  let end = body.startsWith('#') ? 1 : 0;
  while (end > 0 && end < 7 && isDigit(body.charCodeAt(end))) {
    end++;
  }
  if (end < 2 || !body.startsWith(' ', end)) {
    return 0;
  }
  while (body.startsWith(' ', end) && end < 30) {
    end++;
  }
  return end;
}

function isPlace(place: string): boolean {
  return (
    place.startsWith('package:') ||
    place.startsWith('dart:') ||
    /^(?:file:\/\/|https?:\/\/|[\w./\\-]+\.dart)/.test(place.slice(0, 300))
  );
}

function isFile(file: string): boolean {
  return file.endsWith('.dart') || file.startsWith('dart:');
}

/** `package:stack_trace` pads the place and writes the name last. */
function parseTerse(body: string, raw: string, rawLine: number, isInside: boolean): Draft<Frame> | undefined {
  if (!body.includes('dart')) {
    return undefined;
  }
  const match =
    /^((?:package:|dart:|file:\/\/|https?:\/\/)?[\w.@%/\\-]{1,300}) (\d{1,9})(?::(\d{1,9}))? {2,200}(\S.{0,300})$/.exec(
      body.slice(0, 1_000),
    );
  if (match?.[1]?.endsWith('.dart')) {
    const position = filePosition(
      match[3] === undefined ? `${match[1]}:${match[2]!}` : `${match[1]}:${match[2]!}:${match[3]}`,
    );
    return (
      position && frameFrom(raw, rawLine, { ...nameOf(match[4]!), ...position, kind: kindOf(position.file) })
    );
  }
  const runtime = isInside
    ? /^(dart:[\w-]{1,60})(?: (\d{1,9}:\d{1,9}))? {2,200}(\S.{0,300})$/.exec(body.slice(0, 600))
    : null;
  return runtime
    ? frameFrom(raw, rawLine, { ...nameOf(runtime[3]!), file: runtime[1], kind: 'runtime' })
    : undefined;
}

function nameOf(printed: string): { function?: string; className?: string } {
  const name = printed.startsWith('new ') ? printed : printed.trim();
  if (name === '<anonymous closure>' || name === '<fn>') {
    return {};
  }
  const callee = name.startsWith('new ') ? name.slice(4) : name;
  const dot = callee.indexOf('.');
  const owner = dot < 1 ? '' : callee.slice(0, dot);
  return /^[A-Z_]\w*$/.test(owner) ? { function: name, className: owner } : { function: name };
}

/** The line above the first call, without what the VM and Flutter put before it; a message of several lines goes up to a blank one. */
function headerOf({ text, headerFrom, at }: SectionInput): StackHint {
  let start = at;
  while (start > headerFrom && withoutLogcat(text.lines[start - 1]!).trim() !== '') {
    start--;
  }
  const lines = text.lines.slice(start, at).map(withoutLogcat);
  const title = lines.findLastIndex(
    (line) => line.includes('xception:') && /[Uu]nhandled [Ee]xception:/.test(line.slice(0, 300)),
  );
  const own =
    title === -1
      ? lines
      : [lines[title]!.slice(lines[title]!.search(/xception:/) + 9).trim(), ...lines.slice(title + 1)];
  const note = own.findIndex((line) => line.startsWith('*** *** ***'));
  const message = own
    .slice(0, note === -1 ? own.length : note)
    .join('\n')
    .trim();
  const type = /^(_?[A-Z]\w{0,100}(?:Exception|Error)|Exception)(?:: |$)/.exec(message.slice(0, 200));
  return type ? { type: type[1]!, message: message.slice(type[0].length) } : { message };
}

const DEPENDENCIES = new Set(
  (
    'flutter flutter_test flutter_web_plugins http http_parser dio shelf shelf_router test test_api matcher stack_trace async ' +
    'bloc flutter_bloc provider riverpod flutter_riverpod get get_it rxdart collection meta path grpc protobuf drift sqflite ' +
    'hive isar json_annotation freezed_annotation go_router auto_route mocktail mockito web_socket_channel'
  ).split(' '),
);

function kindOf(file: string): FrameKind {
  if (file.startsWith('dart:')) {
    return 'runtime';
  }
  if (file.startsWith('package:')) {
    const name = file.slice(8, file.indexOf('/'));
    return /^(?:opentelemetry|sentry|datadog)/.test(name)
      ? 'sdk'
      : DEPENDENCIES.has(name)
        ? 'dependency'
        : 'app';
  }
  return /\/(?:\.pub-cache|hosted\/pub\.)/.test(file) ? 'dependency' : 'app';
}
