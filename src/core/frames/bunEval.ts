import type { Draft, Frame } from './frame';

/**
 * Bun prints code passed to `eval` as lines of the URL of the file that called it, while the file's own frames have its path: such
 * a line is none of the file's. No other runtime names one file both ways in one stack.
 */
export function markBunEval(frames: readonly Draft<Frame>[]): void {
  const urls = frames.filter((frame) => frame.file?.startsWith('file:///') === true);
  if (urls.length === 0 || urls.length === frames.length) {
    return;
  }
  const paths = new Set(frames.map((frame) => frame.file));
  for (const frame of urls) {
    const path = frame.file!.slice('file://'.length);
    if (paths.has(path) || paths.has(path.slice(1))) {
      frame.kind = 'eval';
      frame.inApp = false;
      frame.file = path;
      delete frame.lineBase1;
      delete frame.columnBase1;
    }
  }
}
