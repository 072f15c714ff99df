import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fingerprintOf } from '../../../../src/core/failures/fingerprint';
import type { Frame } from '../../../../src/core/frames/frame';

function fingerprintAt(name: string): string {
  const frame: Frame = {
    raw: name,
    rawLine: 0,
    function: name,
    file: '/app/src/main.rs',
    kind: 'app',
    inApp: true,
  };
  return fingerprintOf({
    service: 'quotes',
    spanName: 'quote',
    type: 'panic',
    message: 'no rate',
    frames: [frame],
  });
}

describe('fingerprintOf', () => {
  it("does not depend on the hash that Rust's compiler puts after a name", () => {
    const built = fingerprintAt('quotes::rate::h0f1e2d3c4b5a6978');
    assert.equal(fingerprintAt('quotes::rate::h8796a5b4c3d2e1f0'), built);
    assert.equal(fingerprintAt('quotes::rate'), built);
    assert.notEqual(fingerprintAt('quotes::hash'), built);
  });
});
