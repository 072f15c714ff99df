import { err, ok, type Result } from '../../base/result';
import type { AttributeBuilder } from '../model/attributeBuilder';
import { LogTableBuilder } from '../model/logTableBuilder';
import { SpanTableBuilder } from '../model/spanTableBuilder';
import { ValueType } from '../model/spanTable';
import { isUtf8 } from '../model/utf8';
import { typedTextFromAnyValue } from './anyValueJson';
import { RejectionCounter, type DecodedLogs, type DecodedSpans, type DecodeError } from './decodeOutcome';
import {
  enumFrom,
  idFrom,
  listFrom,
  recordFrom,
  textFrom,
  unsignedFrom,
  type JsonRecord,
} from './jsonFields';
import { zeros } from './protoReader';
import type { TableParts } from './resourceProto';

const spanKinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const statusCodes = ['UNSET', 'OK', 'ERROR'];
const severities = [
  'UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name) => [
    name,
    ...[2, 3, 4].map((n) => `${name}${n}`),
  ]),
];
const noRecord: JsonRecord = {};

/**
 * Spans of an OTLP/JSON request. Besides the specified form it takes base64 ids, enum names, 64-bit numbers as JSON numbers, `null`
 * for anything absent, and the names that scopes had before OTLP 0.15.
 */
export function spansFromOtlpJson(body: Uint8Array | string): Result<DecodedSpans, DecodeError> {
  const reader = new SpanJsonReader();
  return reader.read(body, () => ({
    spans: reader.parts.build(),
    rejectedSpans: reader.rejections.total,
    reasons: reader.rejections.reasons,
    invalidTexts: reader.invalidTexts,
  }));
}

/** Log records of an OTLP/JSON request, read as leniently as {@link spansFromOtlpJson} reads spans. */
export function logsFromOtlpJson(body: Uint8Array | string): Result<DecodedLogs, DecodeError> {
  const reader = new LogJsonReader();
  return reader.read(body, () => ({
    logs: reader.parts.build(),
    rejectedRecords: reader.rejections.total,
    reasons: reader.rejections.reasons,
    invalidTexts: reader.invalidTexts,
  }));
}

/** How many data points an OTLP/JSON metrics request holds. */
export function countOtlpJsonPoints(body: Uint8Array | string): Result<number, DecodeError> {
  const parsed = parse(body);
  if (!parsed.ok) {
    return parsed;
  }
  let count = 0;
  for (const resource of listFrom(parsed.value['resourceMetrics']) ?? []) {
    for (const scope of listFrom(recordFrom(resource)?.['scopeMetrics']) ?? []) {
      for (const metric of listFrom(recordFrom(scope)?.['metrics']) ?? []) {
        for (const kind of ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']) {
          count += listFrom(recordFrom(recordFrom(metric)?.[kind])?.['dataPoints'])?.length ?? 0;
        }
      }
    }
  }
  return ok(count);
}

function parse(body: Uint8Array | string): Result<JsonRecord, DecodeError> {
  try {
    const value: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
    const record = recordFrom(value);
    return record ? ok(record) : err({ code: 'badJson' });
  } catch {
    // The message of JSON.parse quotes the body, which is not ours to repeat.
    return err({ code: 'badJson' });
  }
}

interface RequestShape {
  readonly resources: string;
  readonly scopes: readonly string[];
  readonly items: string;
}

abstract class JsonReader {
  readonly rejections = new RejectionCounter();
  invalidTexts = 0;
  abstract readonly parts: TableParts;
  protected abstract readonly shape: RequestShape;
  private error: DecodeError | undefined;

  /** Reads the whole request, then gives what `result` makes of it. */
  read<T>(body: Uint8Array | string, result: () => T): Result<T, DecodeError> {
    const parsed = parse(body);
    if (!parsed.ok) {
      return parsed;
    }
    if (typeof body !== 'string' && !isUtf8(body, 0, body.length)) {
      this.invalidTexts = 1;
    }
    const { shape } = this;
    this.records(parsed.value, [shape.resources]).forEach((resource) => {
      this.pushAttributes(this.parts.resources.attributes, recordFrom(resource['resource']));
      this.records(resource, shape.scopes).forEach((scope) => {
        this.scopeItems(scope);
      });
      this.parts.resources.close();
    });
    return this.error ? err(this.error) : ok(result());
  }

  /** Reads one span or record. */
  protected abstract item(item: JsonRecord): void;

  protected fail(error: DecodeError): void {
    this.error ??= error;
  }

  protected pushAttributes(to: AttributeBuilder, owner: JsonRecord | undefined): void {
    this.eachAttribute(owner, (key, type, value) => {
      to.push(key, type, value);
    });
  }

  protected eachAttribute(
    owner: JsonRecord | undefined,
    push: (key: number, type: ValueType, value: number) => void,
  ): void {
    const { strings } = this.parts;
    for (const attribute of this.records(owner ?? noRecord, ['attributes'])) {
      const value = this.value(attribute['value']);
      push(strings.internText(textFrom(attribute['key'])), value.type, strings.internText(value.text));
    }
  }

  protected value(value: unknown): { readonly type: ValueType; readonly text: string } {
    const typed = typedTextFromAnyValue(value);
    if (!typed) {
      this.fail({ code: 'tooDeep' });
    }
    return typed ?? { type: ValueType.empty, text: '' };
  }

