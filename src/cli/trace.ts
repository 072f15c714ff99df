import type { StackResolver } from '../analysis/lines/resolver';
import { otlpJsonFromTrace } from '../core/codecs/otlpJsonFromTrace';
import { exceptionsOfSpan } from '../core/model/exceptions';
import { stringsOf } from '../core/model/attributes';
import { traceIdFromHex } from '../core/model/ids';
import { SpanFlag, type Trace } from '../core/model/trace';
import { durationText } from '../core/timeline/durationText';
import { oneLine } from '../host/plainText';
import { backendErrorText, cliText, joinFacts } from '../words';
import type { CommandStreams } from './resolve';
import { openResolver, openSource, readSourceArguments } from './traceSource';

/** `spanline trace`: prints one trace. Exit codes: 0 done, 1 not known, 2 bad use or a source that cannot be read. */
export async function traceCommand(argv: readonly string[], io: CommandStreams): Promise<number> {
  const asked = readSourceArguments(argv, { command: 'trace', positionals: 1 }, Date.now());
  if (typeof asked === 'string') {
    return say(io, asked);
  }
  const [text] = asked.positionals;
  if (text === undefined) {
    return say(io, cliText.needsTraceId());
  }
  const id = traceIdFromHex(traceIdIn(text));
  if (id === undefined) {
    return say(io, cliText.badTraceId(text));
  }
  const resolver = await openResolver(asked.workspace);
  if (typeof resolver === 'string') {
    return say(io, resolver);
  }
  const source = await openSource(asked);
  if (typeof source === 'string') {
    resolver?.dispose();
    return say(io, source);
  }
  try {
    const trace = await source.backend.trace(id, new AbortController().signal);
    if (!trace.ok) {
      io.stderr.write(`${backendErrorText(source.name, trace.error)}\n`);
      return trace.error.kind === 'notFound' ? 1 : 2;
    }
    io.stdout.write(
      asked.json ? `${otlpJsonFromTrace(trace.value)}\n` : await waterfallText(trace.value, resolver),
    );
    return 0;
  } finally {
    source.close();
    resolver?.dispose();
  }
}

function say(io: CommandStreams, sentence: string): number {
  io.stderr.write(`${sentence}\n`);
  return 2;
}

/** The trace id of a `traceparent`, else the text itself. */
function traceIdIn(text: string): string {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(text)?.[1] ?? text;
}

/** Deepest indentation, so that a chain of a million spans stays readable and printable. */
const MAX_INDENT = 40;

/** One line a span: tree, service, name, duration; below a failed one its exceptions with their line. */
async function waterfallText(trace: Trace, resolver: StackResolver | undefined): Promise<string> {
  const strings = stringsOf(trace.spans);
  const lines: string[] = [];
  for (let row = 0; row < trace.spans.count; row++) {
    const indent = '  '.repeat(Math.min(trace.depth[row]!, MAX_INDENT));
    const service = oneLine(strings.get(trace.service[row]!));
    const mark = (trace.flags[row]! & SpanFlag.error) === 0 ? '' : '✖ ';
    lines.push(
      `${indent}${mark}${joinFacts([
        `${service}  ${oneLine(strings.get(trace.spans.names[row]!))}`,
        durationText(trace.spanDurationNs[row]!),
      ])}\n`,
    );
    for (const { type, message, stack } of exceptionsOfSpan(trace.spans, row)) {
      const frame =
        stack === '' ? undefined : await resolver?.resolveTopFrame({ text: stack, service, mappings: [] });
      const place = frame?.location && `${frame.location.path}:${frame.location.lineBase1}`;
      lines.push(`${indent}    ${joinFacts([oneLine(type), place, oneLine(message)])}\n`);
    }
  }
  return lines.join('');
}
