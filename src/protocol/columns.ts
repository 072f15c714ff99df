import type { Brand } from '../base/brand';

/** A `T` made of plain objects, numbers, strings, bigints and typed arrays, as text and one buffer: it crosses every port, also those that speak JSON. */
export type PackedColumns<T> = Brand<
  { readonly shape: string; readonly buffer: ArrayBuffer },
  'PackedColumns'
> & { readonly unpacksTo?: T };

const arrayTypes = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float64Array,
  BigUint64Array,
} as const;
type ArrayTypeName = keyof typeof arrayTypes;

const alignment = 8;

/** Copies every typed array inside `value` into one buffer. */
export function packColumns<T extends object>(value: T): PackedColumns<T> {
  const arrays: ArrayBufferView[] = [];
  let byteLength = 0;
  const shape = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') {
      return { bigint: String(inner) };
    }
    if (!ArrayBuffer.isView(inner)) {
      return inner;
    }
    const at = byteLength;
    arrays.push(inner);
    byteLength += Math.ceil(inner.byteLength / alignment) * alignment;
    return { array: inner.constructor.name, at, byteLength: inner.byteLength };
  });
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += Math.ceil(array.byteLength / alignment) * alignment;
  }
  return { shape, buffer: bytes.buffer } as PackedColumns<T>;
}

/** The value again; its arrays are views of the packed buffer. */
export function unpackColumns<T>({ shape, buffer }: PackedColumns<T>): T {
  return JSON.parse(shape, (_key, inner: unknown) => unpacked(inner, buffer)) as T;
}

function unpacked(inner: unknown, buffer: ArrayBuffer): unknown {
  if (typeof inner !== 'object' || inner === null) {
    return inner;
  }
  if ('bigint' in inner && typeof inner.bigint === 'string') {
    return BigInt(inner.bigint);
  }
  if ('array' in inner && 'at' in inner && 'byteLength' in inner) {
    const Type = arrayTypes[inner.array as ArrayTypeName];
    return new Type(buffer, Number(inner.at), Number(inner.byteLength) / Type.BYTES_PER_ELEMENT);
  }
  return inner;
}
