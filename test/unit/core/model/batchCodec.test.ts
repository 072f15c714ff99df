import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { logsFromOtlpProto, spansFromOtlpProto } from '../../../../src/core/codecs/otlpProto';
import {
  decodeLogTable,
  decodeSpanTable,
  encodeLogTable,
  encodeSpanTable,
} from '../../../../src/core/model/batchCodec';
import { traceIdAt } from '../../../../src/core/model/ids';
import type { LogTable, SpanTable } from '../../../../src/core/model/spanTable';
import { SpanTableBuilder } from '../../../../src/core/model/spanTableBuilder';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';
import { loadOtlpEdge, loadOtlpRecording } from '../../../kit/fixture';
import { plainLogs, plainSpans } from '../../../kit/plainOtlp';
import { randomNumbers } from '../../../kit/syntheticSpans';

function edgeSpans(): SpanTable {
  const result = spansFromOtlpProto(loadOtlpEdge());
  assert.ok(result.ok);
  return result.value.spans;
}

function recordedLogs(): LogTable {
  const { body } = loadOtlpRecording('otlpPython').find(({ signal }) => signal === 'logs')!;
  const result = logsFromOtlpProto(body);
  assert.ok(result.ok);
  return result.value.logs;
}

function decodeSpans(bytes: Uint8Array): SpanTable {
  const result = decodeSpanTable(bytes);
  assert.ok(result.ok);
  return result.value;
}

describe('batch codec', () => {
  it('gives back spans as views over the one buffer', () => {
    const spans = edgeSpans();
    const bytes = encodeSpanTable(spans);
    const again = decodeSpans(bytes);
    assert.deepEqual(again, spans);
    assert.equal(again.startUnixNano.buffer, bytes.buffer);
    assert.equal(again.attributes.values.buffer, bytes.buffer);
  });

  it('gives back log records', () => {
    const logs = recordedLogs();
    const result = decodeLogTable(encodeLogTable(logs));
    assert.ok(result.ok);
    assert.deepEqual(plainLogs(result.value), plainLogs(logs));
    assert.ok(logs.count > 0);
  });

  it('gives back a table without rows', () => {
    const empty = new SpanTableBuilder().build();
    assert.deepEqual(decodeSpans(encodeSpanTable(empty)), empty);
  });

  it('reads bytes that start anywhere in their buffer', () => {
    const spans = edgeSpans();
    const bytes = encodeSpanTable(spans);
    for (const shift of [1, 4, 8]) {
      const moved = new Uint8Array(bytes.length + shift).subarray(shift);
      moved.set(bytes);
      assert.deepEqual(plainSpans(decodeSpans(moved)), plainSpans(spans));
    }
    assert.deepEqual(plainSpans(decodeSpans(Buffer.from(bytes))), plainSpans(spans));
  });

  it('tells foreign bytes, other kinds and later versions apart', () => {
    const bytes = encodeSpanTable(edgeSpans());
    assert.deepEqual(decodeSpanTable(new Uint8Array(0)), { ok: false, error: { code: 'notColumns' } });
    assert.deepEqual(decodeSpanTable(new Uint8Array(64)), { ok: false, error: { code: 'notColumns' } });
    assert.deepEqual(decodeLogTable(bytes), { ok: false, error: { code: 'notColumns' } });
    const later = bytes.slice();
    later[4] = 2;
    assert.deepEqual(decodeSpanTable(later), { ok: false, error: { code: 'unknownVersion' } });
  });

  it('never takes a truncated blob for whole', () => {
    const bytes = encodeSpanTable(edgeSpans());
    for (let length = 0; length < bytes.length - 8; length++) {
      assert.equal(decodeSpanTable(bytes.slice(0, length)).ok, false, `${length} bytes`);
    }
  });

  it('notices numbers and offsets that lead out of the table', () => {
    for (const damage of [
      (spans: SpanTable) => (spans.names[0] = spans.strings.offsets.length - 1),
      (spans: SpanTable) => (spans.attributes.values[0] = 0xffff_ffff),
      (spans: SpanTable) => (spans.resource[0] = spans.resources.services.length),
      (spans: SpanTable) => (spans.scope[0] = spans.scopes.names.length),
      (spans: SpanTable) => (spans.scopes.names[0] = spans.strings.offsets.length - 1),
      (spans: SpanTable) => (spans.events.offsets[1] = 0xffff_ffff),
      (spans: SpanTable) => (spans.attributes.types[0] = 7),
    ]) {
      const bytes = encodeSpanTable(edgeSpans());
      // The table's columns are views over the bytes.
      damage(decodeSpans(bytes));
      assert.deepEqual(decodeSpanTable(bytes), { ok: false, error: { code: 'damaged' } });
    }
  });

  it('survives flipped bytes: an error value, or a table that can be read throughout', () => {
    const next = randomNumbers(3);
    const bytes = encodeSpanTable(edgeSpans());
    let damaged = 0;
    for (let round = 0; round < 3000; round++) {
      const broken = bytes.slice();
      for (let flips = 1 + (next() % 3); flips > 0; flips--) {
        broken[next() % broken.length] = next() & 0xff;
      }
      const result = decodeSpanTable(broken);
      if (result.ok) {
        const spans = result.value;
        assert.equal(plainSpans(spans).length, spans.count);
        traceFromTables(traceIdAt(spans.traceIds, 0), [{ table: spans }]);
      } else {
        damaged++;
      }
    }
    assert.ok(damaged > 500);
  });
});
