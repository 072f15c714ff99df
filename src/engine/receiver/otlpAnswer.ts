/** The two encodings of OTLP/HTTP. */
export type OtlpFormat = 'protobuf' | 'json';

/** `content-type` of requests and answers in a format. */
export const contentTypeOf: Readonly<Record<OtlpFormat, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Numbers of `google.rpc.Code` that the receiver answers with. */
export const RpcCode = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
} as const;

/** What a signal's partial success calls the number of rejected items in JSON. */
export const rejectedField = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
  profiles: 'rejectedProfiles',
} as const;

/** The body of a successful export: empty where nothing is to be said, as the specification asks. */
export function exportBody(
  format: OtlpFormat,
  signal: keyof typeof rejectedField,
  rejected: number,
  message: string,
): Uint8Array {
  const silent = rejected === 0 && message === '';
  if (format === 'json') {
    const partialSuccess = {
      ...(rejected > 0 && { [rejectedField[signal]]: String(rejected) }),
      errorMessage: message,
    };
    return Buffer.from(silent ? '{}' : JSON.stringify({ partialSuccess }));
  }
  return silent ? new Uint8Array() : lengthField(1, codeAndMessage(rejected, message));
}

/** A `google.rpc.Status`. */
export function statusBody(format: OtlpFormat, code: number, message: string): Uint8Array {
  return format === 'json' ? Buffer.from(JSON.stringify({ code, message })) : codeAndMessage(code, message);
}

/** Field 1 a varint, field 2 a text: the shape of both `google.rpc.Status` and OTLP's partial success. */
function codeAndMessage(number: number, message: string): Uint8Array {
  const head = number === 0 ? [] : [0x08, ...varint(number)];
  const text = Buffer.from(message);
  return Buffer.concat([Buffer.from(head), text.length === 0 ? text : lengthField(2, text)]);
}

function lengthField(field: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}
