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

/** The longest times without a pause in milliseconds, each from its first sample to its last. */
export interface LongestTasks {
  /** With a script of ours on the stack. Garbage collection between such samples counts, as do tasks without a pause between them. */
  readonly ownMs: number;
  /** With anything but idling. */
  readonly anyMs: number;
}

/** Finds the longest tasks of a profile; a script is ours where its URL `isOwn`. */
export function longestTasks(profile: CpuProfile, isOwn: (url: string) => boolean): LongestTasks {
  const activityOf = activities(profile, isOwn);
  let ownUs = 0;
  let anyUs = 0;
  let nowUs = 0;
  let ownSinceUs: number | undefined;
  let anySinceUs: number | undefined;
  profile.samples.forEach((node, i) => {
    nowUs += profile.timeDeltas[i]!;
    const activity = activityOf.get(node) ?? 'other';
    if (activity === 'idle') {
      anySinceUs = undefined;
    } else {
      anySinceUs ??= nowUs;
      anyUs = Math.max(anyUs, nowUs - anySinceUs);
    }
    if (activity === 'own') {
      ownSinceUs ??= nowUs;
      ownUs = Math.max(ownUs, nowUs - ownSinceUs);
    } else if (activity !== 'either') {
      ownSinceUs = undefined;
    }
  });
  return { ownMs: ownUs / 1000, anyMs: anyUs / 1000 };
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
