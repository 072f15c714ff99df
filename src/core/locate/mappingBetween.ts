import { err, ok, type Result } from '../../base/result';
import type { RootMapping } from './findFile';
import { remotePathFrom } from './remotePath';

/** A mapping that leads from a printed path to a file of the workspace. */
export interface FoundMapping extends RootMapping {
  /** `from` is a whole disk: every absolute path without a longer mapping would be taken for one of the workspace. */
  readonly isWholeDisk: boolean;
}

/** Why no mapping leads from one to the other. */
export type NoMapping =
  /** The printed text names no file. */
  | 'noFile'
  /** A mapping changes folders, never a file's own name. */
  | 'nameDiffers'
  /** The printed path has no folder that could stand for one of the workspace. */
  | 'noFolder';

/**
 * The mapping from a path as stacks print it to a file of the workspace: what both end in is cut, so that the rest stands for the
 * rest. A folder stays in `from` where there is one, as a whole disk is too much to map. `localPath` has `/`; `to` is `.` for the workspace itself.
 */
export function mappingBetween(printed: string, localPath: string): Result<FoundMapping, NoMapping> {
  const remote = remotePathFrom(printed);
  if (!remote) {
    return err('noFile');
  }
  const isAbsolute = remote.path.startsWith('/');
  const remoteSegments = segmentsOf(remote.path);
  const localSegments = segmentsOf(localPath);
  const common = commonEnd(remoteSegments, localSegments);
  if (common === 0) {
    return err('nameDiffers');
  }
  if (remoteSegments.length === 1) {
    return isAbsolute
      ? ok({ from: '/', to: folderOf(localSegments, 1), isWholeDisk: true })
      : err('noFolder');
  }
  const cut = Math.min(common, remoteSegments.length - 1);
  return ok({
    from: (isAbsolute ? '/' : '') + remoteSegments.slice(0, -cut).join('/'),
    to: folderOf(localSegments, cut),
    isWholeDisk: false,
  });
}

/**
 * Paths below `folder` that a printed path may mean there, the one that shares most with it first: `/app/src/db.py` in
 * `services/orders` may be its `app/src/db.py`, `src/db.py` or `db.py`.
 */
export function pathsBelow(printed: string, folder: string): readonly string[] {
  const segments = segmentsOf(remotePathFrom(printed)?.path ?? '');
  const inside = segmentsOf(folder);
  return segments.map((_, index) => [...inside, ...segments.slice(index)].join('/'));
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (
    common < Math.min(a.length, b.length) &&
    a.at(-1 - common)!.toLowerCase() === b.at(-1 - common)!.toLowerCase()
  ) {
    common++;
  }
  return common;
}

function folderOf(segments: readonly string[], cut: number): string {
  return segments.slice(0, -cut).join('/') || '.';
}
