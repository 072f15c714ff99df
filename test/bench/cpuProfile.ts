/** The parts of a V8 CPU profile that are read; times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** The node on top of the stack at each sample. */
  readonly samples: readonly number[];
  /** Time before each sample. */
  readonly timeDeltas: readonly number[];
}

/** What a sample found the thread doing. */
type Activity = 'own' | 'other' | 'idle' | 'either';

/**
 * The longest times without a pause in milliseconds. A thread that waits for a processor is not sampled: between two samples at most
 * {@link maxGapUs} counts, so that other programs make no task longer.
 */
export interface LongestTasks {
  /** With a script of ours on the stack. Garbage collection between such samples counts, as do tasks without a pause between them. */
  readonly ownMs: number;
  /** How much of that was garbage collection. */
  readonly ownCollectingMs: number;
  /** The longest such task by the clock, waiting for a processor included. */
  readonly ownByClockMs: number;
  /** With anything but idling. */
  readonly anyMs: number;
}

/** Ten times the sampling interval. */
const maxGapUs = 5000;

/** Finds the longest tasks of a profile; a script is ours where its URL `isOwn`. */
export function longestTasks(profile: CpuProfile, isOwn: (url: string) => boolean): LongestTasks {
  const activityOf = activities(profile, isOwn);
  let longest = { ownUs: 0, collectingUs: 0 };
  let longestByClockUs = 0;
  let longestAnyUs = 0;
  let own: { us: number; collectingUs: number; byClockUs: number } | undefined;
  let anyUs: number | undefined;
  profile.samples.forEach((node, i) => {
    const byClockUs = profile.timeDeltas[i]!;
    const us = Math.min(byClockUs, maxGapUs);
    const activity = activityOf.get(node) ?? 'other';
    anyUs = activity === 'idle' ? undefined : (anyUs ?? -us) + us;
    longestAnyUs = Math.max(longestAnyUs, anyUs ?? 0);
    if (own && (activity === 'own' || activity === 'either')) {
      own.us += us;
      own.byClockUs += byClockUs;
      own.collectingUs += activity === 'either' ? us : 0;
    } else {
      own = activity === 'own' ? { us: 0, collectingUs: 0, byClockUs: 0 } : undefined;
    }
    if (own && activity === 'own') {
      longestByClockUs = Math.max(longestByClockUs, own.byClockUs);
      if (own.us > longest.ownUs) {
        longest = { ownUs: own.us, collectingUs: own.collectingUs };
      }
    }
  });
  return {
    ownMs: longest.ownUs / 1000,
    ownCollectingMs: longest.collectingUs / 1000,
    ownByClockMs: longestByClockUs / 1000,
    anyMs: longestAnyUs / 1000,
  };
}

function activities(profile: CpuProfile, isOwn: (url: string) => boolean): Map<number, Activity> {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const found = new Map<number, Activity>();
  const pending = profile.nodes.slice(0, 1).map((node) => ({ id: node.id, below: 'other' }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { callFrame, children = [] } = byId.get(next.id)!;
    const activity =
      next.below === 'own' || isOwn(callFrame.url) ? 'own' : activityByName(callFrame.functionName);
    found.set(next.id, activity);
    pending.push(...children.map((id) => ({ id, below: activity })));
  }
  return found;
}

/** V8 names what is no function in parentheses. */
function activityByName(functionName: string): Activity {
  if (functionName === '(idle)') return 'idle';
  return functionName === '(garbage collector)' ? 'either' : 'other';
}
