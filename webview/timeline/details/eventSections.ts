import { formatCount } from '../../../src/base/format';
import { attributesOf } from '../../../src/core/model/attributes';
import { spanIdAt, traceIdAt } from '../../../src/core/model/ids';
import { offsetText } from '../../../src/core/timeline/durationText';
import { failureWords, showMoreRowsText, timelineWords } from '../../../src/words';
import { element, icon } from '../../shared/element';
import type { TimelineSession } from '../session';
import { section, type Folding } from './section';

const firstEvents = 100;

/** Events of a span in order of time, and log records with an exception among them. */
export function eventSection(
  session: TimelineSession,
  row: number,
  folding: Folding,
): HTMLElement | undefined {
  const { trace, strings } = session;
  const { offsets, timeUnixNano, names, origins, attributes } = trace.spans.events;
  const events = Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, i) => offsets[row]! + i);
  if (events.length === 0) {
    return undefined;
  }
  events.sort((a, b) => (timeUnixNano[a]! < timeUnixNano[b]! ? -1 : 1));
  const list = element('div', { class: 'event-list' });
  const add = (from: number, to: number): void => {
    for (const event of events.slice(from, to)) {
      const own = attributesOf(strings, attributes, event);
      const name = strings.get(names[event]!) || timelineWords.noEvents();
      // The whole exception stands in its own section.
      const facts = own
        .filter(
          ({ key }) => name !== 'exception' || key === 'exception.type' || !key.startsWith('exception.'),
        )
        .map(({ key, text }) => (key === 'exception.type' ? text : `${key} ${text}`));
      if (origins[event] === 1) {
        facts.unshift(timelineWords.logRecord());
      }
      list.append(
        element(
          'div',
          { class: 'event' },
          element('span', { class: 'key', text: offsetText(Number(timeUnixNano[event]! - trace.epochNs)) }),
          element('span', {
            class: name === 'exception' ? 'event-name error-word' : 'event-name',
            text: name,
          }),
          element('span', { class: 'dim event-facts', text: facts.join(', '), title: facts.join('\n') }),
        ),
      );
    }
  };
  add(0, firstEvents);
  if (events.length > firstEvents) {
    const more = element('button', {
      class: 'link pairs-more',
      text: showMoreRowsText(events.length - firstEvents),
      onClick: () => {
        more.remove();
        add(firstEvents, events.length);
      },
    });
    return section(
      { id: 'events', title: timelineWords.events(), note: formatCount(events.length) },
      folding,
      list,
      more,
    );
  }
  return section(
    { id: 'events', title: timelineWords.events(), note: formatCount(events.length) },
    folding,
    list,
  );
}

/** Links of a span; one into this trace selects its span, any other opens its trace. */
export function linkSection(
  session: TimelineSession,
  row: number,
  folding: Folding,
  listener: { readonly onSelect: (node: number) => void; readonly onOpenTrace: (traceId: string) => void },
): HTMLElement | undefined {
  const { offsets, traceIds, spanIds, attributes } = session.trace.spans.links;
  const list = element('div', { class: 'event-list' });
  for (let link = offsets[row]!; link < offsets[row + 1]!; link++) {
    const traceId = traceIdAt(traceIds, link);
    const spanId = spanIdAt(spanIds, link);
    const node = traceId === session.trace.traceId ? session.nodeOfSpanId(spanId) : undefined;
    const target = node === undefined ? undefined : session.rowOf(node);
    const facts = attributesOf(session.strings, attributes, link).map(({ key, text }) => `${key} ${text}`);
    list.append(
      element(
        'div',
        { class: 'event' },
        icon('link', 'row-icon'),
        element('button', {
          class: 'link',
          text:
            target === undefined
              ? `${traceId.slice(0, 8)}…${spanId}`
              : session.name(target) || failureWords.unnamed(),
          title: `${traceId}\n${spanId}`,
          onClick: () => {
            if (node === undefined) {
              listener.onOpenTrace(traceId);
            } else {
              listener.onSelect(node);
            }
          },
        }),
        element('span', { class: 'dim event-facts', text: facts.join(', '), title: facts.join('\n') }),
      ),
    );
  }
  return list.childElementCount === 0
    ? undefined
    : section(
        { id: 'links', title: timelineWords.links(), note: formatCount(list.childElementCount) },
        folding,
        list,
      );
}
