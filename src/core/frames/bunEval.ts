import type { Draft, Frame } from './frame';

/**
 * Bun prints code passed to `eval` as lines of the URL of the file that called it, while the file's own frames have its path: such
 * a line is none of the file's. No other runtime names one file both ways in one stack.
 */
export function markBunEval(frames: readonly Draft<Frame>[]): void {
  let hasPath = false;
  let hasUrl = false;
  for (const { file } of frames) {
    const isUrl = file?.startsWith('file:///') === true;
    hasUrl ||= isUrl;
    hasPath ||= !isUrl;
  }
  if (!hasUrl || !hasPath) {
    return;
  }
  const paths = new Set(frames.map((frame) => frame.file));
  for (const frame of frames) {
    const path = frame.file?.startsWith('file:///') === true ? frame.file.slice('file://'.length) : '';
    if (path !== '' && (paths.has(path) || paths.has(path.slice(1)))) {
      frame.kind = 'eval';
      frame.inApp = false;
      frame.file = path;
      delete frame.lineBase1;
      delete frame.columnBase1;
    }
  }
}
