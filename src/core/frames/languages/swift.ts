import type { Draft, Frame, FrameKind, ParsedException } from '../frame';
import { filePosition, frameFrom, hintFor, rootException } from '../frameParts';
import type { Section, SectionInput, StackHint, StackLanguage } from '../language';

/** Backtraces that Swift prints on a crash, since 5.9; code without symbols has no place. */
export const swift: StackLanguage = {
  id: 'swift',
  firsts: '0123456789',
  words: [' in '],
  detect(line) {
    return parseSwiftFrame(line, 0) !== undefined;
  },
  parse,
};

function parse(input: SectionInput): Section {
  const { text, headerFrom, at } = input;
  const { header, thread } = headerOf(text.lines, headerFrom, at);
  const exceptions: Draft<ParsedException>[] = [];
  let frames: Draft<Frame>[] = [];
  const open = (own: StackHint, name: string | undefined): void => {
    frames = [];
    const hint = exceptions.length === 0 ? hintFor(input, 0) : {};
    exceptions.push({
      ...rootException('swift', frames, own, hint),
      ...(name === undefined ? {} : { thread: name }),
    });
  };
  open(header, thread);
  let end = at;
  for (let line = at; line < text.lines.length && !input.isMessage(line); line++) {
    const raw = text.lines[line]!;
    const frame = parseSwiftFrame(raw, text.numbers[line]!);
    const title = THREAD.exec(raw.slice(0, 200));
    if (frame) {
      frames.push(frame);
    } else if (title) {
      open({}, title[1]);
    } else if (!takeBetween(raw, frames.at(-1))) {
      break;
    }
    if (frame) {
      end = line + 1;
    }
  }
  return {
    exceptions: exceptions.filter((exception) => exception.frames.length > 0),
    next: Math.max(end, at + 1),
  };
}

const THREAD = /^(?:Thread (\d{1,6}(?: "[^"]{0,100}")?)(?: crashed)?:)$/;

/** Lines of code below a frame, the frame's own among them, and dots for what was left out. */
function takeBetween(raw: string, last: Draft<Frame> | undefined): boolean {
  const bar = raw.slice(0, 20).indexOf('│');
  if (bar === -1) {
    return raw.trim() === '' || raw.trim() === '...';
  }
  const number = raw.slice(0, bar).trim();
  if (last?.lineBase1 !== undefined && number === String(last.lineBase1)) {
    last.sourceText = raw.slice(bar + 1).trim();
  }
  return true;
}

/** Reads `4 [ra] 0x0000000104b3c1f8 main + 24 in crash at /src/main.swift:4:15`. */
function parseSwiftFrame(raw: string, rawLine: number): Draft<Frame> | undefined {
  const head =
    /^\s{0,8}\d{1,6}\s+(?:\[(?:ra|system|thunk|inlined|async|pc)\] ){0,4}(?:0x[\da-f]{6,16} )?/.exec(
      raw.slice(0, 120),
    );
  if (!head) {
    return undefined;
  }
  const flags = head[0];
  const body = raw.slice(flags.length).trimEnd();
  const at = body.lastIndexOf(' at ');
  const isGenerated = /^\/?<compiler-generated>/.test(body.slice(at + 4));
  const position = at === -1 || isGenerated ? undefined : filePosition(body.slice(at + 4));
  const call = position || isGenerated ? body.slice(0, at) : body;
  const word = call.lastIndexOf(' in ');
  const image = word === -1 ? '' : call.slice(word + 4);
  const name = word === -1 ? '' : call.slice(0, word);
  const offset = /^(.+?) \+ \d{1,9}$/.exec(name.slice(0, 2_000));
  // An inlined call has no address of its own.
  if (!/^[\w.+-]{1,120}$/.test(image) || (!offset && !(flags.includes('[inlined]') && position))) {
    return undefined;
  }
  const printed = offset?.[1] ?? name;
  const open = printed.indexOf('(');
  const dot = printed.slice(0, open === -1 ? undefined : open).lastIndexOf('.');
  const isSystem = flags.includes('[system]') || flags.includes('[thunk]');
  return frameFrom(raw, rawLine, {
    function: printed,
    className: dot < 1 ? undefined : printed.slice(0, dot),
    module: image,
    ...position,
    kind: isSystem ? 'runtime' : isGenerated ? 'generated' : kindOfFile(position?.file),
  });
}

function kindOfFile(file: string | undefined): FrameKind {
  if (file === undefined) {
    return 'native';
  }
  const path = file.replaceAll('\\', '/');
  const packages = /\/(?:\.build\/checkouts|SourcePackages\/checkouts|Pods|Carthage\/Checkouts)\//.exec(path);
  if (packages) {
    return /^(?:opentelemetry|sentry)/i.test(path.slice(packages.index + packages[0].length))
      ? 'sdk'
      : 'dependency';
  }
  return path.includes('/swift/stdlib/') ? 'runtime' : 'app';
}

/** `*** Program crashed: Bad pointer dereference at 0x4 ***`, and the fatal error printed above it. */
function headerOf(
  lines: readonly string[],
  from: number,
  to: number,
): { header: StackHint; thread?: string } {
  let message: string | undefined;
  let type: string | undefined;
  let thread: string | undefined;
  for (let line = from; line < to; line++) {
    const text = lines[line]!.trim().slice(0, 4_000);
    const fatal = /(?:^|: )Fatal error: /.exec(text);
    const crash = /^(?:\*\*\*|💣) Program crashed: /u.exec(text);
    const title = THREAD.exec(text.slice(0, 200));
    if (fatal) {
      message = text.slice(fatal.index + fatal[0].length);
      type = 'Fatal error';
    } else if (crash) {
      message ??= text.slice(crash[0].length).replace(/ \*\*\*$/, '');
    }
    thread = title?.[1] ?? thread;
  }
  return { header: { type, message }, ...(thread === undefined ? {} : { thread }) };
}
