import { readHex } from '../model/ids';
import { bytesFromBase64 } from './base64';

/** A JSON object of unknown content. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** `value` as an object; `undefined` for anything else. */
export function recordFrom(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined;
}

/** `value` as a list: absent and `null` are empty, anything else is `undefined`. */
export function listFrom(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) {
    return [];
  }
  return Array.isArray(value) ? value : undefined;
}

/** `value` where it is a string, else an empty one. */
export function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const largest64 = 2n ** 64n - 1n;

/** An unsigned 64-bit number sent as number or decimal text; absent and `null` are 0n, anything else is `undefined`. */
export function unsignedFrom(value: unknown): bigint | undefined {
  if (value === undefined || value === null || value === '') {
    return 0n;
  }
  let number: bigint;
  if (typeof value === 'number' && Number.isFinite(value)) {
    number = BigInt(Math.trunc(value));
  } else if (typeof value === 'string' && value.length <= 20 && /^\d+$/.test(value)) {
    number = BigInt(value);
  } else {
    return undefined;
  }
  return number >= 0n && number <= largest64 ? number : undefined;
}

/** An enum sent as number, numeric text or name; names may lack `prefix` and be in any case. Unknown ones are 0. */
export function enumFrom(value: unknown, prefix: string, names: readonly string[]): number {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 && value < names.length ? value : 0;
  }
  if (typeof value !== 'string' || value.length > 64) {
    return 0;
  }
  if (/^\d+$/.test(value)) {
    return enumFrom(Number(value), prefix, names);
  }
  const name = value.toUpperCase();
  return Math.max(0, names.indexOf(name.startsWith(prefix) ? name.slice(prefix.length) : name));
}

/**
 * An id of `size` bytes sent as hex, or as base64 by general protobuf libraries: the lengths never collide. Absent, `null`, empty and
 * all zeros are `undefined`, anything else is `'bad'`.
 */
export function idFrom(value: unknown, size: 8 | 16): Uint8Array<ArrayBuffer> | undefined | 'bad' {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string' || value.length > 2 * size) {
    return 'bad';
  }
  const bytes = value.length === 2 * size ? readHex(value) : bytesFromBase64(value);
  if (bytes?.length !== size) {
    return 'bad';
  }
  return bytes.some((byte) => byte !== 0) ? bytes : undefined;
}
