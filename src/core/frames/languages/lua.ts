import type { Draft, Frame, FrameKind } from '../frame';
import { filePosition, frameFrom, hintFor, lastFilledLine, rootException } from '../frameParts';
import type { StackLanguage } from '../language';

const TITLE = 'stack traceback:';

/** Tracebacks of Lua and LuaJIT, newest call first. */
export const lua: StackLanguage = {
  id: 'lua',
  words: [TITLE],
  detect(line) {
    return line.endsWith(TITLE) || line.trim() === TITLE;
  },
  parse(input) {
    const { text, headerFrom, at } = input;
    const frames: Draft<Frame>[] = [];
    let line = at + 1;
    for (; line < text.lines.length; line++) {
      const raw = text.lines[line]!;
      const frame = parseLuaFrame(raw, text.numbers[line]!);
      const skipped = /^\s{0,8}\.\.\.(?:\s|\\t){0,8}\(skip(?:ping|ped) (\d{1,9}) levels\)/.exec(
        raw.slice(0, 80),
      );
      if (frame) {
        frames.push(frame);
      } else if (skipped || raw.trim() === '...') {
        const last = frames.at(-1);
        if (last && skipped) {
          last.elided = Number(skipped[1]);
        }
      } else if (!OWN.test(raw.slice(0, 80).trim())) {
        break;
      }
    }
    const own = text.lines[at]!.trimEnd().slice(0, -TITLE.length);
    const header = [...text.lines.slice(headerFrom, at), ...(own.trim() === '' ? [] : [own])];
    const message = { message: messageIn(header) };
    return { exceptions: [rootException('lua', frames, message, hintFor(input, 0))], next: line };
  },
};

/** `coroutine 0:` stands between the parts of one stack in OpenResty. */
const OWN = /^(?:\(\.\.\.tail calls\.\.\.\)|\(tail call\): \?|coroutine \d{1,9}:)$/;

/** The message begins with the place it was raised at, after the interpreter's name. */
function messageIn(lines: readonly string[]): string | undefined {
  const start = lines.findIndex((line) => PLACE.test(line.slice(0, 500)));
  const last = lastFilledLine(lines, 0, lines.length);
  if (last === undefined) {
    return undefined;
  }
  const own = lines.slice(start === -1 ? last : start, last + 1);
  const interpreter = /^[\w./-]{0,100}lua[\w.-]{0,20}: /.exec(own[0]!.slice(0, 150));
  return [own[0]!.slice(interpreter?.[0].length ?? 0), ...own.slice(1)].join('\n').trim();
}

const PLACE = /^(?:[\w./-]{0,100}lua[\w.-]{0,20}: )?(?:[^:\s][^:]{0,300}|[A-Za-z]:[^:]{1,300}):\d{1,9}: /;

/** Reads `FILE:LINE: in function 'name'`; `undefined` for other lines. */
function parseLuaFrame(raw: string, rawLine: number): Draft<Frame> | undefined {
  const body = raw.trim();
  if (!/^\s/.test(raw)) {
    return undefined;
  }
  if (body.startsWith('[C]: ')) {
    const isCall = body.startsWith('in ', 5) || body.startsWith('at 0x', 5);
    return isCall ? frameFrom(raw, rawLine, { ...nameIn(body.slice(5)), kind: 'native' }) : undefined;
  }
  const mark = placeEnd(body);
  const position = mark === -1 ? undefined : filePosition(body.slice(0, mark));
  if (
    !position ||
    !/^(?:function|method|field|upvalue|local|global|main chunk|metamethod|hook|for iterator)\b/.test(
      body.slice(mark + 5),
    )
  ) {
    return undefined;
  }
  const file = wholeFile(position.file);
  const name = nameIn(body.slice(mark + 2));
  return file === undefined
    ? frameFrom(raw, rawLine, { ...name, kind: 'eval' })
    : frameFrom(raw, rawLine, { ...name, file, lineBase1: position.lineBase1, kind: kindOfFile(file) });
}

/** Index of the `: in ` after the place; the source of a chunk in brackets can hold the same. */
function placeEnd(body: string): number {
  const end = body.startsWith('[string "') ? body.indexOf('"]:') : 0;
  return end === -1 ? -1 : body.indexOf(': in ', end);
}

/** `undefined` for chunks made of a string; Lua cuts long paths at their beginning, perhaps inside a folder's name. */
function wholeFile(printed: string): string | undefined {
  if (printed.startsWith('[string ')) {
    return undefined;
  }
  if (!printed.startsWith('...')) {
    return printed;
  }
  const slash = printed.search(/[\\/]/);
  return slash === -1 ? undefined : printed.slice(slash + 1);
}

function nameIn(text: string): { function?: string; className?: string } {
  const open = text.indexOf("'");
  const close = text.lastIndexOf("'");
  const name = open === -1 || close <= open ? '?' : text.slice(open + 1, close);
  if (name === '?') {
    return {};
  }
  const dot = Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'));
  return dot < 1 ? { function: name } : { function: name, className: name.slice(0, dot) };
}

function kindOfFile(file: string): FrameKind {
  if (
    /(?:^|\/)(?:share\/lua|lib\/lua|lualib|luarocks|lua_modules|\.luarocks|rocks)\//.test(
      file.replaceAll('\\', '/'),
    )
  ) {
    return file.includes('opentelemetry') ? 'sdk' : 'dependency';
  }
  // A chunk may have any name.
  return /[\\/]|\.\w+$/.test(file) && !file.includes('(') ? 'app' : 'generated';
}
