import { durationText, offsetText } from '../../src/core/timeline/durationText';
import { joinFacts, stripText, timelineWords } from '../../src/words';
import { formatCount } from '../../src/base/format';
import { element } from '../shared/element';
import type { TimelineSession } from './session';
import { ErrorRole } from '../../src/core/timeline/errorOrigins';

/** The card of one place on a density strip: how many spans run there, and which. */
export function stripCard(
  session: TimelineSession,
  node: number,
  fromNs: number,
  toNs: number,
): readonly Node[] {
  const names = new Map<string, number>();
  let spans = 0;
  let failed = 0;
  let longestNs = 0;
  let first = Infinity;
  let last = -Infinity;
  for (let below = node + 1; below < session.tree.end[node]!; below++) {
    const row = session.rowOf(below);
    if (row === undefined) {
      continue;
    }
    const startNs = session.startNs(row);
    const endNs = startNs + session.shownDurationNs(row);
    if (startNs <= toNs && endNs >= fromNs) {
      spans++;
      failed += session.roles[row] === ErrorRole.none ? 0 : 1;
      longestNs = Math.max(longestNs, endNs - startNs);
      first = Math.min(first, startNs);
      last = Math.max(last, endNs);
      const name = session.name(row);
      names.set(name, (names.get(name) ?? 0) + 1);
    }
  }
  if (spans === 0) {
    return [];
  }
  const most = [...names].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return [
    element('div', { class: 'card-title', text: `${offsetText(fromNs)} … ${offsetText(toNs)}` }),
    element('div', { text: stripText(spans, failed, durationText(longestNs)) }),
    element('div', {
      class: 'dim',
      text: joinFacts(most.map(([name, count]) => `${name} ${formatCount(count)}`)),
    }),
    element(
      'div',
      { class: 'card-actions' },
      element('button', {
        class: 'link',
        text: timelineWords.zoomToThese(),
        onClick: () => {
          session.setViewport({ startNs: first, endNs: last });
        },
      }),
    ),
  ];
}
