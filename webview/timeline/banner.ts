import { traceProblemText, timelineWords } from '../../src/words';
import { element, icon } from '../shared/element';
import { iconButton } from '../shared/toolkit';
import type { TimelineSession } from './session';

/** The first problem of a trace in one line; *Details* lists all, each leading to the first span it concerns. */
export function problemBanner(
  session: TimelineSession,
  listener: { readonly onClose: () => void; readonly onShow: (row: number) => void },
): HTMLElement | undefined {
  // Several roots are the heading rows of orphans again, where there are orphans.
  const orphans = session.trace.problems.some(({ code }) => code === 'orphanSpans');
  const problems = session.trace.problems.filter(({ code }) => !(code === 'severalRoots' && orphans));
  const first = problems[0];
  if (!first) {
    return undefined;
  }
  const list = element('ul', {
    class: 'problem-list',
    attributes: { 'aria-label': timelineWords.problems() },
  });
  list.hidden = true;
  for (const problem of problems) {
    const row = problem.rows[0];
    const text = traceProblemText(problem);
    list.append(
      element(
        'li',
        {},
        row === undefined
          ? text
          : element('button', {
              class: 'link',
              text,
              onClick: () => {
                listener.onShow(row);
              },
            }),
      ),
    );
  }
  const details = element('button', {
    class: 'link',
    text: timelineWords.details(),
    attributes: { 'aria-expanded': 'false' },
    onClick: () => {
      list.hidden = !list.hidden;
      details.setAttribute('aria-expanded', String(!list.hidden));
    },
  });
  return element(
    'section',
    { class: 'banner', attributes: { role: 'status' } },
    element(
      'div',
      { class: 'banner-line' },
      icon('warning', 'warning'),
      element('span', { class: 'banner-text', text: traceProblemText(first) }),
      details,
      element('span', { class: 'gap' }),
      iconButton({ icon: 'close', label: timelineWords.close(), onClick: listener.onClose }),
    ),
    list,
  );
}
