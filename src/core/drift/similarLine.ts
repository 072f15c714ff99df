/** A line and how much of it is alike: 1 equal but for white space at its ends, 0 nothing in common. */
export interface SimilarLine {
  /** Index among the lines given. */
  readonly index: number;
  readonly likeness: number;
}

/** Least likeness of a line worth showing. */
const MIN_LIKENESS = 0.5;
/** Of longer lines, only so much is compared. */
const MAX_COMPARED = 400;
/** Lines that are compared at most. */
const MAX_LINES = 2000;

/** The line most like `text`, the first of several; `undefined` where none is half alike. */
export function mostSimilarLine(text: string, lines: readonly string[]): SimilarLine | undefined {
  const wanted = text.trim();
  const pairs = pairsOf(wanted);
  let best: SimilarLine | undefined;
  for (const [index, line] of lines.slice(0, MAX_LINES).entries()) {
    const likeness = line.trim() === wanted ? 1 : dice(pairs, line.trim());
    if (likeness >= MIN_LIKENESS && likeness > (best?.likeness ?? 0)) {
      best = { index, likeness };
    }
  }
  return best;
}

/** The only line that equals `text` once both are read by `reading`; `undefined` where none does, or several. */
export function onlyEqualLine(
  text: string,
  lines: readonly string[],
  reading: (line: string) => string,
): number | undefined {
  const wanted = reading(text);
  if (wanted === '') {
    return undefined;
  }
  const first = lines.findIndex((line) => reading(line) === wanted);
  return first === -1 || lines.some((line, index) => index > first && reading(line) === wanted)
    ? undefined
    : first;
}

/** Twice the pairs of neighbouring characters that both have, by all pairs of both. */
function dice(pairs: ReadonlyMap<string, number>, line: string): number {
  const left = new Map(pairs);
  let total = 0;
  let common = 0;
  for (const count of pairs.values()) {
    total += count;
  }
  for (const [pair, count] of pairsOf(line)) {
    total += count;
    common += Math.min(count, left.get(pair) ?? 0);
  }
  return total === 0 ? 0 : (2 * common) / total;
}

function pairsOf(line: string): Map<string, number> {
  const pairs = new Map<string, number>();
  const compared = line.slice(0, MAX_COMPARED);
  for (let at = 0; at + 1 < compared.length; at++) {
    const pair = compared.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
