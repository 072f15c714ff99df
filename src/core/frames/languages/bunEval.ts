import type { Draft, Frame } from '../frame';

/**
 * Bun prints code passed to `eval` or `new Function` as lines of the URL of the file that called it, while the file's own frames have
 * its path: such a line is none of the file's. Other runtimes name one file one way in one stack, and none but Bun mixes URLs of
 * anonymous functions with paths.
 */
export function markBunEval(frames: readonly Draft<Frame>[]): void {
  if (!isMixed(frames)) {
    return;
  }
  const paths = new Set(frames.map(({ file = '' }) => (isUrl(file) ? '' : comparable(file))));
  const isBun =
    frames.some((frame) => isUrl(frame.file ?? '') && ANONYMOUS.test(frame.raw.slice(0, 200))) &&
    !frames.some((frame) => frame.file?.startsWith('node:internal/'));
  for (const frame of frames) {
    const path = isUrl(frame.file ?? '') ? pathOf(frame.file!) : undefined;
    if (path !== undefined && (isBun || paths.has(comparable(path)))) {
      frame.kind = 'eval';
      frame.inApp = false;
      frame.file = path;
      delete frame.lineBase1;
      delete frame.columnBase1;
    }
  }
}

const ANONYMOUS = /^\s*at (?:async )?(?:<anonymous>|anonymous) \(/;

/** Whether files are named both ways; Node.js does so, too, where modules of both kinds call each other, but has frames of its own below. */
function isMixed(frames: readonly Frame[]): boolean {
  let hasPath = false;
  let hasUrl = false;
  for (const { file = '' } of frames) {
    hasUrl ||= isUrl(file);
    hasPath ||= file.startsWith('/') || DRIVE.test(file);
  }
  return hasPath && hasUrl;
}

const DRIVE = /^[A-Za-z]:[\\/]/;

function isUrl(file: string): boolean {
  return file.startsWith('file:///');
}

function pathOf(url: string): string {
  const path = url.slice('file://'.length);
  return decoded(DRIVE.test(path.slice(1)) ? path.slice(1) : path);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A `%` that escapes nothing: the path is as printed.
    return path;
  }
}

/** Windows' paths have either slash, and a drive of either case. */
function comparable(path: string): string {
  return DRIVE.test(path) ? path.charAt(0).toLowerCase() + path.slice(1).replaceAll('\\', '/') : path;
}
