import assert from 'node:assert/strict';

/** Fails where ten times the input takes much more than ten times as long: quadratic growth would take a hundred times. `length` is that of the smaller input. */
export function assertLinear(
  name: string,
  make: (length: number) => string,
  run: (text: string) => unknown,
  length = 100_000,
): void {
  run(make(1000));
  const small = leastCpuMs(make(length), run);
  const large = leastCpuMs(make(length * 10), run);
  assert.ok(large < 35 * Math.max(small, 4), `${name}: ${small.toFixed(1)} ms, then ${large.toFixed(1)} ms`);
}

/** Time of the processor and not of the clock, as other processes may be busy; the best of three. */
function leastCpuMs(text: string, run: (text: string) => unknown): number {
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const start = process.cpuUsage();
    run(text);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
