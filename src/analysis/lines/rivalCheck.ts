import type { Frame } from '../../core/frames/frame';
import { withoutRivals, type FileMatch } from '../../core/locate/findFile';
import { declaredPackage } from '../../core/locate/packages/declaredPackage';
import { verifyLine, type LineClaim, type SourceText } from '../../core/locate/verifyLine';

/** Rivals that are read to tell whether the frame fits them; of more, one is taken to fit. */
const MAX_COMPARED = 12;
/** Longer texts, in UTF-16 units, are bundles: taken to fit. */
const MAX_TEXT = 1_000_000;

/**
 * Compares the frame with the rivals of the file that was found: the file is proven once the frame fits none of them as well as it;
 * else the rivals that it fits are left.
 */
export async function besideRivals(
  match: FileMatch,
  frame: Frame,
  sourceOf: (path: string) => Promise<SourceText | undefined>,
): Promise<FileMatch> {
  const { lineBase1 } = frame;
  if (
    match.kind !== 'found' ||
    !match.rivals ||
    match.rivals.length > MAX_COMPARED ||
    lineBase1 === undefined
  ) {
    return match;
  }
  const fit = async (path: string): Promise<number> =>
    FITS.indexOf(fitOf(await sourceOf(path), { ...frame, lineBase1 }, frame));
  const own = await fit(match.path);
  const fits = await Promise.all(match.rivals.map((rival) => fit(rival.path)));
  const equal = match.rivals.filter((_, i) => fits[i]! >= own);
  if (equal.length > 0) {
    return { ...match, rivals: equal };
  }
  return withoutRivals(match);
}

/** How well a frame fits a file, worst first. */
const FITS = ['not', 'unverified', 'moved', 'exact'] as const;

function fitOf(source: SourceText | undefined, claim: LineClaim, frame: Frame): (typeof FITS)[number] {
  if (!source || declaredPackage(source.text, source.path, frame) === 'other') {
    return 'not';
  }
  if (source.text.length > MAX_TEXT) {
    return 'exact';
  }
  const check = verifyLine(source, claim);
  if (!('grade' in check)) {
    return 'not';
  }
  return check.grade !== 'likely' ? check.grade : check.reason === 'notVerified' ? 'unverified' : 'not';
}
