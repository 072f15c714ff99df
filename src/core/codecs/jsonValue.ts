/**
 * A double inside the JSON text of an array or map: whole numbers keep a `.0`, so that they stay apart from integers;
 * `NaN` and infinities, which JSON lacks, are strings as in protobuf's JSON.
 */
export function jsonFromDouble(value: number): string {
  if (!Number.isFinite(value)) {
    return `"${value}"`;
  }
  const text = textFromDouble(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A double as JavaScript prints it, but with the sign of -0. */
export function textFromDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
