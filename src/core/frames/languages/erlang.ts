import type { Draft, Frame, FrameKind } from '../frame';
import { frameFrom, hintFor, rootException } from '../frameParts';
import type { SectionInput, StackHint, StackLanguage } from '../language';
import { lineNumberFrom } from '../lineNumber';

/** Erlang's `erl_error:format_exception`, also inside the reports of its logger. */
export const erlang: StackLanguage = {
  id: 'erlang',
  firsts: 'i',
  words: [' in '],
  detect(line) {
    return parseErlangFrame(line, 0) !== undefined;
  },
  parse(input) {
    const { text, at } = input;
    const { header, frame: thrown } = headerOf(input);
    const frames: Draft<Frame>[] = thrown ? [thrown] : [];
    let line = at;
    for (; line < text.lines.length && !input.isMessage(line); line++) {
      const raw = text.lines[line]!;
      const frame = parseErlangFrame(raw, text.numbers[line]!);
      if (frame) {
        frames.push(frame);
      } else if (!/^\s{2,40}(?:called as |\*\*\* argument |\.\.\. )/.test(raw.slice(0, 60))) {
        break;
      }
    }
    return { exceptions: [rootException('erlang', frames, header, hintFor(input, 0))], next: line };
  },
};

/** Reads `in call from shop:charge/1 (shop.erl, line 6)`; functions of C code have no place. */
function parseErlangFrame(raw: string, rawLine: number): Draft<Frame> | undefined {
  const words = /^\s{2,40}in (?:function  ?|call from )/.exec(raw.slice(0, 70));
  if (!words) {
    return undefined;
  }
  const { name, place } = splitPlace(raw.slice(words[0].length).trimEnd());
  return /^(?:[a-z][\w@]*|'[^']{1,300}'|\S{1,300})\/\d{1,3}$/.test(name)
    ? frameAt(raw, rawLine, name, place)
    : undefined;
}

type Place = Pick<Frame, 'file' | 'lineBase1'>;

function splitPlace(text: string): { name: string; place: Place } {
  const open = text.endsWith(')') ? text.lastIndexOf(' (') : -1;
  const word = open === -1 ? -1 : text.lastIndexOf(', line ');
  const lineBase1 = word <= open ? undefined : lineNumberFrom(text, word + 7, text.length - 1);
  return lineBase1 === undefined
    ? { name: text, place: {} }
    : { name: text.slice(0, open), place: { file: text.slice(open + 2, word), lineBase1 } };
}

function frameAt(raw: string, rawLine: number, name: string, place: Place): Draft<Frame> {
  const colon = name.startsWith("'") ? name.indexOf("':") + 1 : name.indexOf(':');
  const module = colon < 1 ? undefined : name.slice(0, colon).replaceAll("'", '');
  return frameFrom(raw, rawLine, {
    function: name,
    className: module,
    ...place,
    kind: kindOf(module, place.file),
  });
}

/** `exception error: message`; where no clause fits, the message ends with the place of the function. */
function headerOf({ text, headerFrom, at }: SectionInput): { header: StackHint; frame?: Draft<Frame> } {
  const start = text.lines.slice(headerFrom, at).findLastIndex((line) => line.includes('exception '));
  const first = start === -1 ? undefined : text.lines[headerFrom + start]!;
  const match = first && /exception (error|exit|throw): /.exec(first.slice(0, 200));
  if (!first || !match) {
    return { header: {} };
  }
  const lines = [first.slice(match.index + match[0].length), ...text.lines.slice(headerFrom + start + 1, at)];
  const message = lines.join('\n').trim();
  const type = match[1]!;
  const { name, place } = splitPlace(message);
  const call = name.startsWith('no function clause matching ') ? name.slice(28) : undefined;
  const open = call?.indexOf('(') ?? -1;
  if (call === undefined || open < 1 || place.file === undefined) {
    return { header: { type, message } };
  }
  const raw = text.lines[at - 1]!;
  return {
    header: { type, message },
    frame: frameAt(raw, text.numbers[at - 1]!, call.slice(0, open), place),
  };
}

const RUNTIME = new Set(
  (
    'lists ets maps file io init erlang timer gen gen_server gen_statem gen_event proc_lib supervisor application ' +
    'application_master erl_eval error_handler code code_server escript shell binary string re unicode queue sets ordsets ' +
    'dict orddict array gb_trees gb_sets dets mnesia ssl inet gen_tcp gen_udp httpc user_sup logger rpc erpc global ' +
    'persistent_term atomics counters crypto public_key zlib filename filelib io_lib calendar rand math os net_kernel c'
  ).split(' '),
);

/** The file has its base name only, so the module tells. */
function kindOf(module: string | undefined, file: string | undefined): FrameKind {
  if (module === undefined || RUNTIME.has(module) || /^(?:prim_|erts_|erl_)/.test(module)) {
    return 'runtime';
  }
  if (/^(?:opentelemetry|otel_)/.test(module)) {
    return 'sdk';
  }
  if (
    /^(?:cowboy|ranch|cowlib|cow_|hackney|gun|poolboy|epgsql|jsx|jiffy|telemetry|brod|Elixir\.(?:Plug|Phoenix|Ecto|DBConnection)\.)/.test(
      module,
    )
  ) {
    return 'dependency';
  }
  if (
    /^Elixir\.(?:Enum|Task|GenServer|Agent|Stream|Map|Keyword|Kernel|Process|Supervisor|Registry|Code|Module|File|IO|String|Integer|List|Mix)\b/.test(
      module,
    )
  ) {
    return 'runtime';
  }
  return file === undefined ? 'unknown' : 'app';
}
