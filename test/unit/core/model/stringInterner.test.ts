import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { StringInterner } from '../../../../src/core/model/stringInterner';
import { StringTable } from '../../../../src/core/model/stringTable';
import { isUtf8 } from '../../../../src/core/model/utf8';

describe('string interner', () => {
  it('gives equal texts one number and different texts different ones', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 })), (texts) => {
        const interner = new StringInterner();
        const numbers = texts.map((text) => interner.internText(text));
        const table = new StringTable(interner.build());
        const numberOf = new Map<string, number>([['', 0]]);
        texts.forEach((text, i) => {
          assert.equal(table.get(numbers[i]!), text);
          assert.equal(numberOf.get(text) ?? numbers[i], numbers[i]);
          numberOf.set(text, numbers[i]!);
        });
        assert.equal(table.count, numberOf.size);
      }),
    );
  });

  it('replaces lone surrogates, which UTF-8 cannot carry', () => {
    const interner = new StringInterner();
    assert.equal(interner.internText('a\ud800'), interner.internText('a\ufffd'));
    assert.equal(interner.invalidCount, 0);
  });

  it('tells 300,000 texts apart, of which some share all 32 bits of their hash', () => {
    const interner = new StringInterner();
    const numberAll = (): number[] =>
      Array.from({ length: 300_000 }, (_, i) => interner.internText(`${Math.imul(i, 0x9e3779b1)} ${i}`));
    const first = numberAll();
    assert.equal(interner.count, 300_001);
    assert.deepEqual(numberAll(), first);
  });

  it('compares ranges of bytes', () => {
    const interner = new StringInterner();
    const bytes = Buffer.from('abcabcabd');
    assert.equal(interner.internBytes(bytes, 0, 3), interner.internBytes(bytes, 3, 6));
    assert.notEqual(interner.internBytes(bytes, 0, 3), interner.internBytes(bytes, 6, 9));
    assert.equal(interner.internBytes(bytes, 4, 4), 0);
  });

  it('reads a text of megabytes', () => {
    const interner = new StringInterner();
    const text = '日本'.repeat(1_000_000);
    const number = interner.internText(text);
    assert.equal(interner.internText(text), number);
    assert.equal(new StringTable(interner.build()).get(number), text);
  });
});

describe('UTF-8 check', () => {
  it('agrees with the decoder of the platform', () => {
    const strict = new TextDecoder('utf-8', { fatal: true });
    const isAccepted = (bytes: Uint8Array): boolean => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 5 }).map((text) => new Uint8Array(Buffer.from(text))),
      // Leads and continuations at the borders of the ranges.
      fc
        .array(
          fc.constantFrom(
            0x41,
            0x7f,
            0x80,
            0x8f,
            0x90,
            0x9f,
            0xa0,
            0xbf,
            0xc0,
            0xc1,
            0xc2,
            0xdf,
            0xe0,
            0xed,
            0xef,
            0xf0,
            0xf4,
            0xf5,
            0xff,
          ),
          { maxLength: 5 },
        )
        .map((bytes) => Uint8Array.from(bytes)),
    );
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(isUtf8(bytes, 0, bytes.length), isAccepted(bytes));
      }),
      { numRuns: 5000 },
    );
  });
});
