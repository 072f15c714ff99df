import { CharSet } from '../charSet';
import type { Draft, Frame, FrameKind, ParsedException } from '../frame';
import { filePosition, frameFrom, hintFor } from '../frameParts';
import type { Section, SectionInput, StackHint, StackLanguage } from '../language';
import { indentOf } from '../lineNumber';

/** Elixir's `Exception.format` and `format_stacktrace`, with exceptions of other processes inside. */
export const elixir: StackLanguage = {
  id: 'elixir',
  words: [': ', ') :'],
  detect(line) {
    return parseElixirFrame(line, 0) !== undefined;
  },
  parse,
};

interface Open {
  readonly header: StackHint;
  readonly indent: number;
  readonly frames: Draft<Frame>[];
}

function parse(input: SectionInput): Section {
  const { text, headerFrom, at } = input;
  const opened: Open[] = headers(text.lines.slice(headerFrom, at));
  // Calls without a place can stand above the first that has one.
  const above: Draft<Frame>[] = [];
  for (let line = at - 1; line >= headerFrom && !input.isMessage(line); line--) {
    const frame = parseElixirFrame(text.lines[line]!, text.numbers[line]!, true);
    if (!frame) {
      break;
    }
    above.push(frame);
  }
  for (const frame of above.reverse()) {
    ownerOf(opened, indentOf(frame.raw)).frames.push(frame);
  }
  let line = at;
  for (; line < text.lines.length && !input.isMessage(line); line++) {
    const raw = text.lines[line]!;
    const frame = parseElixirFrame(raw, text.numbers[line]!, true);
    const header = frame ? undefined : headerOf(raw);
    if (frame) {
      ownerOf(opened, indentOf(raw)).frames.push(frame);
    } else if (header && indentOf(raw) > 0) {
      opened.push({ header, indent: indentOf(raw), frames: [] });
    } else if (!/^\s+\(ex_unit|^\s+\*\* \(EXIT\)/.test(raw.slice(0, 60))) {
      break;
    }
  }
  return { exceptions: opened.map((open, index) => finish(open, index, input)), next: line };
}

function finish(open: Open, index: number, input: SectionInput): Draft<ParsedException> {
  const hint = index === 0 ? hintFor(input, 0) : {};
  const type = open.header.type ?? hint.type?.replace(/^Elixir\./, '');
  const message = hint.message ?? open.header.message;
  return {
    language: 'elixir',
    ...(type === undefined ? {} : { type }),
    ...(message === undefined || message === '' ? {} : { message }),
    relation: index === 0 ? 'root' : 'cause',
    ...(index === 0 ? {} : { parent: input.firstIndex + index - 1 }),
    frames: open.frames,
  };
}

/** Frames are indented by four more than the header of what they belong to. */
function ownerOf(opened: Open[], indent: number): Open {
  const owner = opened.findLast((open) => open.indent + 4 === indent) ?? opened.at(-1);
  if (owner) {
    return owner;
  }
  const open: Open = { header: {}, indent: indent - 4, frames: [] };
  opened.push(open);
  return open;
}

/** `** (ArithmeticError) message`, and what is indented more, one in the other. Lines between belong to the message before. */
function headers(lines: readonly string[]): Open[] {
  const opened: { type: string; message: string[]; indent: number }[] = [];
  for (const line of lines) {
    const header = headerOf(line);
    const last = opened.at(-1);
    if (header && (!last || indentOf(line) > last.indent)) {
      opened.push({ type: header.type ?? '', message: [header.message ?? ''], indent: indentOf(line) });
    } else if (header) {
      opened.splice(0, opened.length, {
        type: header.type ?? '',
        message: [header.message ?? ''],
        indent: indentOf(line),
      });
    } else {
      last?.message.push(line);
    }
  }
  return opened.map(({ type, message, indent }) => ({
    header: { type, message: withoutCalls(message).join('\n').trim() },
    indent,
    frames: [],
  }));
}

/** Calls without a place that end the message are frames. */
function withoutCalls(lines: readonly string[]): readonly string[] {
  let end = lines.length;
  while (end > 1 && parseElixirFrame(lines[end - 1]!, 0, true)) {
    end--;
  }
  return lines.slice(0, end);
}

function headerOf(line: string): StackHint | undefined {
  const mark = line.indexOf('** (');
  if (mark === -1 || mark > 300 || line.startsWith('EXIT)', mark + 4)) {
    return undefined;
  }
  const close = line.indexOf(') ', mark);
  const type = close === -1 ? '' : line.slice(mark + 4, close);
  return /^[A-Za-z_][\w.]{0,200}$/.test(type) ? { type, message: line.slice(close + 2) } : undefined;
}

/** Reads `(app 1.0.0) FILE:LINE: Module.function/1`. `isInside` allows calls without a place, which only their neighbours tell. */
function parseElixirFrame(raw: string, rawLine: number, isInside = false): Draft<Frame> | undefined {
  if (!raw.startsWith('  ')) {
    return undefined;
  }
  const body = raw.trim();
  if (body.length > 5_000) {
    return undefined;
  }
  const app = body.startsWith('(')
    ? /^\(([a-z]\w{0,80})(?: \d[\w.+-]{0,60})?\) /.exec(body.slice(0, 160))
    : null;
  const call = app ? body.slice(app[0].length) : body;
  const mark = call.indexOf(': ');
  const position = mark < 1 ? undefined : filePosition(call.slice(0, mark));
  if (!position || position.columnBase1 !== undefined || !FILE.test(position.file.slice(-60))) {
    const isCall = (app !== null || (isInside && raw.startsWith('    '))) && isFunction(call);
    return isCall ? calledFrame(raw, rawLine, call, app?.[1]) : undefined;
  }
  const name = call.slice(mark + 2);
  if (!isFunction(name) && !/^\((?:file|module|stdlib|elixir)\b/.test(name)) {
    return undefined;
  }
  const { file, lineBase1 } = position;
  const isCode = /^(?:nofile|iex|eval|\w{1,40}#cell:.*)$/.test(file);
  const kind: FrameKind = isCode
    ? 'eval'
    : app
      ? kindOfApp(app[1]!)
      : /(?:^|\/)deps\//.test(file)
        ? 'dependency'
        : 'app';
  const place = isCode ? {} : { file, lineBase1 };
  return frameFrom(raw, rawLine, { ...nameOf(name), module: app?.[1], ...place, kind });
}

/** The frame of a call without a place. */
function calledFrame(raw: string, rawLine: number, call: string, app: string | undefined): Draft<Frame> {
  const name = nameOf(call);
  return frameFrom(raw, rawLine, {
    function: name.function,
    className: name.className,
    module: app,
    kind: app === undefined ? 'unknown' : kindOfApp(app),
  });
}

const FILE = /(?:\.(?:exs?|[ehy]rl|xrl|l?eex|heex|livemd|sface)|^nofile|^iex|^eval)$/;
/** `Shop.Order.charge/1`, `:lists.map/2`, `anonymous fn/1 in Shop.all/1`, `Shop.Nothing.run(1)`. */
function isFunction(text: string): boolean {
  return (text.endsWith(')') || /\/\d{1,3}$/.test(text.slice(-4))) && FUNCTION.test(text.slice(0, 300));
}

const FUNCTION = /^(?:anonymous fn\/\d{1,3} in |:[a-z][\w@]*\.|:"|#Function<|[A-Z][\w.]*\.)/;

function nameOf(printed: string): { function?: string; className?: string } {
  if (printed.startsWith('(')) {
    return {};
  }
  const end = NAME_CHARS.endOfAll(printed, printed.startsWith(':') ? 1 : 0, printed.length);
  const name = printed.startsWith('(', end) ? printed.slice(0, end) : printed;
  const word = name.lastIndexOf(' in ');
  const owner = word === -1 ? name : name.slice(word + 4);
  const quoted = owner.indexOf('."');
  const dot = quoted === -1 ? owner.lastIndexOf('.') : quoted;
  const isModule =
    dot > 0 && dot < owner.length - 1 && NAME_CHARS.hasAll(owner, owner.startsWith(':') ? 1 : 0, dot);
  return isModule ? { function: name, className: owner.slice(0, dot) } : { function: name };
}

const NAME_CHARS = new CharSet('_.@');

const RUNTIME = new Set(
  'elixir stdlib kernel erts mix iex eex ex_unit logger compiler crypto ssl inets public_key runtime_tools sasl'.split(
    ' ',
  ),
);
const DEPENDENCIES = new Set(
  (
    'phoenix plug cowboy cowlib ranch bandit thousand_island ecto db_connection postgrex myxql exqlite tesla finch mint ' +
    'hackney jason poison absinthe dataloader oban broadway gen_stage flow telemetry websock websock_adapter gettext swoosh ' +
    'httpoison req castore decimal amqp redix mongodb xandra grpc gun'
  ).split(' '),
);

/** Paths are relative to the application; one that is not known here may be the project's own. */
function kindOfApp(app: string): FrameKind {
  if (RUNTIME.has(app)) {
    return 'runtime';
  }
  if (app.startsWith('opentelemetry') || app.startsWith('sentry')) {
    return 'sdk';
  }
  return DEPENDENCIES.has(app) || /^(?:phoenix|plug|ecto|telemetry|nimble|absinthe)_/.test(app)
    ? 'dependency'
    : 'app';
}
