import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { collapseForOpening } from '../../../../src/core/timeline/initialCollapse';
import type { NodeTree } from '../../../../src/core/timeline/nodeTree';
import { VisibleNodes } from '../../../../src/core/timeline/visibleNodes';

/** A root with `workers` children of `each` children. */
function broadTree(workers: number, each: number): NodeTree {
  const count = 1 + workers * (each + 1);
  const numbers = Array.from({ length: count }, (_, node) => node);
  const worker = (node: number): number => Math.floor((node - 1) / (each + 1));
  const isWorker = (node: number): boolean => (node - 1) % (each + 1) === 0;
  return {
    count,
    rows: Int32Array.from(numbers),
    nodes: Uint32Array.from(numbers),
    depth: Uint32Array.from(numbers, (node) => (node === 0 ? 0 : isWorker(node) ? 1 : 2)),
    end: Uint32Array.from(numbers, (node) =>
      node === 0 ? count : isWorker(node) ? node + each + 1 : node + 1,
    ),
    parent: Int32Array.from(numbers, (node) =>
      node === 0 ? -1 : isWorker(node) ? 0 : 1 + worker(node) * (each + 1),
    ),
    headings: [],
  };
}

describe('collapseForOpening', () => {
  it('opens a small trace whole', () => {
    const tree = broadTree(10, 9);
    const visible = new VisibleNodes(tree);
    collapseForOpening(tree, visible, []);
    assert.equal(visible.count, tree.count);
  });

  it('opens a large one as far as 200 rows go, and down to where it failed', () => {
    const tree = broadTree(16, 1000);
    const visible = new VisibleNodes(tree);
    collapseForOpening(tree, visible, []);
    assert.equal(visible.count, 17);
    const origin = 3 * 1001 + 5;
    collapseForOpening(tree, visible, [origin]);
    assert.equal(visible.count, 17 + 1000);
    assert.notEqual(visible.indexOf(origin), -1);
  });
});
