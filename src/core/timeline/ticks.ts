import { durationText } from './durationText';
import { xPxFromTimeNs, type TimeScale } from './viewport';

/** One mark of the time axis. */
export interface Tick {
  readonly timeNs: number;
  readonly text: string;
}

const minuteNs = 60e9;
const hourNs = 60 * minuteNs;
/** From here on, labels are in minutes, and seconds step so that they meet the minutes. */
const minutesFromNs = 2 * minuteNs;

/** The smallest round step (1, 2, 5 × 10ⁿ; whole minutes and hours above them) of at least `leastNs`. */
export function tickStepNs(leastNs: number, inMinutes: boolean): number {
  if (inMinutes && leastNs > 20e9) {
    for (const minutes of [1, 2, 5, 10, 20, 30]) {
      if (minutes * minuteNs >= leastNs) {
        return minutes * minuteNs;
      }
    }
    return roundStep(leastNs / hourNs) * hourNs;
  }
  return Math.max(roundStep(leastNs), 1);
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, Number.MIN_VALUE)));
  for (const factor of [1, 2, 5]) {
    // Floating point: 0.2 × 10⁻⁹ must not count as less than itself.
    if (factor * power >= least * (1 - 1e-9)) {
      return factor * power;
    }
  }
  return 10 * power;
}

/** The end's label is allowed closer to the tick before it, whose text is shorter. */
const endGapShare = 0.75;

/** Ticks at least `gapPx` apart; where the trace's end is in view it has the last one, and none stands closer to it than three quarters of that. */
export function ticks(scale: TimeScale, traceEndNs: number, gapPx: number): readonly Tick[] {
  if (scale.widthPx <= 0) {
    return [];
  }
  const inMinutes = scale.endNs >= minutesFromNs;
  const stepNs = tickStepNs((gapPx / scale.widthPx) * (scale.endNs - scale.startNs), inMinutes);
  const endXPx = xPxFromTimeNs(scale, traceEndNs);
  // A rounding error of the scale must not cost the label of the end.
  const showsEnd = endXPx >= 0 && endXPx <= scale.widthPx + 0.5;
  const result: Tick[] = [];
  const last = Math.floor((scale.endNs * (1 + 1e-12)) / stepNs);
  for (let index = Math.ceil(scale.startNs / stepNs); index <= last; index++) {
    const timeNs = index * stepNs;
    if (showsEnd && xPxFromTimeNs(scale, timeNs) > endXPx - gapPx * endGapShare) {
      break;
    }
    result.push({ timeNs, text: tickText(timeNs, stepNs, scale.endNs) });
  }
  if (showsEnd) {
    result.push({ timeNs: traceEndNs, text: durationText(traceEndNs) });
  }
  return result;
}

/** A time with as many digits as `stepNs` needs, in the unit that suits `largestNs`. */
function tickText(timeNs: number, stepNs: number, largestNs: number): string {
  if (timeNs === 0) {
    return '0';
  }
  if (largestNs >= minutesFromNs && stepNs >= 1e9) {
    return minutesText(timeNs);
  }
  const [unit, unitNs] =
    largestNs >= 1e9
      ? ['s', 1e9]
      : largestNs >= 1e6
        ? ['ms', 1e6]
        : largestNs >= 1e3
          ? ['µs', 1e3]
          : ['ns', 1];
  const decimals = Math.max(0, Math.ceil(-Math.log10(stepNs / unitNs) - 1e-9));
  return `${(timeNs / unitNs).toFixed(decimals)} ${unit}`;
}

function minutesText(timeNs: number): string {
  const seconds = Math.round(timeNs / 1e9);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [
    hours > 0 && `${hours} h`,
    minutes > 0 && `${minutes} m`,
    seconds % 60 > 0 && `${seconds % 60} s`,
  ];
  return parts.filter(Boolean).join(' ');
}
