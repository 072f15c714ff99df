import type { Brand } from '../../base/brand';

/** 32 lowercase hex digits. */
export type TraceId = Brand<string, 'TraceId'>;
/** 16 lowercase hex digits. */
export type SpanId = Brand<string, 'SpanId'>;

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

function hexAt(bytes: Uint8Array, from: number, length: number): string {
  let text = '';
  for (let i = from; i < from + length; i++) {
    text += hexOfByte[bytes[i]!]!;
  }
  return text;
}

/** The id in 16 bytes of `bytes` from row `row`. */
export function traceIdAt(bytes: Uint8Array, row: number): TraceId {
  return hexAt(bytes, row * 16, 16) as TraceId;
}

/** The id in 8 bytes of `bytes` from row `row`. */
export function spanIdAt(bytes: Uint8Array, row: number): SpanId {
  return hexAt(bytes, row * 8, 8) as SpanId;
}

/** Hex of 1 to 32 digits in any case, padded to 32; `undefined` for anything else or all zeros. */
export function traceIdFromHex(text: string): TraceId | undefined {
  return idFromHex(text, 32) as TraceId | undefined;
}

/** Hex of 1 to 16 digits in any case, padded to 16; `undefined` for anything else or all zeros. */
export function spanIdFromHex(text: string): SpanId | undefined {
  return idFromHex(text, 16) as SpanId | undefined;
}

function idFromHex(text: string, digits: number): string | undefined {
  if (text.length > digits || !/^[0-9a-f]+$/i.test(text) || /^0+$/.test(text)) {
    return undefined;
  }
  return text.toLowerCase().padStart(digits, '0');
}

/** The bytes of an even number of hex digits. */
export function bytesFromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}
