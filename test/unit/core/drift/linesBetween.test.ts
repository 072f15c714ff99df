import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { LineHunk } from '../../../../src/core/drift/lineHunk';
import { followLine } from '../../../../src/core/drift/lineMap';
import { linesBetween } from '../../../../src/core/drift/linesBetween';

/** The old lines that the hunks keep, each with its new line, told by walking both texts. */
function keptByWalking(hunks: readonly LineHunk[], oldCount: number): Map<number, number> {
  const kept = new Map<number, number>();
  let oldLine = 0;
  let newLine = 0;
  for (const hunk of [...hunks, { oldStart: oldCount, oldCount: 0, newStart: -1, newCount: 0 }]) {
    while (oldLine < hunk.oldStart) {
      kept.set(oldLine++, newLine++);
    }
    oldLine += hunk.oldCount;
    newLine += hunk.newCount;
  }
  return kept;
}

/** Length of the longest common subsequence, by the table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    let diagonal = 0;
    b.forEach((y, j) => {
      const above = row[j + 1]!;
      row[j + 1] = x === y ? diagonal + 1 : Math.max(above, row[j]!);
      diagonal = above;
    });
  }
  return row.at(-1)!;
}

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '}', ''), { maxLength: 30 });

describe('lines between two texts', () => {
  it('keeps equal lines only, in order, and makes the new text out of the old one', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const hunks = linesBetween(before, after);
        const made: string[] = [];
        let from = 0;
        for (const { oldStart, oldCount, newStart, newCount } of hunks) {
          assert.ok(oldStart >= from && oldCount + newCount > 0);
          made.push(...before.slice(from, oldStart));
          assert.equal(made.length, newStart);
          made.push(...after.slice(newStart, newStart + newCount));
          from = oldStart + oldCount;
        }
        assert.deepEqual([...made, ...before.slice(from)], after);
      }),
    );
  });

  it('follows a line as walking both texts does', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const hunks = linesBetween(before, after);
        const kept = keptByWalking(hunks, before.length);
        before.forEach((_, line) => {
          const followed = followLine(hunks, line);
          assert.equal(followed.kind === 'kept' ? followed.line : undefined, kept.get(line));
        });
      }),
    );
  });

  it('keeps as many lines as can be where no line is unique', () => {
    const repeated = fc.array(fc.constantFrom('a', 'b'), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(repeated, repeated, (one, other) => {
        const [before, after] = [
          [...one, 'a', 'b', 'a', 'b'],
          [...other, 'b', 'a', 'b', 'a'],
        ];
        const kept = keptByWalking(linesBetween(before, after), before.length).size;
        assert.equal(kept, longestCommon(before, after));
      }),
    );
  });

  it('holds a function in place by the lines that only it has', () => {
    const before = ['f() {', '  one();', '}', '', 'g() {', '  two();', '}'];
    const after = ['f() {', '  one();', '}', '', 'h() {', '  three();', '}', '', 'g() {', '  two();', '}'];
    const hunks = linesBetween(before, after);
    assert.deepEqual(
      before.map((_, line) => followLine(hunks, line)),
      [0, 1, 2, 3, 8, 9, 10].map((line) => ({ kind: 'kept', line })),
    );
  });

  it('stays quick on texts without a line in common and on ones of two lines over and over', () => {
    const many = (name: string): string[] => Array.from({ length: 60_000 }, (_, i) => `${name}${i % 3000}`);
    assert.deepEqual(linesBetween(many('x'), many('y')), [
      { oldStart: 0, oldCount: 60_000, newStart: 0, newCount: 60_000 },
    ]);
    const mixed = (shift: number): string[] =>
      Array.from({ length: 20_000 }, (_, i) => ((i * 7919 + shift) % 13 < 6 ? '' : '}'));
    assert.ok(linesBetween(mixed(0), mixed(5)).length > 0);
  });
});
