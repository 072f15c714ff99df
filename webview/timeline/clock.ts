import { epochMsFromNs, epochNs } from '../../src/base/units';

/** Local time with milliseconds, the date before it where that is not the day of `nowMs`; UTC and epoch as tooltip. */
export function startTime(
  startUnixNano: bigint,
  nowMs: number,
): { readonly text: string; readonly tooltip: string } {
  const ms = epochMsFromNs(epochNs(startUnixNano));
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) {
    return { text: `${startUnixNano} ns`, tooltip: '' };
  }
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
  const today = new Date(nowMs).toDateString() === time.toDateString();
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} `;
  return { text: today ? clock : date + clock, tooltip: `${time.toISOString()}\n${startUnixNano} ns` };
}
