/** A daily stretch in minutes since midnight; `from` counts in, `to` does not; it may run over midnight. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Reads `22:00-07:00`; `undefined` where the text is empty or is no such stretch. */
export function quietHoursFrom(text: string): QuietHours | undefined {
  const match = /^\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  return fromMinute > 59 || toMinute > 59 || from > DAY_MINUTES || to > DAY_MINUTES
    ? undefined
    : { fromMinute: from, toMinute: to };
}

const DAY_MINUTES = 24 * 60;

/** Whether a moment, in minutes since local midnight, lies within the quiet hours. Equal ends mean the whole day. */
export function isQuiet(hours: QuietHours | undefined, minuteOfDay: number): boolean {
  if (!hours) {
    return false;
  }
  const { fromMinute, toMinute } = hours;
  return fromMinute < toMinute
    ? minuteOfDay >= fromMinute && minuteOfDay < toMinute
    : minuteOfDay >= fromMinute || minuteOfDay < toMinute;
}
