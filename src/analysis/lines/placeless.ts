import type { Frame } from '../../core/frames/frame';
import type { FileMatch } from '../../core/locate/findFile';
import { declaredPackage } from '../../core/locate/packages/declaredPackage';
import type { FileIndex } from '../files/fileIndex';
import type { Unknown } from './frameAnswer';

/** Files of a class's name that are looked into. */
const MAX_FILES = 20;
/** Extensions of the languages whose frames may come without a file: symbols are left out of many builds. */
const EXTENSIONS = ['cs', 'fs', 'java', 'kt', 'scala', 'groovy'];

/** The answer for a frame that names its file, but no line in it. */
export function withoutLine(index: FileIndex, match: FileMatch): Unknown {
  if (match.kind === 'none') {
    return { unknown: 'notInWorkspace' };
  }
  const found = match.kind === 'found' ? [match] : match.candidates;
  return {
    unknown: 'noLine',
    candidates: found.map(({ path, evidence }) => ({ ...index.located(path), evidence })),
  };
}

/** The answer for a frame that names no file: files called like its class that declare its package or namespace. */
export async function withoutFile(
  frame: Frame,
  index: FileIndex,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<Unknown> {
  const simple = lastPart(frame.className ?? '');
  if (!/^[\p{L}_][\p{L}\d_]{0,200}$/u.test(simple) || frame.className?.includes('.') !== true) {
    return { unknown: 'noFile' };
  }
  const files = EXTENSIONS.flatMap((extension) => index.paths.named(`${simple}.${extension}`)).slice(
    0,
    MAX_FILES,
  );
  const candidates: string[] = [];
  for (const { path } of files) {
    const text = await textOf(path);
    if (text !== undefined && declaredPackage(text, path, frame) === 'same') {
      candidates.push(path);
    }
  }
  return candidates.length === 0
    ? { unknown: 'noFile' }
    : {
        unknown: 'noFile',
        candidates: candidates.map((path) => ({ ...index.located(path), evidence: ['package'] as const })),
      };
}

/** What follows the last dot before type arguments and nested types. */
function lastPart(className: string): string {
  const end = className.search(/[`$+<[]/);
  const plain = end === -1 ? className : className.slice(0, end);
  return plain.slice(plain.lastIndexOf('.') + 1);
}
