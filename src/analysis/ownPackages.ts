import type { Frame, ParsedStack } from '../core/frames/frame';
import { frameRemote } from '../core/locate/packages/frameRemote';
import type { FileIndex } from './fileIndex';

/**
 * The stack with frames of packages that the workspace itself holds as its own code: a workspace package shows up as
 * `node_modules/@acme/shop`, and an own trait's function for a type of the standard library bears that type's name.
 */
export function withOwnPackages(stack: ParsedStack, index: FileIndex): ParsedStack {
  const isForeign = (frame: Frame): boolean =>
    !frame.inApp && (frame.kind === 'dependency' || frame.kind === 'runtime');
  if (!stack.exceptions.some(({ frames }) => frames.some(isForeign))) {
    return stack;
  }
  const exceptions = stack.exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) =>
      isForeign(frame) && isOfWorkspace(frame, index)
        ? { ...frame, kind: 'app' as const, inApp: true }
        : frame,
    ),
  }));
  return { ...stack, exceptions };
}

function isOfWorkspace(frame: Frame, index: FileIndex): boolean {
  const remote = frameRemote(frame, index.packages);
  if (!remote) {
    return false;
  }
  if (frame.kind === 'runtime') {
    const isCrate = frame.file!.endsWith('.rs') && !remote.path.startsWith('/') && remote.path.includes('/');
    return (
      isCrate && index.paths.named(remote.path).some((file) => `/${file.path}`.endsWith(`/${remote.path}`))
    );
  }
  return remote.hint?.paths.some((path) => index.paths.find(path) !== undefined) ?? false;
}
