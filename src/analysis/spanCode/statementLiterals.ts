import { likeness } from '../../core/spanCode/statementWords';
import type { FactOf } from './codeIndex';

/** Least likeness of a statement to its literal, and how much less the second best must have. */
const MIN_LIKENESS = 0.75;
const CLEAR = 0.12;

/** The literals of a statement in normalised words: those that are equal, else those that are most like it. */
export function literalsOfStatement(
  facts: readonly FactOf<'statement'>[],
  statement: string,
): readonly FactOf<'statement'>[] {
  const equal = facts.filter(({ fact }) => fact.words === statement);
  return equal.length > 0 ? equal : clearWinner(facts, statement);
}

function clearWinner(
  facts: readonly FactOf<'statement'>[],
  statement: string,
): readonly FactOf<'statement'>[] {
  const ranked = facts
    .map((one) => ({ one, value: likeness(one.fact.words, statement) }))
    .filter(({ value }) => value >= MIN_LIKENESS)
    .sort((a, b) => b.value - a.value);
  const best = ranked[0]?.value ?? 0;
  const near = ranked.filter(({ value }) => value > best - CLEAR);
  return near.map(({ one }) => one);
}
