import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { spansFromOtlpJson } from '../../../src/core/codecs/otlpJson';
import { shiftOtlpTimes } from '../../../src/host/receiver/sampleTrace';

const recorded = readFileSync(path.join(process.cwd(), 'media/sampleTrace.otlp.json'), 'utf8');
const endMs = Date.UTC(2027, 0, 15, 8, 0, 0);

function spansOf(json: string) {
  const decoded = spansFromOtlpJson(json);
  assert.ok(decoded.ok);
  return decoded.value.spans;
}

describe('sample trace', () => {
  it('happens now: its last span ends at the given time, and all distances stay', () => {
    const before = spansOf(recorded);
    const after = spansOf(shiftOtlpTimes(recorded, endMs));
    const latestNs = after.endUnixNano.reduce((latest, end) => (end > latest ? end : latest), 0n);
    assert.equal(latestNs, BigInt(endMs) * 1_000_000n);
    const shiftNs = after.startUnixNano[0]! - before.startUnixNano[0]!;
    assert.deepEqual(
      after.startUnixNano,
      before.startUnixNano.map((start) => start + shiftNs),
    );
    assert.deepEqual(
      after.events.timeUnixNano,
      before.events.timeUnixNano.map((time) => time + shiftNs),
    );
  });

  it('keeps everything else', () => {
    const before = spansOf(recorded);
    const after = spansOf(shiftOtlpTimes(recorded, endMs));
    assert.deepEqual(after.spanIds, before.spanIds);
    assert.deepEqual(after.strings, before.strings);
  });
});
