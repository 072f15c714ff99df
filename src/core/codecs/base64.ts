const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const unitOfValue = new Uint8Array(64);
const valueOfUnit = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) {
  unitOfValue[i] = alphabet.charCodeAt(i);
  valueOfUnit[alphabet.charCodeAt(i)] = i;
}
// The URL-safe alphabet, which some JSON writers use.
valueOfUnit['-'.charCodeAt(0)] = 62;
valueOfUnit['_'.charCodeAt(0)] = 63;

const asciiDecoder = new TextDecoder();

/** Base64 of `bytes[from..to)` with padding. */
export function base64FromBytes(bytes: Uint8Array, from: number, to: number): string {
  const text = new Uint8Array(4 * Math.ceil((to - from) / 3)).fill('='.charCodeAt(0));
  for (let at = from, out = 0; at < to; at += 3, out += 4) {
    const left = to - at;
    const bits =
      (bytes[at]! << 16) | ((left > 1 ? bytes[at + 1]! : 0) << 8) | (left > 2 ? bytes[at + 2]! : 0);
    text[out] = unitOfValue[bits >>> 18]!;
    text[out + 1] = unitOfValue[(bits >>> 12) & 63]!;
    if (left > 1) {
      text[out + 2] = unitOfValue[(bits >>> 6) & 63]!;
    }
    if (left > 2) {
      text[out + 3] = unitOfValue[bits & 63]!;
    }
  }
  return asciiDecoder.decode(text);
}

/** The bytes of base64 in either alphabet, with or without padding; `undefined` for anything else. */
export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let { length } = text;
  while (length > 0 && length > text.length - 2 && text.charAt(length - 1) === '=') {
    length--;
  }
  if (length % 4 === 1) {
    return undefined;
  }
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const value = valueOfUnit[text.charCodeAt(i)] ?? -1;
    if (value < 0) {
      return undefined;
    }
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >>> held) & 0xff;
    }
  }
  return bytes;
}
