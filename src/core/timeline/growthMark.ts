import { SpanFlag, type Trace } from '../model/trace';

/** A text that differs once a trace has grown: more spans, an open span that ended, or another recording of one it had. */
export function growthMark(trace: Trace): string {
  let open = 0;
  for (const flags of trace.flags) {
    open += flags & SpanFlag.open ? 1 : 0;
  }
  const odd = trace.problems.map(({ code, rows }) => `${code}:${rows.length}`);
  return [trace.spans.count, open, trace.epochNs, trace.durationNs, ...odd].join(' ');
}
