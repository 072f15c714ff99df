import assert from 'node:assert/strict';
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
});
