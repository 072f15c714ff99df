import type { Brand } from './brand';

/** Nanoseconds since the start of a trace, or a duration in nanoseconds; exact up to 2^53 (104 days). */
export type Nanos = Brand<number, 'Nanos'>;
/** Milliseconds since the Unix epoch. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** Nanoseconds since the Unix epoch. */
export type EpochNs = Brand<bigint, 'EpochNs'>;
/** A line or column number counted from 0 (VS Code positions, source-map columns). */
export type Base0 = Brand<number, 'Base0'>;
/** A line or column number counted from 1 (stack texts, source-map lines). */
export type Base1 = Brand<number, 'Base1'>;

/** `value` as nanoseconds. */
export function nanos(value: number): Nanos {
  return value as Nanos;
}

/** `value` as milliseconds since the Unix epoch. */
export function epochMs(value: number): EpochMs {
  return value as EpochMs;
}

/** `value` as nanoseconds since the Unix epoch. */
export function epochNs(value: bigint): EpochNs {
  return value as EpochNs;
}

/** `value` as a number counted from 0. */
export function base0(value: number): Base0 {
  return value as Base0;
}

/** `value` as a number counted from 1. */
export function base1(value: number): Base1 {
  return value as Base1;
}

/** The same position counted from 0. */
export function base0FromBase1(value: Base1): Base0 {
  return (value - 1) as Base0;
}

/** The same position counted from 1. */
export function base1FromBase0(value: Base0): Base1 {
  return (value + 1) as Base1;
}

/** Milliseconds of an epoch time in nanoseconds, rounded down. */
export function epochMsFromNs(value: EpochNs): EpochMs {
  return Number(value / 1_000_000n) as EpochMs;
}
