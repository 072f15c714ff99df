import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oneLine, withoutIcons, withoutLinks } from '../../../src/host/plainText';

describe('plain text', () => {
  it('makes one line of any text', () => {
    assert.equal(oneLine('first\r\n\tsecond  third '), 'first second third');
  });

  it('takes out marks that turn the direction of writing or hide', () => {
    assert.equal(oneLine('a\u202eb\u200bc\u2066d\ufeffe\u0007f'), 'a b c d e f');
  });

  it('cuts long text and says so', () => {
    assert.equal(oneLine('x'.repeat(400)).length, 300);
    assert.ok(oneLine('x'.repeat(10_000_000)).endsWith('…'));
    assert.equal(oneLine('short', 5), 'short');
  });

  it('never holds a line break or a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(oneLine(text), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      }),
    );
  });

  it('shows no icon and no link that a trace asks for', () => {
    assert.equal(withoutIcons('$(error) fake'), '\\$(error) fake');
    assert.equal(withoutLinks('[click](command:rm)'), '[click] (command:rm)');
  });
});
