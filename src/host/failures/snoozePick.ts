import type { LocatedGroup } from '../../protocol/analysis';
import { alertWords } from '../../words';
import { askChoice } from '../steps';
import type { Snooze } from '../../core/alerts/snooze';

/** Asks how long `group` shall stay quiet; `undefined` where the question was closed. */
export async function askSnooze(group: LocatedGroup, nowMs: number): Promise<Snooze | undefined> {
  const { serviceVersion } = group;
  const answer = await askChoice<Snooze>({ title: alertWords.snoozeTitle(), step: 1, totalSteps: 1 }, [
    { label: alertWords.quarter(), value: { kind: 'until', untilMs: nowMs + 15 * 60_000 } },
    { label: alertWords.hour(), value: { kind: 'until', untilMs: nowMs + 3_600_000 } },
    // Without a release on its spans, no release could ever end it.
    ...(serviceVersion === undefined
      ? []
      : [
          {
            label: alertWords.release(),
            description: serviceVersion,
            value: { kind: 'release', version: serviceVersion } as const,
          },
        ]),
    { label: alertWords.ever(), value: { kind: 'ever' } },
  ]);
  return typeof answer === 'object' ? answer : undefined;
}
