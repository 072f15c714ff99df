import { FileIndex } from '../../src/analysis/fileIndex';
import { StackResolver } from '../../src/analysis/resolver';
import { percent, SCORE_HEADINGS, scoreCells, tableText, type Row } from './lineTable';
import type { Proof } from './proof';
import { readRecordings, type Recording } from './recording';
import { movedTo, REMOTE_ROOTS } from './remoteRoots';
import { rightOf, scoreRecording, sumOf, type Score } from './score';

/** At least so many of the frames in the workspace are right, and so many are graded exact. */
const LEAST_RIGHT = 0.99;
const LEAST_EXACT = 0.9;

/** Every language's stacks, from where they were recorded and from five other roots. */
export const languages: Proof = {
  title: 'Frames of stacks, by the runtime’s own account of them',
  async run(words, print) {
    const recordings = readRecordings();
    const groups = [
      { name: 'as recorded', recordings },
      ...REMOTE_ROOTS.map((root) => ({
        name: root.name,
        recordings: recordings.map((recording) => movedTo(recording, root)),
      })),
    ];
    const broken: string[] = [];
    for (const group of groups) {
      const scores = await scoresOf(group.recordings);
      const total = sumOf([...scores.values()]);
      const rows = [...scores].map(([name, score]): Row => [name, ...scoreCells(score)]);
      print(`${tableText([[group.name, ...SCORE_HEADINGS], ...rows, ['all', ...scoreCells(total)]])}\n`);
      broken.push(...brokenLimits(group.name, total));
      if (words.includes(group.name)) {
        print([...total.misses, ...total.unproven].join('\n'));
      }
    }
    return broken;
  },
};

/** The score of each language and runtime; each has a workspace that holds its project alone. */
export async function scoresOf(recordings: readonly Recording[]): Promise<Map<string, Score>> {
  const scores = new Map<string, Score>();
  for (const recording of recordings) {
    const folder = { name: recording.language, path: recording.project };
    const resolver = new StackResolver(await FileIndex.open([folder], { useGit: false }));
    scores.set(`${recording.language}, ${recording.runtime}`, await scoreRecording(resolver, recording));
    resolver.dispose();
  }
  return scores;
}

function brokenLimits(name: string, total: Score): string[] {
  const { inWorkspace, exactRight, wrongAsExact } = total;
  const right = rightOf(total);
  return [
    ...(right < LEAST_RIGHT * inWorkspace
      ? [`${name}: ${percent(right, inWorkspace)} of the frames are right; 99 % must be.`]
      : []),
    ...(exactRight < LEAST_EXACT * inWorkspace
      ? [`${name}: ${percent(exactRight, inWorkspace)} of the frames are exact; 90 % must be.`]
      : []),
    ...(wrongAsExact > 0 ? [`${name}: ${wrongAsExact} wrong lines are called exact; none may be.`] : []),
  ];
}
