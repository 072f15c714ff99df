import type { Brand } from '../base/brand';

/** A `T` made of plain objects, numbers, strings, bigints and typed arrays, as text and one buffer: it crosses every port, also those that speak JSON. */
export type PackedColumns<T> = Brand<
  { readonly shape: string; readonly buffer: ArrayBuffer },
  'PackedColumns'
> & { readonly unpacksTo?: T };

const narrowTypes = { Uint8Array, Int8Array, Uint16Array, Int16Array } as const;
const wideTypes = { Uint16Array, Int32Array, Uint32Array } as const;
const arrayTypes = { ...narrowTypes, ...wideTypes, Float64Array, BigUint64Array } as const;
type NarrowTypeName = keyof typeof narrowTypes;
type WideTypeName = keyof typeof wideTypes;
type ArrayTypeName = keyof typeof arrayTypes;
type ColumnArray = InstanceType<(typeof arrayTypes)[ArrayTypeName]>;
type WideArray = InstanceType<(typeof wideTypes)[WideTypeName]>;

/** What stands in the shape for an array. */
interface ArrayShape {
  readonly array: ArrayTypeName;
  readonly length: number;
  /** Where its bytes are in the buffer. */
  readonly at: number;
  /** As what it is stored, where that is shorter: a column of wide numbers is often one of small values. */
  readonly as?: NarrowTypeName;
  /** Its bytes are these many, over and over. */
  readonly repeats?: number;
}

const alignment = 8;
/** A trace id; also a whole number of elements of every type. */
const periodBytes = 16;

/** Copies every typed array inside `value` into one buffer, each as short as its values allow. */
export function packColumns<T extends object>(value: T): PackedColumns<T> {
  const stored: Uint8Array[] = [];
  let byteLength = 0;
  const shape = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') {
      return { bigint: String(inner) };
    }
    if (!isColumn(inner)) {
      return inner;
    }
    const repeated = repeatedBytes(inner);
    const narrow = repeated ? undefined : narrowed(inner);
    const bytes = repeated ?? bytesOf(narrow ?? inner);
    const described: ArrayShape = {
      array: inner.constructor.name as ArrayTypeName,
      length: inner.length,
      at: byteLength,
      ...(repeated ? { repeats: repeated.length } : {}),
      ...(narrow ? { as: narrow.constructor.name as NarrowTypeName } : {}),
    };
    stored.push(bytes);
    byteLength += aligned(bytes.length);
    return described;
  });
  const buffer = new Uint8Array(byteLength);
  let at = 0;
  for (const bytes of stored) {
    buffer.set(bytes, at);
    at += aligned(bytes.length);
  }
  return { shape, buffer: buffer.buffer } as PackedColumns<T>;
}

/** The value again; arrays that were stored as they are become views of the packed buffer. */
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
  if ('array' in inner && 'at' in inner && 'length' in inner) {
    return unpackedArray(inner as ArrayShape, buffer);
  }
  return inner;
}

function unpackedArray({ array, length, at, as, repeats }: ArrayShape, buffer: ArrayBuffer): ColumnArray {
  const Type = arrayTypes[array];
  if (repeats !== undefined) {
    const bytes = new Uint8Array(length * Type.BYTES_PER_ELEMENT);
    bytes.set(new Uint8Array(buffer, at, repeats));
    // Doubles what is there, so that each copy is as long as all before it.
    for (let done = repeats; done < bytes.length; done *= 2) {
      bytes.copyWithin(done, 0, done);
    }
    return new Type(bytes.buffer);
  }
  if (as === undefined) {
    return new Type(buffer, at, length);
  }
  return new wideTypes[array as WideTypeName](new narrowTypes[as](buffer, at, length));
}

function isColumn(value: unknown): value is ColumnArray {
  return ArrayBuffer.isView(value) && value.constructor.name in arrayTypes;
}

function isWide(array: ColumnArray): array is WideArray {
  return array.constructor.name in wideTypes;
}

function aligned(byteLength: number): number {
  return Math.ceil(byteLength / alignment) * alignment;
}

function bytesOf(array: ColumnArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The first bytes of a column that goes on with them to its end: all zeros, say, or the id of one trace. */
function repeatedBytes(array: ColumnArray): Uint8Array | undefined {
  const bytes = bytesOf(array);
  if (bytes.length <= periodBytes) {
    return undefined;
  }
  for (let i = periodBytes; i < bytes.length; i++) {
    if (bytes[i] !== bytes[i - periodBytes]) {
      return undefined;
    }
  }
  return bytes.subarray(0, periodBytes);
}

/** The same values in fewer bytes; `undefined` where they need all of theirs. */
function narrowed(array: ColumnArray): InstanceType<(typeof narrowTypes)[NarrowTypeName]> | undefined {
  if (!isWide(array)) {
    return undefined;
  }
  let least = 0;
  let most = 0;
  for (const value of array) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const types = least < 0 ? [Int8Array, Int16Array] : [Uint8Array, Uint16Array];
  for (const Type of types) {
    const half = 2 ** (8 * Type.BYTES_PER_ELEMENT - 1);
    const fits = least < 0 ? least >= -half && most < half : most < 2 * half;
    if (fits && Type.BYTES_PER_ELEMENT < array.BYTES_PER_ELEMENT) {
      return new Type(array);
    }
  }
  return undefined;
}
