import type { PastedHeadingRow, StackRow } from '../failures/rows';
import type { PastedStacks } from './pastedStacks';

/** The row above all pasted stacks; none where nothing was pasted. */
export function pastedRows(pasted: PastedStacks): readonly PastedHeadingRow[] {
  const count = pasted.list().length;
  if (count === 0) {
    return [];
  }
  const heading: PastedHeadingRow = {
    kind: 'pasted',
    rowId: 'pasted',
    count,
    stacks: () => stackRows(heading, pasted),
  };
  return [heading];
}

function stackRows(parent: PastedHeadingRow, pasted: PastedStacks): Promise<readonly StackRow[]> {
  return Promise.all(
    pasted.list().map(async (stack): Promise<StackRow> => ({
      kind: 'stack',
      rowId: `pasted/${stack.id}`,
      parent,
      stack,
      resolved: await pasted.resolve(stack),
    })),
  );
}
