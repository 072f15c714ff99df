import { SpanFlag, type Trace } from '../model/trace';

/**
 * The tree as it is shown: span rows, with orphans moved below one heading per service at the end. A node is a position in the fully
 * expanded tree, a parent before its children, so a subtree is the range from its node up to `end[node]`.
 */
export interface NodeTree {
  readonly count: number;
  /** The span's row, or -1 minus the heading's number. */
  readonly rows: Int32Array<ArrayBuffer>;
  /** The node of each span row. */
  readonly nodes: Uint32Array<ArrayBuffer>;
  readonly depth: Uint32Array<ArrayBuffer>;
  /** The node after the last descendant. */
  readonly end: Uint32Array<ArrayBuffer>;
  /** Node of the parent, -1 for roots. */
  readonly parent: Int32Array<ArrayBuffer>;
  readonly headings: readonly OrphanHeading[];
}

/** A heading over the spans of one service whose parents were not received. */
export interface OrphanHeading {
  /** String number. */
  readonly service: number;
  /** Orphaned spans, without their descendants. */
  readonly orphans: number;
}

/** The tree of a trace; linear. */
export function nodeTree(trace: Trace): NodeTree {
  const spanCount = trace.spans.count;
  const orphansOfService = new Map<number, number[]>();
  const plainRoots: number[] = [];
  for (let row = 0; row < spanCount; row = trace.subtreeEnd[row]!) {
    if (trace.flags[row]! & SpanFlag.orphan) {
      const service = trace.service[row]!;
      const orphans = orphansOfService.get(service);
      if (orphans) {
        orphans.push(row);
      } else {
        orphansOfService.set(service, [row]);
      }
    } else {
      plainRoots.push(row);
    }
  }
  const count = spanCount + orphansOfService.size;
  const tree = {
    count,
    rows: new Int32Array(count),
    nodes: new Uint32Array(spanCount),
    depth: new Uint32Array(count),
    end: new Uint32Array(count),
    parent: new Int32Array(count),
    headings: [] as OrphanHeading[],
  };
  let node = 0;
  const place = (root: number, heading: number): void => {
    const shift = node - root;
    for (let row = root; row < trace.subtreeEnd[root]!; row++) {
      tree.rows[node] = row;
      tree.nodes[row] = node;
      tree.depth[node] = trace.depth[row]! + (heading < 0 ? 0 : 1);
      tree.end[node] = trace.subtreeEnd[row]! + shift;
      tree.parent[node] = row === root ? heading : trace.parent[row]! + shift;
      node++;
    }
  };
  for (const root of plainRoots) {
    place(root, -1);
  }
  for (const [service, orphans] of orphansOfService) {
    const heading = node++;
    tree.rows[heading] = -1 - tree.headings.length;
    tree.parent[heading] = -1;
    tree.headings.push({ service, orphans: orphans.length });
    for (const root of orphans) {
      place(root, heading);
    }
    tree.end[heading] = node;
  }
  return tree;
}
