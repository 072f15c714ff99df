import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { base0, base1 } from '../../../../src/base/units';
import { LineEdits, type LineEdit } from '../../../../src/core/drift/lineEdits';

/** An edit that replaces from one place of a text to another. */
function edit(
  [startLine, startCharacter]: readonly [number, number],
  [endLine, endCharacter]: readonly [number, number],
  text: string,
): LineEdit {
  return {
    startLineBase0: base0(startLine),
    startCharacter,
    endLineBase0: base0(endLine),
    endCharacter,
    text,
  };
}

function places(edits: LineEdits, lines: number): (number | string)[] {
  return Array.from({ length: lines }, (_, i) => {
    const line = edits.follow(base1(i + 1));
    return line.kind === 'kept' ? line.lineBase1 : `gone ${line.similarBase1 ?? ''}`.trim();
  });
}

const text = 'const a = load();\nsave(a);\n\nreport(a);\n';

describe('lines of a file in a buffer with unsaved changes', () => {
  it('keeps every line where nothing changed', () => {
    const edits = new LineEdits(text);
    assert.deepEqual(places(edits, 4), [1, 2, 3, 4]);
    assert.equal(edits.isUnchanged, true);
  });

  it('moves the lines below a new line, wherever the cursor stood', () => {
    for (const at of [edit([0, 17], [0, 17], '\n// note'), edit([1, 0], [1, 0], '// note\r\n')]) {
      const edits = new LineEdits(text);
      edits.apply([at]);
      assert.deepEqual(places(edits, 4), [1, 3, 4, 5]);
    }
  });

  it('says that an edited line is gone and shows what stands there', () => {
    const edits = new LineEdits(text);
    edits.apply([edit([1, 4], [1, 4], 'All')]);
    assert.deepEqual(places(edits, 4), [1, 'gone 2', 3, 4]);
  });

  it('has a line again once it is typed back or undone', () => {
    const edits = new LineEdits(text);
    edits.apply([edit([1, 0], [3, 0], '')]);
    assert.deepEqual(places(edits, 4), [1, 'gone', 'gone', 2]);
    edits.apply([edit([1, 0], [1, 0], 'save(a);\n\n')]);
    assert.deepEqual(places(edits, 4), [1, 2, 3, 4]);
    assert.equal(edits.isUnchanged, true);
  });

  it('splits and joins lines', () => {
    const edits = new LineEdits(text);
    edits.apply([edit([0, 9], [0, 9], '\n  ')]);
    assert.deepEqual(places(edits, 4), ['gone 1', 3, 4, 5]);
    edits.apply([edit([0, 9], [1, 2], '')]);
    assert.deepEqual(places(edits, 4), [1, 2, 3, 4]);
  });

  it('takes several edits of one event, whose ranges are all those from before it', () => {
    const edits = new LineEdits(text);
    edits.apply([edit([0, 0], [0, 0], '// one\n'), edit([3, 0], [3, 0], '// two\n')]);
    assert.deepEqual(places(edits, 4), [2, 3, 4, 6]);
  });

  it('starts from a buffer that was dirty before', () => {
    const edits = new LineEdits(text, `// note\n${text.replace('report(a)', 'report(a, now)')}`);
    assert.deepEqual(places(edits, 4), [2, 3, 4, 'gone 5']);
    edits.apply([edit([0, 0], [1, 0], '')]);
    assert.deepEqual(places(edits, 4), [1, 2, 3, 'gone 4']);
  });

  it('goes on from the text that a file is opened anew with', () => {
    const edits = new LineEdits(text);
    edits.apply([edit([0, 0], [0, 0], '// typed and given up\n')]);
    edits.reopen(text);
    assert.deepEqual(places(edits, 4), [1, 2, 3, 4]);
    assert.equal(edits.isUnchanged, true);
    edits.reopen(`// written meanwhile\n${text}`);
    edits.apply([edit([2, 0], [2, 0], '\n')]);
    assert.deepEqual(places(edits, 4), [2, 4, 5, 6]);
  });

  it('finds lines again in a text replaced as a whole by a formatter', () => {
    const edits = new LineEdits(text);
    edits.apply([edit([0, 0], [4, 0], text.replace('save(a);\n\n', 'save(a);\n'))]);
    assert.deepEqual(places(edits, 4), [1, 2, 'gone', 3]);
  });

  it('says kept only of lines with the same text, in their order, whatever is typed', () => {
    const line = fc.constantFrom('a', 'b', '  a', '}', '', 'call(x)');
    const someText = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
    const change = fc.record({ from: fc.nat(60), length: fc.nat(12), text: someText });
    fc.assert(
      fc.property(someText, fc.array(change, { maxLength: 8 }), (disk, changes) => {
        const edits = new LineEdits(disk);
        let buffer = disk;
        for (const { from, length, text: inserted } of changes) {
          const start = Math.min(from, buffer.length);
          const end = Math.min(start + length, buffer.length);
          edits.apply([edit(placeAt(buffer, start), placeAt(buffer, end), inserted)]);
          buffer = buffer.slice(0, start) + inserted + buffer.slice(end);
        }
        const [before, after] = [disk.split('\n'), buffer.split('\n')];
        let last = 0;
        let kept = 0;
        before.forEach((expected, i) => {
          const followed = edits.follow(base1(i + 1));
          if (followed.kind === 'kept') {
            assert.equal(after[followed.lineBase1 - 1], expected);
            assert.ok(followed.lineBase1 > last);
            last = followed.lineBase1;
            kept++;
          }
        });
        assert.equal(edits.isUnchanged, disk === buffer);
        // What both begin and end with is never lost.
        assert.ok(kept >= commonEnds(before, after));
      }),
    );
  });
});

function placeAt(text: string, offset: number): readonly [number, number] {
  const lines = text.slice(0, offset).split('\n');
  return [lines.length - 1, lines.at(-1)!.length];
}

function commonEnds(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) {
    head++;
  }
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) {
    tail++;
  }
  return head + tail;
}
