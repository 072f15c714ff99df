import { Lru } from '../../base/lru';
import type { ParsedException } from '../frames/frame';
import { parseStack } from '../frames/parseStack';
import type { SpanException } from '../model/exceptions';
import type { ErrorPath, ExceptionsOf } from './errorPaths';
import { exceptionTypeFrom } from './exceptionType';
import type { FailureSpans } from './failureSpans';
import { inAppFrame } from './fingerprint';

/** Spans from the deepest one up that are looked through for a stack text: a web framework's layers are fewer. */
const MAX_ROWS_UP = 16;
/** Some SDKs start spans at whole milliseconds with exact durations, so that a caller seems to end before its call. */
const TOLERANCE_NS = 2_000_000;
/** Spans beside the deepest one that are looked through for a stack text. */
const MAX_SIBLINGS = 256;

/** The exception that stands for a failure, and the span it is on. */
export interface FailureCause {
  /** The originating span. */
  readonly row: number;
  readonly type?: string;
  readonly message?: string;
  /** Stack text: of this exception, or of one on a span beside it that recorded the same moment with frames of the project. */
  readonly stack?: string;
  /** The exception of the stack text itself, without its causes. */
  readonly parsed?: ParsedException;
}

/**
 * Where a failure began: the first exception with frames of the project's own code from the deepest error upwards within its service (a
 * driver's span fails without exception; the exception of a time-out shows only runtime frames); else the first exception at all; else the
 * deepest span itself.
 */
export function failureCause(
  spans: FailureSpans,
  parent: Int32Array,
  exceptions: ExceptionsOf,
  path: ErrorPath,
): FailureCause {
  const service = spans.service(path.deepest);
  let first: FailureCause | undefined;
  for (const row of path.rows.slice(0, MAX_ROWS_UP)) {
    if (spans.service(row) !== service) {
      break;
    }
    for (const exception of exceptions.at(row)) {
      const cause = causeFrom(row, exception);
      if (cause.parsed && inAppFrame(cause.parsed)) {
        return cause;
      }
      first ??= cause;
    }
  }
  const beside = stackBeside(spans, parent, exceptions, path.deepest);
  return beside ? { ...(first ?? { row: path.deepest }), ...beside } : (first ?? { row: path.deepest });
}

function causeFrom(row: number, exception: SpanException): FailureCause {
  const { type, message } = exception;
  const stack = boundedStack(exception.stack);
  const parsed = stack === '' ? undefined : outermost(stack, type, message);
  const shown = exceptionTypeFrom(type, parsed?.type);
  const text = message === '' ? parsed?.message : message;
  return {
    row,
    ...(shown !== undefined && { type: shown }),
    ...(text !== undefined && { message: text }),
    ...(stack !== '' && { stack }),
    ...(parsed && { parsed }),
  };
}

/** Longest stack text that is read and kept, in UTF-16 units. */
const MAX_STACK_CHARS = 65_536;

/** Of a longer text its first and last lines: the newest call stands first or last, depending on the language. */
export function boundedStack(text: string): string {
  if (text.length <= MAX_STACK_CHARS) {
    return text;
  }
  const half = MAX_STACK_CHARS / 2;
  const head = text.slice(0, half);
  const tail = text.slice(1 - half);
  // Whole lines only, where there are lines.
  return `${head.slice(0, head.lastIndexOf('\n') + 1) || head}${tail.slice(tail.indexOf('\n') + 1)}`;
}

/** What fails, fails again, mostly in the same words. */
const parsedStacks = new Lru<string, { readonly exception: ParsedException | undefined }>(500);
/** Longest text that is remembered, in UTF-16 units. */
const MAX_REMEMBERED_CHARS = 4096;

/** The exception that was thrown, not what led to it: the cause of a wrapped error may be unrelated (the parser that met an error page). */
function outermost(stack: string, type: string, message: string): ParsedException | undefined {
  const key = `${type}\u0000${message}\u0000${stack}`;
  let parsed = parsedStacks.get(key);
  if (!parsed) {
    const { exceptions } = parseStack(stack, { type: type || undefined, message: message || undefined });
    parsed = { exception: exceptions.find(({ relation }) => relation === 'root') };
    if (key.length <= MAX_REMEMBERED_CHARS) {
      parsedStacks.set(key, parsed);
    }
  }
  return parsed.exception;
}

/**
 * The stack text of a span of the same service and parent during which the deepest span ran: instrumentation that starts spans without making
 * them current leaves the caller's span beside the call's, not above it.
 */
function stackBeside(
  spans: FailureSpans,
  parent: Int32Array,
  exceptions: ExceptionsOf,
  deepest: number,
): { readonly stack: string; readonly parsed: ParsedException } | undefined {
  const above = parent[deepest]!;
  if (above === -1) {
    return undefined;
  }
  const fromNs = spans.startNs[deepest]!;
  const toNs = fromNs + spans.durationNs[deepest]!;
  let best: { readonly stack: string; readonly parsed: ParsedException; readonly row: number } | undefined;
  const last = Math.min(spans.count, deepest + MAX_SIBLINGS);
  for (let row = Math.max(0, deepest - MAX_SIBLINGS); row < last; row++) {
    if (
      row === deepest ||
      parent[row] !== above ||
      !spans.hasException(row) ||
      spans.startNs[row]! > fromNs + TOLERANCE_NS ||
      spans.startNs[row]! + spans.durationNs[row]! < toNs - TOLERANCE_NS ||
      spans.service(row) !== spans.service(deepest)
    ) {
      continue;
    }
    for (const exception of exceptions.at(row)) {
      const { stack, parsed } = causeFrom(row, exception);
      // The shortest span around it is the nearest caller.
      if (
        stack !== undefined &&
        parsed &&
        inAppFrame(parsed) &&
        (!best || spans.durationNs[row]! < spans.durationNs[best.row]!)
      ) {
        best = { stack, parsed, row };
      }
    }
  }
  return best && { stack: best.stack, parsed: best.parsed };
}
