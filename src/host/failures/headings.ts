import type { Grouping } from './failuresModel';
import type { GroupRow, HeadingRow } from './rows';

/** Headings for groups in the order of their first group; what several connections saw stands under their names together, as a row stands in one place. */
export function headingsOf(
  rows: readonly GroupRow[],
  grouping: Exclude<Grouping, 'group'>,
  nameOfConnection: (id: string) => string,
): readonly HeadingRow[] {
  const idsOfLabel = new Map<string, string[]>();
  for (const { group } of rows) {
    const label =
      grouping === 'service'
        ? group.service
        : grouping === 'operation'
          ? `${group.entryService} · ${group.operation}`
          : group.connectionIds.map(nameOfConnection).join(', ');
    const ids = idsOfLabel.get(label);
    if (ids) {
      ids.push(group.id);
    } else {
      idsOfLabel.set(label, [group.id]);
    }
  }
  return [...idsOfLabel].map(([label, groupIds]) => ({
    kind: 'heading',
    rowId: `${grouping}/${label}`,
    label,
    groupIds,
  }));
}
