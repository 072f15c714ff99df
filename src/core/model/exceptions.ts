import { attributeValue, stringsOf } from './attributes';
import { SpanMark, type LogTable, type SpanTable } from './spanTable';
import type { StringTable } from './stringTable';

/** One exception of a span; texts are empty where they were not sent. */
export interface SpanException {
  readonly type: string;
  readonly message: string;
  /** As sent, in the language's own notation. */
  readonly stack: string;
  /** Nanoseconds since the Unix epoch; absent for attributes, which have no time. */
  readonly timeUnixNano?: bigint;
  /** `codeStacktrace`: where a failed span without exception was made, not where something was thrown. */
  readonly origin: 'event' | 'log' | 'attributes' | 'codeStacktrace';
}

/** The exceptions of a span in order of arrival, each once: from events, log records, and attributes of the span itself. */
export function exceptionsOfSpan(spans: SpanTable, row: number): SpanException[] {
  const marks = spans.marks[row]!;
  if ((marks & (SpanMark.exception | SpanMark.error)) === 0) {
    return [];
  }
  const strings = stringsOf(spans);
  const found: SpanException[] = [];
  const { events } = spans;
  for (let event = events.offsets[row]!; event < events.offsets[row + 1]!; event++) {
    if (isExceptionEvent(spans, strings, event)) {
      const read = (key: string): string => attributeValue(strings, events.attributes, event, key) ?? '';
      addOnce(found, {
        type: read('exception.type'),
        message: read('exception.message'),
        stack: read('exception.stacktrace'),
        timeUnixNano: events.timeUnixNano[event]!,
        origin: events.origins[event] === 1 ? 'log' : 'event',
      });
    }
  }
  addAttributeException(found, strings, spans, row, marks);
  return found;
}

/** The exception of a log record; `undefined` where it has none. */
export function exceptionOfLog(logs: LogTable, row: number): SpanException | undefined {
  const strings = stringsOf(logs);
  const read = (key: string): string => attributeValue(strings, logs.attributes, row, key) ?? '';
  const type = read('exception.type');
  const message = read('exception.message');
  const stack = read('exception.stacktrace');
  return type === '' && message === '' && stack === ''
    ? undefined
    : { type, message, stack, timeUnixNano: logs.timeUnixNano[row]!, origin: 'log' };
}

/**
 * Whether both stand for one throw. SDKs disagree on the name: a log says `DuplicateKeyError` where the event says
 * `pymongo.errors.DuplicateKeyError`, so only the last part of the type counts, beside the message.
 */
export function isSameException(
  a: { readonly type: string; readonly message: string },
  b: { readonly type: string; readonly message: string },
): boolean {
  return a.message === b.message && lastPart(a.type) === lastPart(b.type);
}

function lastPart(type: string): string {
  const end = Math.max(type.lastIndexOf('.'), type.lastIndexOf(':'), type.lastIndexOf('\\'));
  return type.slice(end + 1);
}

function isExceptionEvent(spans: SpanTable, strings: StringTable, event: number): boolean {
  const name = strings.get(spans.events.names[event]!);
  if (name === 'exception' || name.endsWith('.exception')) {
    return true;
  }
  const { offsets, keys } = spans.events.attributes;
  for (let i = offsets[event]!; i < offsets[event + 1]!; i++) {
    if (strings.get(keys[i]!).startsWith('exception.')) {
      return true;
    }
  }
  return false;
}

function addAttributeException(
  found: SpanException[],
  strings: StringTable,
  spans: SpanTable,
  row: number,
  marks: number,
): void {
  const read = (key: string): string => attributeValue(strings, spans.attributes, row, key) ?? '';
  const fromAttributes: SpanException = {
    type: read('exception.type'),
    message: read('exception.message'),
    stack: read('exception.stacktrace'),
    origin: 'attributes',
  };
  if (fromAttributes.type !== '' || fromAttributes.message !== '' || fromAttributes.stack !== '') {
    addOnce(found, fromAttributes);
  }
  const stack = read('error.stack');
  if (stack !== '') {
    addOnce(found, { type: read('error.type'), message: read('error.message'), stack, origin: 'attributes' });
  }
  if (found.length === 0 && (marks & SpanMark.error) !== 0) {
    const code = read('code.stacktrace');
    if (code !== '') {
      found.push({ type: '', message: '', stack: code, origin: 'codeStacktrace' });
    }
  }
}

function addOnce(found: SpanException[], exception: SpanException): void {
  // The list of a hostile span may be long: beyond this length repeats are kept, which keeps the work linear.
  const same =
    found.length > 32
      ? -1
      : found.findIndex(
          (other) =>
            isSameException(other, exception) &&
            (other.stack === exception.stack || other.stack === '' || exception.stack === ''),
        );
  if (same === -1) {
    found.push(exception);
  } else if (found[same]!.stack === '') {
    found[same] = exception;
  }
}
