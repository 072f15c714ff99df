import { formatClock } from '../../base/format';
import { choiceWords, rangeProblemText, windowChoiceText } from '../../words';
import { askChoice, askText, type Choice } from '../steps';
import { timeFromText } from '../timeFromText';
import type { FailureChoices, Filter, Grouping, WindowChoice } from './failuresModel';

const minuteMs = 60_000;
const lengthsMs = [
  15 * minuteMs,
  60 * minuteMs,
  6 * 60 * minuteMs,
  24 * 60 * minuteMs,
  7 * 24 * 60 * minuteMs,
];

/** Asks for the window of the list; *Custom Range…* asks for its two ends. */
export async function askWindow(current: WindowChoice, nowMs: number): Promise<WindowChoice | undefined> {
  const picked = await askChoice<WindowChoice | 'custom'>(
    { title: choiceWords.windowTitle(), step: 1, totalSteps: 1 },
    [
      ...lengthsMs.map((lengthMs) => ({
        label: windowChoiceText(lengthMs),
        ...(current.kind === 'last' && current.lengthMs === lengthMs ? currentMark() : {}),
        value: { kind: 'last', lengthMs } as const,
      })),
      {
        label: choiceWords.customRange(),
        ...(current.kind === 'range' ? currentMark() : {}),
        value: 'custom',
      },
    ],
  );
  if (picked === 'custom') {
    return askRange(current, nowMs);
  }
  return typeof picked === 'object' ? picked : undefined;
}

/** Says which answer holds now, and stands on it. */
function currentMark(): Pick<Choice<unknown>, 'description' | 'isCurrent'> {
  return { description: choiceWords.current(), isCurrent: true };
}

async function askRange(current: WindowChoice, nowMs: number): Promise<WindowChoice | undefined> {
  const range = current.kind === 'range' ? current : { fromMs: nowMs - 60 * minuteMs, toMs: nowMs };
  const titles = { title: choiceWords.customRangeTitle(), totalSteps: 2 };
  const from = await askText({
    ...titles,
    step: 1,
    prompt: choiceWords.fromPrompt(),
    value: formatClock(range.fromMs, nowMs),
    validate: (text) => (timeFromText(text, nowMs) === undefined ? rangeProblemText('notTime') : undefined),
  });
  if (typeof from !== 'string') {
    return undefined;
  }
  const fromMs = timeFromText(from, nowMs)!;
  const to = await askText({
    ...titles,
    step: 2,
    prompt: choiceWords.toPrompt(),
    value: formatClock(Math.max(range.toMs, fromMs + minuteMs), nowMs),
    validate: (text) => {
      const timeMs = timeFromText(text, nowMs);
      if (timeMs === undefined) {
        return rangeProblemText('notTime');
      }
      return timeMs <= fromMs ? rangeProblemText('endsBeforeStart') : undefined;
    },
  });
  if (typeof to !== 'string') {
    return to === undefined ? undefined : askRange(current, nowMs);
  }
  return { kind: 'range', fromMs, toMs: timeFromText(to, nowMs)! };
}

/** Asks which traces the list holds. */
export async function askFilter(current: Filter): Promise<Filter | undefined> {
  const label = { failed: choiceWords.failed(), all: choiceWords.all() };
  const picked = await askChoice<Filter>(
    { title: choiceWords.filterTitle(), step: 1, totalSteps: 1 },
    (['failed', 'all'] as const).map((value) => ({
      label: label[value],
      ...(value === current ? currentMark() : {}),
      value,
    })),
  );
  return typeof picked === 'string' ? picked : undefined;
}

/** Asks by what the groups stand together. */
export async function askGrouping(current: Grouping): Promise<FailureChoices['grouping'] | undefined> {
  const label = {
    group: choiceWords.byGroup(),
    service: choiceWords.byService(),
    operation: choiceWords.byOperation(),
    connection: choiceWords.byConnection(),
  };
  const picked = await askChoice<Grouping>(
    { title: choiceWords.groupingTitle(), step: 1, totalSteps: 1 },
    (['group', 'service', 'operation', 'connection'] as const).map((value) => ({
      label: label[value],
      ...(value === current ? currentMark() : {}),
      value,
    })),
  );
  return typeof picked === 'string' ? picked : undefined;
}
