import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { nodeTree, type NodeTree } from '../../../../src/core/timeline/nodeTree';
import { VisibleNodes } from '../../../../src/core/timeline/visibleNodes';
import { traceFromDrawing } from '../../../kit/drawTrace';
import { randomTrace } from './randomTrace';

function shown(visible: VisibleNodes): number[] {
  return Array.from({ length: visible.count }, (_, index) => visible.at(index));
}

/** What must be shown, by the definition: no ancestor is collapsed. */
function expected(tree: NodeTree, visible: VisibleNodes): number[] {
  return Array.from({ length: tree.count }, (_, node) => node).filter((node) => {
    for (let at = tree.parent[node]!; at >= 0; at = tree.parent[at]!) {
      if (visible.isCollapsed(at)) {
        return false;
      }
    }
    return true;
  });
}

const trace = traceFromDrawing(`
  a  root      |==========|
    a  left    | ===      |
      b  leaf  |  =       |
    a  right   |     ===  |
  b  lost      |      ==  | parent ff
    b  below   |      =   |
`);

describe('nodeTree', () => {
  it('puts orphans below a heading of their service, after the rest', () => {
    const tree = nodeTree(trace);
    assert.deepEqual([...tree.rows], [0, 1, 2, 3, -1, 4, 5]);
    assert.deepEqual([...tree.depth], [0, 1, 2, 1, 0, 1, 2]);
    assert.deepEqual([...tree.parent], [-1, 0, 1, 0, -1, 4, 5]);
    assert.deepEqual([...tree.end], [4, 3, 3, 4, 7, 7, 7]);
    assert.equal(tree.headings.length, 1);
    assert.equal(tree.headings[0]?.orphans, 1);
  });

  it('is a tree over every span for any trace', () => {
    fc.assert(
      fc.property(randomTrace, (any) => {
        const tree = nodeTree(any);
        assert.equal(tree.count, any.spans.count + tree.headings.length);
        for (let node = 0; node < tree.count; node++) {
          const parent = tree.parent[node]!;
          const row = tree.rows[node]!;
          assert.ok(parent < node);
          assert.equal(tree.depth[node], parent < 0 ? 0 : tree.depth[parent]! + 1);
          assert.ok(parent < 0 || tree.end[node]! <= tree.end[parent]!);
          if (row >= 0) {
            assert.equal(tree.nodes[row], node);
          }
        }
      }),
    );
  });
});

describe('VisibleNodes', () => {
  it('shows what no collapsed ancestor hides, after any clicks', () => {
    fc.assert(
      fc.property(
        randomTrace,
        fc.array(fc.tuple(fc.nat(60), fc.boolean()), { maxLength: 40 }),
        (any, clicks) => {
          const tree = nodeTree(any);
          const visible = new VisibleNodes(tree);
          for (const [node, collapse] of clicks) {
            visible.setCollapsed(node % tree.count, collapse);
            assert.deepEqual(shown(visible), expected(tree, visible));
          }
          shown(visible).forEach((node, index) => {
            assert.equal(visible.indexOf(node), index);
          });
          const kept = [...tree.rows.keys()].filter((node) => visible.isCollapsed(node));
          const restored = new VisibleNodes(tree);
          restored.setCollapsedNodes(kept);
          assert.deepEqual(shown(restored), shown(visible));
        },
      ),
    );
  });

  it('finds the ancestor that hides a node, and reveals it', () => {
    const visible = new VisibleNodes(nodeTree(trace));
    visible.setCollapsed(1, true);
    visible.setCollapsed(0, true);
    assert.deepEqual(shown(visible), [0, 4, 5, 6]);
    assert.equal(visible.indexOf(2), -1);
    assert.equal(visible.indexOfShown(2), 0);
    visible.reveal(2);
    assert.deepEqual(shown(visible), [0, 1, 2, 3, 4, 5, 6]);
  });

  it('keeps to a filter while collapsing', () => {
    const visible = new VisibleNodes(nodeTree(trace));
    visible.setFilter(Uint8Array.from([1, 1, 1, 0, 0, 0, 0]));
    assert.deepEqual(shown(visible), [0, 1, 2]);
    visible.setCollapsed(1, true);
    assert.deepEqual(shown(visible), [0, 1]);
    visible.setFilter(undefined);
    assert.deepEqual(shown(visible), [0, 1, 3, 4, 5, 6]);
  });

  it('collapses and expands a million nodes in time', () => {
    const count = 1_000_000;
    const rows = Int32Array.from({ length: count }, (_, node) => node);
    const tree: NodeTree = {
      count,
      rows,
      nodes: Uint32Array.from(rows),
      depth: new Uint32Array(count).fill(1).fill(0, 0, 1),
      end: Uint32Array.from({ length: count }, (_, node) => (node === 0 ? count : node + 1)),
      parent: new Int32Array(count).fill(0).fill(-1, 0, 1),
      headings: [],
    };
    const visible = new VisibleNodes(tree);
    visible.setCollapsed(0, true);
    assert.equal(visible.count, 1);
    visible.setCollapsed(0, false);
    assert.equal(visible.count, count);
  });
});
