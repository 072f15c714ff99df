import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { base1 } from '../../../../src/base/units';
import { driftedLine, type Drift } from '../../../../src/core/drift/driftedLine';
import { linesBetween } from '../../../../src/core/drift/linesBetween';
import { patchHunks } from '../../../../src/core/drift/patchHunks';
import { rawHistory } from '../../../../src/core/drift/rawHistory';
import { slideHunks } from '../../../../src/core/drift/slideHunks';

/** A file through its texts, each a commit. */
function through(texts: readonly (readonly string[])[]): Drift {
  const before = texts[0]!;
  const after = texts.at(-1)!;
  return {
    before,
    after,
    direct: linesBetween(before, after),
    steps: texts.slice(1).map((text, i) => linesBetween(texts[i]!, text)),
    isRenamed: false,
  };
}

describe('a line of a deployed file', () => {
  it('is never called sure where the text is another, and untouched only where every text has it in its place', () => {
    const line = fc.constantFrom<string[]>(
      '}',
      '',
      'return;',
      'const order = load();',
      '  const order = load();',
      'save(order, now);',
    );
    const text = fc.array(line, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), fc.nat(11), (texts, at) => {
        const drift = through(texts);
        const answer = driftedLine(drift, base1(at + 1));
        const was = drift.before[at];
        if (was === undefined) {
          assert.equal(answer, undefined);
          return;
        }
        assert.ok(answer);
        if (answer.kind === 'kept' && answer.how !== 'reformatted') {
          assert.equal(drift.after[answer.lineBase1 - 1], was);
        }
        if (answer.kind === 'kept' && answer.how === 'reformatted') {
          assert.equal(drift.after[answer.lineBase1 - 1]!.trim(), was.trim());
        }
        if (answer.kind === 'kept' && answer.how === 'untouched') {
          assert.equal(answer.lineBase1, at + 1);
          assert.ok(texts.every((lines) => lines.includes(was)));
        }
      }),
    );
  });

  it('is unsure where commits and texts lead to different places', () => {
    const before = ['f() {', '}', 'g() {', '}'];
    const drift: Drift = {
      before,
      after: ['}', '}', '}', '}'],
      direct: [{ oldStart: 0, oldCount: 1, newStart: 0, newCount: 0 }],
      steps: [[{ oldStart: 0, oldCount: 0, newStart: 0, newCount: 1 }]],
      isRenamed: false,
    };
    const answer = driftedLine(drift, base1(2));
    assert.deepEqual(answer, { kind: 'kept', lineBase1: 3, how: 'unsure' });
  });
});

describe('hunks that do not fit their texts', () => {
  it('lead to no line', () => {
    const drift: Drift = {
      before: ['a();'],
      after: ['b();'],
      direct: [{ oldStart: 0, oldCount: 1, newStart: 0, newCount: 1 }],
      steps: [[]],
      isRenamed: false,
    };
    assert.equal(driftedLine(drift, base1(1))?.kind, 'gone');
  });
});

describe('hunks that could stand in several places', () => {
  it('begin where a block begins', () => {
    const before = ['def a():', '    return', '', 'def b():', '    return', ''];
    const after = ['def a():', '    return', '', 'def n():', '    return', '', 'def b():', '    return', ''];
    const low = [{ oldStart: 2, oldCount: 0, newStart: 2, newCount: 3 }];
    assert.deepEqual(slideHunks(low, before, after), [
      { oldStart: 3, oldCount: 0, newStart: 3, newCount: 3 },
    ]);
  });
});

describe('what git prints', () => {
  it('is read as hunks, whatever their lines look like', () => {
    const output = [
      '\u0001c1',
      '',
      'diff --git a/x b/x',
      '--- a/x',
      '+++ b/x',
      '@@ -3 +3,2 @@ f() {',
      '-@@ -1 +1 @@',
      '+++ b/y',
      '+diff --git a/z b/z',
      '@@ -9,2 +10,0 @@',
      '-a',
      '-b',
      '\\ No newline at end of file',
      '\u0001c2',
      '',
      'diff --git a/w b/w',
      '--- a/w',
      '+++ b/w',
      '@@ -1 +1 @@',
      '-1',
      '+++ b/y',
      'diff --git a/x b/y',
      'similarity index 90%',
      '--- a/x',
      '+++ b/y',
      '@@ -0,0 +1 @@',
      '+first',
      '\u0001c3',
      '',
      '',
    ].join('\n');
    assert.deepEqual(patchHunks(output, ['x', 'y', 'y']), [
      [
        { oldStart: 2, oldCount: 1, newStart: 2, newCount: 2 },
        { oldStart: 8, oldCount: 2, newStart: 10, newCount: 0 },
      ],
      [{ oldStart: 0, oldCount: 0, newStart: 0, newCount: 1 }],
      undefined,
    ]);
  });

  it('is read as a history, oldest commit first', () => {
    const zero = '0'.repeat(40);
    const [one, two] = ['1'.repeat(40), '2'.repeat(40)];
    const output =
      `\u0001c2 c1\0\n:100644 000000 ${one} ${zero} D\0a b\0:100644 120000 ${one} ${two} T\0link\0` +
      `\u0001c1 c0 side\0\n:100644 100644 ${two} ${one} M\0a b\0:000000 160000 ${zero} ${one} A\0sub\0`;
    const history = rawHistory(output);
    assert.deepEqual(history.commits, ['c1', 'c2']);
    assert.equal(history.base, 'c0');
    assert.deepEqual(history.changes.get('a b'), [
      { commit: 0, status: 'modified', blob: one },
      { commit: 1, status: 'deleted', blob: zero },
    ]);
    assert.equal(history.changes.get('link')?.[0]?.status, 'other');
    assert.equal(history.changes.get('sub')?.[0]?.status, 'other');
    assert.deepEqual(rawHistory(''), { commits: [], base: undefined, changes: new Map() });
  });
});
