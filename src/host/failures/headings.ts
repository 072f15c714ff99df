import type { Grouping } from './failuresModel';
import type { GroupRow, HeadingRow } from './rows';

/** Headings for groups in the order of their first group; a group that several connections saw stands under each. */
export function headingsOf(
  rows: readonly GroupRow[],
  grouping: Exclude<Grouping, 'group'>,
): readonly HeadingRow[] {
  const idsOfLabel = new Map<string, string[]>();
  for (const { group } of rows) {
    const labels =
      grouping === 'service'
        ? [group.service]
        : grouping === 'operation'
          ? [`${group.entryService} · ${group.operation}`]
          : group.connectionIds;
    for (const label of labels) {
      const ids = idsOfLabel.get(label);
      if (ids) {
        ids.push(group.id);
      } else {
        idsOfLabel.set(label, [group.id]);
      }
    }
  }
  return [...idsOfLabel].map(([label, groupIds]) => ({
    kind: 'heading',
    rowId: `${grouping}/${label}`,
    label,
    groupIds,
  }));
}
