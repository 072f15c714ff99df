import type { NodeTree } from './nodeTree';
import type { VisibleNodes } from './visibleNodes';

const openWholeUpTo = 1000;
const firstRows = 200;

/** Opens a small trace whole, and a large one as many levels as fit in 200 rows, then down to each of `origins` (rows; the first few). */
export function collapseForOpening(tree: NodeTree, visible: VisibleNodes, origins: readonly number[]): void {
  if (tree.count <= openWholeUpTo) {
    return;
  }
  const countAtDepth: number[] = [];
  for (let node = 0; node < tree.count; node++) {
    const depth = tree.depth[node]!;
    countAtDepth[depth] = (countAtDepth[depth] ?? 0) + 1;
  }
  let depth = 0;
  let shown = countAtDepth[0] ?? 0;
  while (depth + 1 < countAtDepth.length && shown + countAtDepth[depth + 1]! <= firstRows) {
    depth++;
    shown += countAtDepth[depth]!;
  }
  visible.collapseFrom(depth);
  for (const row of origins.slice(0, 3)) {
    visible.reveal(tree.nodes[row]!);
  }
}
