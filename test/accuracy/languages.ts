import { percent, SCORE_HEADINGS, scoreCells, tableText, type Row } from './lineTable';
import { languageOf, lineAfterEdits, ProjectWorkspaces, type ProjectWorkspace } from './projectWorkspaces';
import type { Proof } from './proof';
import { readRecordings, type PrintedPlace, type Recording } from './recording';
import { movedTo, REMOTE_ROOTS } from './remoteRoots';
import { rightOf, scoreRecording, sumOf, type Score } from './score';

/** At least so many of the frames in the workspace are right, and, of a known revision, so many are graded exact. */
const LEAST_RIGHT = 0.99;
const LEAST_EXACT = 0.9;

/** Stacks that are measured together. */
export interface Group {
  readonly name: string;
  readonly recordings: readonly Recording[];
  readonly isRevisionKnown: boolean;
  /** The workspace of each project, where it is not one without changes that holds the project alone. */
  readonly workspaceOf?: (workspaces: ProjectWorkspaces, recording: Recording) => Promise<ProjectWorkspace>;
  /** So many of the frames must be exact. */
  readonly leastExact: number;
}

/** Every language's stacks: from where they were recorded, from five other roots, with nothing known of the revision, with lines moved since, and in a workspace of all. */
export const languages: Proof = {
  title:
    'Frames of stacks, by the runtime’s own account of them; words are names of groups whose misses are listed',
  async run(words, print) {
    const recordings = readRecordings();
    const groups: readonly Group[] = [
      { name: 'as recorded', recordings, isRevisionKnown: true, leastExact: LEAST_EXACT },
      ...REMOTE_ROOTS.map((root) => ({
        name: root.name,
        recordings: recordings.map((recording) => movedTo(recording, root)),
        isRevisionKnown: true,
        leastExact: LEAST_EXACT,
      })),
      { name: 'unknown revision', recordings, isRevisionKnown: false, leastExact: 0 },
      {
        name: 'edited since',
        recordings: recordings.map((recording) =>
          withPlaces(recording, (place) => ({ ...place, line: lineAfterEdits(place.line) })),
        ),
        isRevisionKnown: true,
        leastExact: 0,
        workspaceOf: (workspaces, { project }) => workspaces.ofEdited(project),
      },
      {
        name: 'one workspace',
        recordings: recordings.map((recording) =>
          withPlaces(recording, (place) => ({
            ...place,
            path: `${languageOf(recording.project)}/${place.path}`,
          })),
        ),
        isRevisionKnown: true,
        leastExact: LEAST_EXACT,
        workspaceOf: (workspaces) => workspaces.ofAll([...new Set(recordings.map(({ project }) => project))]),
      },
    ];
    const workspaces = new ProjectWorkspaces();
    const broken: string[] = [];
    try {
      for (const group of groups) {
        const scores = await scoresOf(group, workspaces);
        const total = sumOf([...scores.values()]);
        const rows = [...scores].map(([name, score]): Row => [name, ...scoreCells(score)]);
        print(`${tableText([[group.name, ...SCORE_HEADINGS], ...rows, ['all', ...scoreCells(total)]])}\n`);
        broken.push(...brokenLimits(group, total));
        if (words.includes(group.name)) {
          print([...total.misses, ...total.unproven].join('\n'));
        }
      }
    } finally {
      await workspaces.dispose();
    }
    return broken;
  },
};

/** The score of each language and runtime; each has a workspace that holds its project alone. */
export async function scoresOf(group: Group, workspaces: ProjectWorkspaces): Promise<Map<string, Score>> {
  const scores = new Map<string, Score>();
  for (const recording of group.recordings) {
    const { resolver, commit } = await (group.workspaceOf?.(workspaces, recording) ??
      workspaces.of(recording.project));
    // A service of its own: what one group tells of roots is not known to the next.
    const service = `${recording.language} ${group.name}`;
    const score = await scoreRecording(
      resolver,
      recording,
      service,
      group.isRevisionKnown ? commit : undefined,
    );
    scores.set(`${recording.language}, ${recording.runtime}`, score);
  }
  return scores;
}

type PlaceOfProject = PrintedPlace & { readonly path: string };

/** The recording with its places in the project where they are in another workspace. */
function withPlaces(recording: Recording, change: (place: PlaceOfProject) => PrintedPlace): Recording {
  return {
    ...recording,
    stacks: recording.stacks.map((stack) => ({
      ...stack,
      frames: stack.frames.map((place) => (isOfProject(place) ? change(place) : place)),
    })),
  };
}

function isOfProject(place: PrintedPlace): place is PlaceOfProject {
  return place.path !== undefined;
}

function brokenLimits({ name, leastExact }: Group, total: Score): string[] {
  const { inWorkspace, exactRight, wrongAsExact } = total;
  const right = rightOf(total);
  return [
    ...(right < LEAST_RIGHT * inWorkspace
      ? [`${name}: ${percent(right, inWorkspace)} of the frames are right; 99 % must be.`]
      : []),
    ...(exactRight < leastExact * inWorkspace
      ? [`${name}: ${percent(exactRight, inWorkspace)} of the frames are exact; 90 % must be.`]
      : []),
    ...(wrongAsExact > 0 ? [`${name}: ${wrongAsExact} wrong lines are called exact; none may be.`] : []),
  ];
}
