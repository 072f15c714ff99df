import type { Frame } from '../../core/frames/frame';
import type { FileMatch } from '../../core/locate/findFile';
import { declaredPackage } from '../../core/locate/packages/declaredPackage';

/** Files of one name whose packages are read to tell which is meant. */
const MAX_COMPARED = 40;

/**
 * Compares the package that a frame names with what the files found for it declare: where no folder is printed, a file of another package is not it, and of
 * several the only one of the package is. A mapping was said on purpose and stays.
 */
export async function byDeclaredPackage(
  match: FileMatch,
  frame: Frame,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<FileMatch> {
  if (match.kind === 'none' || (match.kind === 'found' && match.via === 'mapping')) {
    return match;
  }
  const declares = async (path: string): Promise<ReturnType<typeof declaredPackage>> => {
    const text = await textOf(path);
    return text === undefined ? 'unknown' : declaredPackage(text, path, frame);
  };
  if (match.kind === 'found') {
    const declared = await declares(match.path);
    if (declared === 'other' && !/[/\\]/.test(frame.file ?? '')) {
      return byDeclaredPackage({ kind: 'ambiguous', candidates: match.rivals ?? [] }, frame, textOf);
    }
    return declared === 'same' && !match.isProven && !match.rivals && !match.evidence.includes('package')
      ? { ...match, isProven: true, evidence: [...match.evidence, 'package'] }
      : match;
  }
  if (match.candidates.length > MAX_COMPARED) {
    return match;
  }
  const compared = [];
  for (const candidate of match.candidates) {
    compared.push({ candidate, declared: await declares(candidate.path) });
  }
  const same = compared.filter(({ declared }) => declared === 'same');
  const rest = same.length > 0 ? same : compared.filter(({ declared }) => declared === 'unknown');
  const [only] = rest;
  if (!only) {
    return { kind: 'none' };
  }
  const { path, evidence } = only.candidate;
  return rest.length > 1
    ? { kind: 'ambiguous', candidates: rest.map(({ candidate }) => candidate) }
    : {
        kind: 'found',
        path,
        via: 'path',
        isProven: same.length === 1,
        evidence: same.length === 1 ? [...evidence, 'package'] : evidence,
      };
}
