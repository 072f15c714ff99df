const timeFields = ['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'observedTimeUnixNano'];

/** The OTLP JSON text with all times moved so that its latest one is `endMs`: a recorded trace that happens now. */
export function shiftOtlpTimes(json: string, endMs: number): string {
  const latestNs = latestTimeNs(JSON.parse(json));
  const shiftNs = BigInt(Math.trunc(endMs)) * 1_000_000n - latestNs;
  return JSON.stringify(JSON.parse(json), (name, value: unknown) =>
    isTime(name, value) ? String(BigInt(value) + shiftNs) : value,
  );
}

function latestTimeNs(request: unknown): bigint {
  let latestNs = 0n;
  JSON.stringify(request, (name, value: unknown) => {
    if (isTime(name, value) && BigInt(value) > latestNs) {
      latestNs = BigInt(value);
    }
    return value;
  });
  return latestNs;
}

function isTime(name: string, value: unknown): value is string {
  return timeFields.includes(name) && typeof value === 'string' && /^\d{1,20}$/.test(value) && value !== '0';
}
