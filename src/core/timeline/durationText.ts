const unitsNs: readonly (readonly [unit: string, ns: number])[] = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
];
const minuteNs = 60e9;

/** A duration with three significant digits: `47 µs`, `312 ms`, `1.84 s`, `2 m 14 s`, `1 h 12 m`; minutes from 2 min up. */
export function durationText(durationNs: number): string {
  if (!(durationNs > 0)) {
    return '0 s';
  }
  if (durationNs >= 2 * minuteNs) {
    return longText(durationNs);
  }
  // Rounded first, so that 999.6 ms becomes 1.00 s and not 1000 ms.
  const rounded = Number(durationNs.toPrecision(3));
  let index = 0;
  while (index < 3 && rounded >= unitsNs[index + 1]![1]) {
    index++;
  }
  const [unit, ns] = unitsNs[index]!;
  const value = rounded / ns;
  if (index < 3) {
    return `${Number(value.toPrecision(3))} ${unit}`;
  }
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

function longText(durationNs: number): string {
  const seconds = Math.round(durationNs / 1e9);
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) {
    return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
  }
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A time since the start of the trace: `+6.45 s`, `−40 ms` before it. */
export function offsetText(timeNs: number): string {
  return timeNs < 0 ? `−${durationText(-timeNs)}` : `+${durationText(timeNs)}`;
}
