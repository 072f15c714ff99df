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

/** Values of hex digits by character code; 255 for other characters. */
const digitOfUnit = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit++) {
  digitOfUnit[digit.toString(16).charCodeAt(0)] = digit;
  digitOfUnit[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** The bytes of an even number of hex digits in any case; zeros for anything else. */
export function bytesFromHex(hex: string): Uint8Array<ArrayBuffer> {
  return readHex(hex) ?? new Uint8Array(hex.length / 2);
}

/** The bytes of an even number of hex digits in any case; `undefined` for anything else. */
export function readHex(hex: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digitOfUnit[hex.charCodeAt(2 * i)] ?? 255;
    const low = digitOfUnit[hex.charCodeAt(2 * i + 1)] ?? 255;
    if ((high | low) > 15) {
      return undefined;
    }
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}
