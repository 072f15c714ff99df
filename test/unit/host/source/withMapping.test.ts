import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withMapping } from '../../../../src/host/source/withMapping';

describe('saved mappings', () => {
  it('replace the one with the same prefix for the same service, and no other', () => {
    const before = [
      { from: '/app', to: 'old' },
      { service: 'orders', from: '/app', to: 'services/old' },
      { service: 'orders', from: '/srv', to: 'srv' },
    ];
    assert.deepEqual(withMapping(before, { service: 'orders', from: '/app', to: 'services/orders' }), [
      before[0],
      before[2],
      { service: 'orders', from: '/app', to: 'services/orders' },
    ]);
    assert.deepEqual(withMapping(before, { from: '/app', to: 'new' }).at(0), before[1]);
  });
});
