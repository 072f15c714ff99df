import type { StackResolver } from '../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../src/protocol/resolve';
import type { PrintedPlace, RecordedStack, Recording } from './recording';

/** What became of the frames of some stacks. */
export interface Score {
  readonly stacks: number;
  /** That the oracle knows. */
  readonly frames: number;
  readonly inWorkspace: number;
  readonly exactRight: number;
  readonly movedRight: number;
  readonly likelyRight: number;
  /** Another line than the oracle's, or a line for a frame that is none or not the project's. */
  readonly wrong: number;
  /** Of them, graded exact. */
  readonly wrongAsExact: number;
  /** Frames of the workspace without a line. */
  readonly unknown: number;
  /** Each wrong or missing line, for people. */
  readonly misses: readonly string[];
  /** Each right line that is only likely, with the reason. */
  readonly unproven: readonly string[];
}

type Count = Exclude<keyof Score, 'misses' | 'unproven'>;

const NOTHING: Score = {
  stacks: 0,
  frames: 0,
  inWorkspace: 0,
  exactRight: 0,
  movedRight: 0,
  likelyRight: 0,
  wrong: 0,
  wrongAsExact: 0,
  unknown: 0,
  misses: [],
  unproven: [],
};

/** All scores together. */
export function sumOf(scores: readonly Score[]): Score {
  return scores.reduce((sum, score) => {
    const counts = Object.keys(NOTHING).filter((key): key is Count => key !== 'misses' && key !== 'unproven');
    const added = Object.fromEntries(counts.map((key) => [key, sum[key] + score[key]]));
    return {
      ...sum,
      ...added,
      misses: [...sum.misses, ...score.misses],
      unproven: [...sum.unproven, ...score.unproven],
    };
  }, NOTHING);
}

/** Frames that led to the right line, whatever their grade. */
export function rightOf(score: Score): number {
  return score.exactRight + score.movedRight + score.likelyRight;
}

/**
 * Resolves every stack of a recording, each as if it were the next of the service that arrives, and compares; `commit` is the
 * one that ran, if known.
 */
export async function scoreRecording(
  resolver: StackResolver,
  recording: Recording,
  service: string,
  commit?: string,
): Promise<Score> {
  const revision =
    commit === undefined
      ? {}
      : {
          revision: {
            candidates: [{ kind: 'commit', text: commit, isStated: true, isDirty: false }] as const,
          },
        };
  const scores: Score[] = [];
  for (const stack of recording.stacks) {
    const { exceptions } = await resolver.resolveStack({
      text: stack.text,
      ...(stack.message === undefined ? {} : { hint: { message: stack.message } }),
      service,
      serviceVersion: recording.runtime,
      mappings: [],
      ...revision,
    });
    const frames = exceptions.flatMap((exception) => exception.frames);
    scores.push(scoreStack(stack, frames, recording));
  }
  return sumOf(scores);
}

function scoreStack(stack: RecordedStack, resolved: readonly ResolvedFrame[], recording: Recording): Score {
  const counts: Record<Count, number> = { ...NOTHING, stacks: 1, frames: stack.frames.length };
  const misses: string[] = [];
  const unproven: string[] = [];
  const places = new Map(stack.frames.map((place) => [place.textLine, place]));
  const found = new Map<PrintedPlace, ResolvedFrame>();
  const miss = (frame: ResolvedFrame | undefined, place: PrintedPlace | undefined): void => {
    const at = frame?.location;
    const answer = at ? `${at.path}:${at.lineBase1} ${at.grade} ${at.reason}` : (frame?.reason ?? 'no frame');
    const wanted = place?.path === undefined ? 'none of the project' : `${place.path}:${place.line}`;
    misses.push(
      `${recording.language}, ${recording.runtime}, ${stack.name}: ${(frame?.raw ?? place?.printed ?? '').trim()} → ${answer}; it is ${wanted}`,
    );
  };
  for (const frame of resolved) {
    const place = placeOf(frame, places);
    if (place && (found.get(place)?.location === undefined || frame.location)) {
      found.set(place, frame);
    }
    const isOutside = place ? place.path === undefined : recording.isComplete !== false;
    if (isOutside && frame.location) {
      counts.wrong++;
      counts.wrongAsExact += frame.location.grade === 'exact' ? 1 : 0;
      miss(frame, place);
    }
  }
  for (const place of places.values()) {
    if (place.path === undefined) {
      continue;
    }
    const frame = found.get(place);
    const location = frame?.location;
    if (place.isOptional && !location) {
      continue;
    }
    counts.inWorkspace++;
    if (!location) {
      counts.unknown++;
      miss(frame, place);
    } else if (location.path === place.path && Number(location.lineBase1) === place.line) {
      counts[`${location.grade}Right`]++;
      if (location.grade === 'likely') {
        unproven.push(
          `${location.reason}: ${recording.language}, ${recording.runtime}, ${stack.name}: ${frame.raw.trim()}`,
        );
      }
    } else {
      counts.wrong++;
      counts.wrongAsExact += location.grade === 'exact' ? 1 : 0;
      miss(frame, place);
    }
  }
  return { ...counts, misses, unproven };
}

/** A frame of two lines stands at the first of them; its place may be printed on the second. */
function placeOf(frame: ResolvedFrame, places: ReadonlyMap<number, PrintedPlace>): PrintedPlace | undefined {
  return places.get(frame.rawLine) ?? places.get(frame.rawLine + 1);
}
