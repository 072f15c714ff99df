import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { errorCodeIn, redact } from '../../../src/host/redact';

describe('redact', () => {
  it('blanks out known secrets wherever they stand', () => {
    assert.equal(redact('got s3cret-token back: "s3cret-token"', ['s3cret-token']), 'got ••• back: "•••"');
  });

  it('blanks out credentials that it was never told of', () => {
    const texts = [
      ['Authorization: Bearer abc.def.ghi', 'Authorization: Bearer •••'],
      ['"authorization":"Basic dXNlcjpwYXNz"', '"authorization":"Basic •••"'],
      ['http://user:pass@127.0.0.1:16686/api', 'http://•••@127.0.0.1:16686/api'],
      ['GET /api?token=abc&service=x', 'GET /api?token=•••&service=x'],
    ] as const;
    for (const [text, clean] of texts) {
      assert.equal(redact(text, []), clean);
    }
  });

  it('leaves other text alone', () => {
    const text = 'engine: listening on http://127.0.0.1:4318, 12 traces';
    assert.equal(redact(text, []), text);
  });

  it('takes linear time', () => {
    const text = 'a://'.repeat(100_000) + 'token='.repeat(100_000);
    const startMs = performance.now();
    redact(text, []);
    assert.ok(performance.now() - startMs < 2000);
  });
});

describe('code of an error', () => {
  it('is all that is told of what a system said', () => {
    assert.equal(errorCodeIn("ENOSPC: no space left on device, write '/home/ann/store.db'"), 'ENOSPC');
    assert.equal(errorCodeIn('SQLITE_READONLY: attempt to write a readonly database'), 'SQLITE_READONLY');
    assert.equal(errorCodeIn('cannot write /home/ann/store.db'), 'other');
  });
});
