import type { Frame } from '../../core/frames/frame';
import type { Via } from '../../core/locate/grade';
import { remotePathFrom } from '../../core/locate/remotePath';
import type { DeployedAnswer, DeployedContext, DriftFrames } from './driftFrames';
import { fileAt } from './driftFrames';
import { capped, type Place } from '../lines/frameAnswer';
import type { ReadFile } from '../files/sourceFiles';
import { functionName, sameText } from '../sourceMaps/sourceMapCheck';
import type { MappedPosition } from '../sourceMaps/sourceMapPool';

/** A position in a source that a map leads to. */
export interface MappedSource {
  readonly position: MappedPosition;
  readonly url: string;
  /** Path in the workspace that the map's own place gives it. */
  readonly beside: string | undefined;
  /** The file as it is now, where it is found. */
  readonly now: ReadFile | undefined;
  /** Its text in the map. */
  readonly content: string | undefined;
  /** The generated file is the one that ran, and its map leads to one line. */
  readonly isProven: boolean;
}

/** The frame that a map was followed for. */
export interface MappedFrame {
  readonly frame: Frame;
  /** The source's name of its function. */
  readonly name: string | undefined;
  readonly via: readonly Via[];
}

/** Follows a mapped line from the revision that ran; `undefined` where the revision has nothing to say of it. */
export async function driftedSource(
  drift: DriftFrames,
  deployed: DeployedContext,
  { position, url, beside, now, content, isProven }: MappedSource,
  { frame, name, via }: MappedFrame,
): Promise<DeployedAnswer | undefined> {
  // A map that holds the file's very text says more than a commit.
  if (content !== undefined && now && sameText(content, now.source.text)) {
    return undefined;
  }
  const remote = remotePathFrom(url);
  const then =
    (beside === undefined ? undefined : fileAt(deployed, beside)) ??
    (remote ? deployed.find(remote) : { kind: 'none' as const });
  if (then.kind !== 'found') {
    return now ? 'disagrees' : undefined;
  }
  const held = content === undefined ? [] : (['sourcesContent'] as const);
  const { lineBase1, columnBase1 } = position;
  const answer = await drift.follow(
    {
      lineBase1,
      columnBase1,
      content,
      // The bundle's own name for the function is not in the source.
      function: name,
      match: then,
      via: [...via, ...held],
      evidence: [...then.evidence, 'sourceMap', ...held],
    },
    deployed,
  );
  if (answer === 'disagrees' || !('place' in answer)) {
    return answer;
  }
  const source = await deployed.tree.textOf(then.path);
  const sourceFunction = (source && functionName(source, lineBase1, columnBase1)) ?? name;
  const place: Place = { ...answer.place, sourceFunction };
  const proven = isProven ? place : ({ ...place, grade: 'likely', reason: 'notVerified' } as const);
  return capped({ ...answer, place: proven }, frame, then);
}
