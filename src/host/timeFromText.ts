/** A local time of today (`14:03`, `14:03:22`) or with its date (`2026-11-24 14:03`); `undefined` for anything else. */
export function timeFromText(text: string, nowMs: number): number | undefined {
  const match = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (!match) {
    return undefined;
  }
  const today = new Date(nowMs);
  const [year, month, day] = match[1]
    ? [Number(match[1]), Number(match[2]) - 1, Number(match[3])]
    : [today.getFullYear(), today.getMonth(), today.getDate()];
  const time = new Date(year, month, day, Number(match[4]), Number(match[5]), Number(match[6] ?? 0));
  const isReal =
    time.getMonth() === month &&
    time.getDate() === day &&
    time.getHours() === Number(match[4]) &&
    time.getMinutes() === Number(match[5]);
  return isReal ? time.getTime() : undefined;
}
