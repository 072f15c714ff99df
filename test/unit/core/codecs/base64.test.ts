import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { base64FromBytes, bytesFromBase64 } from '../../../../src/core/codecs/base64';

describe('base64', () => {
  it('is written as node writes it and read back in either alphabet, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        assert.equal(base64FromBytes(bytes, 0, bytes.length), text);
        for (const form of [text, text.replaceAll('=', ''), Buffer.from(bytes).toString('base64url')]) {
          assert.deepEqual(bytesFromBase64(form), bytes);
        }
      }),
    );
  });

  it('refuses anything else', () => {
    for (const text of ['A', 'AB*D', 'AB=D', 'ABC\u00e9', 'A===']) {
      assert.equal(bytesFromBase64(text), undefined, text);
    }
  });
});