  /** The objects in the lists that `owner` holds under `names`; a list that is something else fails the request. */
  protected records(owner: JsonRecord, names: readonly string[]): JsonRecord[] {
    const records: JsonRecord[] = [];
    for (const name of names) {
      const list = listFrom(owner[name]);
      if (!list) {
        this.fail({ code: 'badJson', path: name });
      }
      for (const value of list ?? []) {
        const record = recordFrom(value);
        if (record) {
          records.push(record);
        } else if (value !== null) {
          this.fail({ code: 'badJson', path: name });
        }
      }
    }
    return records;
  }

  private scopeItems(owner: JsonRecord): void {
    const { scopes, strings } = this.parts;
    const scope = recordFrom(owner['scope']) ?? recordFrom(owner['instrumentationLibrary']) ?? noRecord;
    this.pushAttributes(scopes.attributes, scope);
    for (const item of this.records(owner, [this.shape.items])) {
      this.item(item);
    }
    scopes.close(strings.internText(textFrom(scope['name'])), strings.internText(textFrom(scope['version'])));
  }
}

class SpanJsonReader extends JsonReader {
  override readonly parts = new SpanTableBuilder();
  protected override readonly shape = {
    resources: 'resourceSpans',
    scopes: ['scopeSpans', 'instrumentationLibrarySpans'],
    items: 'spans',
  };
  private readonly times = new BigUint64Array(2);
  private readonly timeBytes = new Uint8Array(this.times.buffer);

  protected override item(span: JsonRecord): void {
    const traceId = idFrom(span['traceId'], 16);
    const spanId = idFrom(span['spanId'], 8);
    const parent = idFrom(span['parentSpanId'], 8);
    const start = unsignedFrom(span['startTimeUnixNano']);
    const end = unsignedFrom(span['endTimeUnixNano']);
    if (traceId === undefined || traceId === 'bad') {
      this.rejections.add('badTraceId');
    } else if (spanId === undefined || spanId === 'bad') {
      this.rejections.add('badSpanId');
    } else if (parent === 'bad') {
      this.rejections.add('badParentSpanId');
    } else if (start === undefined || end === undefined) {
      this.rejections.add('badTime');
    } else {
      this.spanDetails(span);
      this.parts.pushIds(traceId, 0, spanId, 0, parent ?? zeros, 0);
      this.times[0] = start;
      this.times[1] = end;
      this.parts.pushTimes(this.timeBytes, 0, this.timeBytes, 8);
      this.closeSpan(span);
    }
  }

  private spanDetails(span: JsonRecord): void {
    const { parts } = this;
    this.eachAttribute(span, (key, type, value) => {
      parts.pushAttribute(key, type, value);
    });
    for (const event of this.records(span, ['events'])) {
      this.eachAttribute(event, (key, type, value) => {
        parts.pushEventAttribute(key, type, value);
      });
      this.times[0] = unsignedFrom(event['timeUnixNano']) ?? 0n;
      parts.closeEvent(this.timeBytes, 0, parts.strings.internText(textFrom(event['name'])), 0);
    }
    for (const link of this.records(span, ['links'])) {
      this.pushAttributes(parts.linkAttributes, link);
      const traceId = idFrom(link['traceId'], 16);
      const spanId = idFrom(link['spanId'], 8);
      // An id of the wrong length leads nowhere: the link is kept with zeros for its attributes' sake.
      parts.closeLink(
        traceId === undefined || traceId === 'bad' ? zeros : traceId,
        0,
        spanId === undefined || spanId === 'bad' ? zeros : spanId,
        0,
      );
    }
  }

  private closeSpan(span: JsonRecord): void {
    const { parts } = this;
    const status = recordFrom(span['status']) ?? noRecord;
    parts.closeSpan(
      parts.strings.internText(textFrom(span['name'])),
      enumFrom(span['kind'], 'SPAN_KIND_', spanKinds),
      enumFrom(status['code'], 'STATUS_CODE_', statusCodes),
      parts.strings.internText(textFrom(status['message'])),
      parts.strings.internText(textFrom(span['traceState'])),
      Number(unsignedFrom(span['flags']) ?? 0n) % 2 ** 32,
      parts.resources.next,
      parts.scopes.next,
    );
  }
}

class LogJsonReader extends JsonReader {
  override readonly parts = new LogTableBuilder();
  protected override readonly shape = {
    resources: 'resourceLogs',
    scopes: ['scopeLogs', 'instrumentationLibraryLogs'],
    items: 'logRecords',
  };
  private readonly time = new BigUint64Array(1);
  private readonly timeBytes = new Uint8Array(this.time.buffer);

  protected override item(record: JsonRecord): void {
    const traceId = idFrom(record['traceId'], 16);
    const spanId = idFrom(record['spanId'], 8);
    const time = unsignedFrom(record['timeUnixNano']);
    const observed = unsignedFrom(record['observedTimeUnixNano']);
    if (traceId === 'bad') {
      this.rejections.add('badTraceId');
    } else if (spanId === 'bad') {
      this.rejections.add('badSpanId');
    } else if (time === undefined || observed === undefined) {
      this.rejections.add('badTime');
    } else {
      const { parts } = this;
      this.pushAttributes(parts.attributes, record);
      this.time[0] = time === 0n ? observed : time;
      parts.pushHead(traceId ?? zeros, 0, spanId ?? zeros, 0, this.timeBytes, 0);
      const body = this.value(record['body']);
      parts.closeRecord(
        enumFrom(record['severityNumber'], 'SEVERITY_NUMBER_', severities),
        parts.strings.internText(textFrom(record['severityText'])),
        parts.strings.internText(textFrom(record['eventName'])),
        body.type,
        parts.strings.internText(body.text),
        parts.resources.next,
        parts.scopes.next,
      );
    }
  }
}
