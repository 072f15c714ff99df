/** Numbers as people read them: counts, rates, ages, sizes, times of day. Units are SI symbols, the same in every language. */

const thinSpace = '\u2009';

/** `1 204`: groups of three digits, parted by thin spaces. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(?:\d{3})+$)/g, thinSpace);
}

/** `3.5 %`; `<0.1 %` for anything smaller that is not nothing, and never `100.0 %` for less than all. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) {
    return '0.0 %';
  }
  if (part >= whole) {
    return '100.0 %';
  }
  const percent = (100 * part) / whole;
  if (percent < 0.1) {
    return '<0.1 %';
  }
  return `${Math.min(percent, 99.9).toFixed(1)} %`;
}

/** `5 s`, `41 m`, `3 h`, `2 d`: one unit, rounded down; `0 s` for the future. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} m`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)} h`;
  }
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `18 MB` of 10^6 bytes; one decimal below 10. */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return `${megabytes < 9.95 && megabytes > 0 ? megabytes.toFixed(1) : formatCount(Math.round(megabytes))} MB`;
}

/** Local `14:03:22`, with the date before it where `nowMs` is another day. */
export function formatClock(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs);
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
  const sameDay = new Date(nowMs).toDateString() === time.toDateString();
  return sameDay
    ? clock
    : `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())} ${clock}`;
}

/** Local `14:03`. */
export function formatHourMinute(timeMs: number): string {
  const time = new Date(timeMs);
  return `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
