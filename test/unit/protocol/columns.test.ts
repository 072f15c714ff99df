import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { packColumns, unpackColumns } from '../../../src/protocol/columns';
import { checkoutTrace } from '../../kit/checkoutSample';

describe('packColumns', () => {
  it('brings a trace through a port that speaks JSON and one buffer', () => {
    const trace = checkoutTrace();
    const packed = packColumns(trace);
    const crossed: typeof packed = JSON.parse(
      JSON.stringify({ ...packed, buffer: undefined }),
    ) as typeof packed;
    assert.deepEqual(unpackColumns({ ...crossed, buffer: packed.buffer }), trace);
  });

  it('copies only what a view shows of a larger buffer', () => {
    const large = new Uint8Array(1000).fill(7);
    const packed = packColumns({ bytes: large.subarray(10, 13), times: new BigUint64Array([1n, 2n ** 63n]) });
    assert.equal(packed.buffer.byteLength, 8 + 16);
    assert.deepEqual(unpackColumns(packed), {
      bytes: Uint8Array.from([7, 7, 7]),
      times: new BigUint64Array([1n, 2n ** 63n]),
    });
  });

  it('gives back what any column holds, in no more bytes than it had', () => {
    const edges = [0, 1, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 2 ** 31 - 1];
    const value = fc.oneof(fc.constantFrom(...edges), fc.nat());
    const signed = fc.tuple(value, fc.boolean()).map(([size, below]) => (below ? -1 - size : size));
    const columns = fc.record(
      {
        wide: fc.array(value).map((values) => Uint32Array.from(values)),
        signed: fc.array(signed).map((values) => Int32Array.from(values)),
        flags: fc.array(fc.nat({ max: 300 })).map((values) => Uint16Array.from(values)),
        ids: fc
          .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat({ max: 9 }))
          .map(([id, count]) => Uint8Array.from(Array.from({ length: count }, () => [...id]).flat())),
        times: fc
          .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
          .map((values) => BigUint64Array.from(values)),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(columns, (given) => {
        const packed = packColumns(given);
        assert.deepEqual(unpackColumns(packed), given);
        const arrays = Object.values(given);
        assert.ok(
          packed.buffer.byteLength <= arrays.reduce((sum, { byteLength }) => sum + byteLength + 7, 0),
        );
      }),
    );
  });

  it('stores a column of one value, and one id for every row, once', () => {
    const packed = packColumns({
      ids: new Uint8Array(160_000).map((_, i) => i % 16),
      kinds: new Uint32Array(10_000).fill(70_000),
    });
    assert.equal(packed.buffer.byteLength, 32);
  });
});
