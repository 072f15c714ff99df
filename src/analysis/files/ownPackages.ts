import type { Frame, ParsedStack } from '../../core/frames/frame';
import { frameRemote } from '../../core/locate/packages/frameRemote';
import type { FileIndex } from './fileIndex';
import { isGeneratedFolder } from './listFiles';

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
  const isOwn = (path: string): boolean =>
    index.paths.find(path) !== undefined || isUnbuiltOutput(path, index);
  return remote.hint?.paths.some(isOwn) ?? false;
}

/** A file that a package of the workspace compiles to, in an output folder that is not there: its sources are. */
function isUnbuiltOutput(path: string, index: FileIndex): boolean {
  const folders = path.split('/').slice(0, -1);
  const at = folders.findIndex(isGeneratedFolder);
  const beside = (name: string): boolean =>
    index.paths.find([...folders.slice(0, at), name].join('/')) !== undefined;
  return at !== -1 && beside('package.json') && beside('tsconfig.json');
}
