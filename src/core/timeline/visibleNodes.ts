import type { NodeTree } from './nodeTree';

/** Which nodes of a tree are shown, in order, under collapse and an optional filter. Collapsing and expanding costs what appears or goes. */
export class VisibleNodes {
  private readonly tree: NodeTree;
  private readonly collapsed: Uint8Array<ArrayBuffer>;
  private kept: Uint8Array<ArrayBuffer> | undefined;
  private list: Uint32Array<ArrayBuffer>;
  private length = 0;

  constructor(tree: NodeTree) {
    this.tree = tree;
    this.collapsed = new Uint8Array(tree.count);
    this.list = new Uint32Array(tree.count);
    this.rebuild();
  }

  get count(): number {
    return this.length;
  }

  /** The node at `index`, which is below {@link count}. */
  at(index: number): number {
    return this.list[index]!;
  }

  /** Where `node` stands, or -1 while it is hidden. */
  indexOf(node: number): number {
    const index = this.lowerBound(node);
    return index < this.length && this.list[index] === node ? index : -1;
  }

  /** Where `node` or, while it is hidden, its nearest shown ancestor stands; -1 where a filter hides both. */
  indexOfShown(node: number): number {
    for (let at = node; at >= 0; at = this.tree.parent[at]!) {
      const index = this.indexOf(at);
      if (index >= 0) {
        return index;
      }
    }
    return -1;
  }

  hasChildren(node: number): boolean {
    return this.tree.end[node]! > node + 1;
  }

  isCollapsed(node: number): boolean {
    return this.collapsed[node] === 1;
  }

  setCollapsed(node: number, collapsed: boolean): void {
    if (!this.hasChildren(node) || this.isCollapsed(node) === collapsed) {
      return;
    }
    const index = this.indexOf(node);
    if (index < 0) {
      this.collapsed[node] = collapsed ? 1 : 0;
    } else if (collapsed) {
      this.collapsed[node] = 1;
      this.splice(index + 1, this.lowerBound(this.tree.end[node]!), []);
    } else {
      this.collapsed[node] = 0;
      const appearing: number[] = [];
      this.collect(node + 1, this.tree.end[node]!, (shown) => appearing.push(shown));
      this.splice(index + 1, index + 1, appearing);
    }
  }

  /** Expands every ancestor of `node`. */
  reveal(node: number): void {
    // From the outside in, so that each step inserts only what it shows.
    const ancestors: number[] = [];
    for (let at = this.tree.parent[node]!; at >= 0; at = this.tree.parent[at]!) {
      ancestors.push(at);
    }
    for (const ancestor of ancestors.reverse()) {
      this.setCollapsed(ancestor, false);
    }
  }

  /** Collapses exactly the nodes with children from `depth` on. */
  collapseFrom(depth: number): void {
    for (let node = 0; node < this.tree.count; node++) {
      this.collapsed[node] = this.tree.depth[node]! >= depth && this.hasChildren(node) ? 1 : 0;
    }
    this.rebuild();
  }

  /** Depth of the shallowest collapsed node, or `undefined` where none is. */
  shallowestCollapsed(): number | undefined {
    return this.reduceDepth(true, Math.min);
  }

  /** Depth of the deepest expanded node with children, or `undefined` where none is. */
  deepestExpanded(): number | undefined {
    return this.reduceDepth(false, Math.max);
  }

  /** Shows only nodes whose entry in `kept` is 1 (the caller marks ancestors too); `undefined` shows all. */
  setFilter(kept: Uint8Array<ArrayBuffer> | undefined): void {
    this.kept = kept;
    this.rebuild();
  }

  setCollapsedNodes(nodes: Iterable<number>): void {
    this.collapsed.fill(0);
    for (const node of nodes) {
      if (node < this.tree.count && this.hasChildren(node)) {
        this.collapsed[node] = 1;
      }
    }
    this.rebuild();
  }

  private reduceDepth(collapsed: boolean, pick: (a: number, b: number) => number): number | undefined {
    let found: number | undefined;
    for (let index = 0; index < this.length; index++) {
      const node = this.list[index]!;
      if (this.hasChildren(node) && this.isCollapsed(node) === collapsed) {
        found = found === undefined ? this.tree.depth[node]! : pick(found, this.tree.depth[node]!);
      }
    }
    return found;
  }

  private rebuild(): void {
    this.length = 0;
    this.collect(0, this.tree.count, (node) => {
      this.list[this.length++] = node;
    });
  }

  private collect(from: number, to: number, add: (node: number) => void): void {
    for (let node = from; node < to;) {
      if (this.kept?.[node] === 0) {
        // An ancestor of a kept node is kept, so the whole subtree goes.
        node = this.tree.end[node]!;
      } else {
        add(node);
        node = this.collapsed[node] === 1 ? this.tree.end[node]! : node + 1;
      }
    }
  }

  private splice(from: number, to: number, inserted: readonly number[]): void {
    this.list.copyWithin(from + inserted.length, to, this.length);
    this.list.set(inserted, from);
    this.length += inserted.length - (to - from);
  }

  private lowerBound(node: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.list[middle]! < node) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
