import { formatClock } from '../../base/format';
import { durationText } from '../../core/timeline/durationText';
import type { LocatedGroup, PathSpan } from '../../protocol/analysis';
import type { ResolvedFrame } from '../../protocol/resolve';
import { groupStateText, joinFacts, recoveredText, tooltipTerms } from '../../words';
import { lineText, printedPlaceText } from '../source/lineText';
import { groupRate } from './groupRate';

/** A failing run as Markdown for an issue or a message: what failed, how often, the way to it, the frames. */
export function markdownOfFailure(failure: {
  readonly traceId: string;
  readonly group: LocatedGroup | undefined;
  /** The group's counts are exact, not lower bounds. */
  readonly complete: boolean;
  readonly spans: readonly PathSpan[];
  readonly nowMs: number;
}): string {
  const { group, spans, traceId, nowMs, complete } = failure;
  const lines: string[] = [];
  if (group) {
    lines.push(`### ${code(group.type)} ${lineText(group.frame)}`, '', ...fenced(group.message), '');
    lines.push(
      `- ${tooltipTerms.state()}: ${groupStateText(group)}`,
      `- ${tooltipTerms.rate()}: ${joinFacts([
        groupRate(group, complete),
        group.recovered > 0 ? recoveredText(group.recovered) : undefined,
      ])}`,
      `- ${tooltipTerms.operation()}: ${code(joinFacts([group.entryService, group.operation]))}`,
      `- ${tooltipTerms.lastSeen()}: ${formatClock(group.lastSeenMs, nowMs)}`,
    );
  }
  lines.push(`- ${tooltipTerms.trace()}: ${code(traceId)}`, '');
  spans.forEach((span, depth) => {
    const facts = joinFacts([
      code(joinFacts([span.service, span.name])),
      durationText(span.durationMs * 1e6),
      span.frame ? code(lineText(span.frame)) : undefined,
    ]);
    lines.push(`${'  '.repeat(depth)}- ${span.origin ? '✖ ' : ''}${facts}`);
  });
  for (const exception of spans.flatMap((span) => (span.origin ? span.exceptions : []))) {
    lines.push(
      '',
      ...fenced(
        [
          joinFacts([exception.type, exception.message]),
          ...exception.frames.filter(({ inApp }) => inApp).map((frame) => `  ${frameLine(frame)}`),
        ].join('\n'),
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

function frameLine(frame: ResolvedFrame): string {
  const place = frame.location
    ? `${frame.location.path}:${frame.location.lineBase1}${frame.location.grade === 'likely' ? '?' : ''}`
    : printedPlaceText(frame);
  return joinFacts([frame.sourceFunction ?? frame.function, place]);
}

/** Inline code that no back-tick inside can end. */
function code(text: string): string {
  const plain = text.replace(/\s+/g, ' ');
  const fence = '`'.repeat(longestRun(plain) + 1);
  return fence.length === 1 ? `\`${plain}\`` : `${fence} ${plain} ${fence}`;
}

/** A code block that no back-ticks inside can end. */
function fenced(text: string): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return [fence, text, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
