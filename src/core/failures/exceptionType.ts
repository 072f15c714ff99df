/** Names that say nothing beside a code: `Error: connect ECONNREFUSED`. */
const GENERIC = new Set(['Error', 'Exception', 'BaseException', 'Object', 'DOMException']);

/** `ECONNREFUSED`, `ERR_INVALID_URL`, `23`: an error code where a class was expected. */
const CODE = /^(?:\d+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)$/;

/**
 * The type to show of an exception: as sent, unless that is an error code (OpenTelemetry's JavaScript SDK sends `error.code`) and the
 * stack's header names a class that says more.
 */
export function exceptionTypeFrom(
  sent: string | undefined,
  fromStack: string | undefined,
): string | undefined {
  if (sent === undefined || sent === '') {
    return fromStack;
  }
  if (fromStack === undefined || !CODE.test(sent)) {
    return sent;
  }
  return /^\d+$/.test(sent) || !GENERIC.has(fromStack) ? fromStack : sent;
}

/** The last part of a qualified type: `DuplicateKeyError` of `pymongo.errors.DuplicateKeyError`; what a row's label shows. */
export function shortType(type: string): string {
  return (
    type.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf(':'), type.lastIndexOf('\\')) + 1) || type
  );
}
