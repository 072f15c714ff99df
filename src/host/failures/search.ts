import type { LocatedGroup } from '../../protocol/analysis';

/** Whether any word that a group's row shows, or one of its trace ids, contains `text`, whatever the case. */
export function groupMatches(group: LocatedGroup, text: string): boolean {
  if (text === '') {
    return true;
  }
  const wanted = text.toLowerCase();
  return [
    group.type,
    group.message,
    group.service,
    group.entryService,
    group.operation,
    group.frame?.location?.path ?? '',
    ...group.traceIds,
  ].some((field) => field.toLowerCase().includes(wanted));
}
