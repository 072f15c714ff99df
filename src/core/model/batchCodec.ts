import { err, ok, type Result } from '../../base/result';
import { blobFromColumns, BlobReader, type BlobError } from './blob';
import {
  ValueType,
  type AttributeColumns,
  type LogTable,
  type ResourceColumns,
  type ScopeColumns,
  type SpanTable,
} from './spanTable';
import type { StringColumns } from './stringTable';

const spanKind = 1;
const logKind = 2;

/** A table of spans as one buffer, for storage. */
export function encodeSpanTable(spans: SpanTable): Uint8Array<ArrayBuffer> {
  const { events, links } = spans;
  return blobFromColumns(spanKind, spans.count, [
    ...sharedColumns(spans),
    spans.traceIds,
    spans.spanIds,
    spans.parentSpanIds,
    spans.startUnixNano,
    spans.endUnixNano,
    spans.names,
    spans.kinds,
    spans.statuses,
    spans.statusMessages,
    spans.traceStates,
    spans.otlpFlags,
    spans.marks,
    spans.resource,
    spans.scope,
    ...attributeColumns(spans.attributes),
    events.offsets,
    events.timeUnixNano,
    events.names,
    events.origins,
    ...attributeColumns(events.attributes),
    links.offsets,
    links.traceIds,
    links.spanIds,
    ...attributeColumns(links.attributes),
  ]);
}

/** The table in `bytes`, as views over its buffer. Every offset and number was checked to lie within its target. */
export function decodeSpanTable(bytes: Uint8Array): Result<SpanTable, BlobError> {
  const opened = BlobReader.open(bytes, spanKind);
  if (!opened.ok) {
    return opened;
  }
  const reader = opened.value;
  const { rows } = reader;
  const { strings, resources, scopes } = readShared(reader);
  const stringCount = strings.offsets.length - 1;
  const spans = {
    count: rows,
    strings,
    resources,
    scopes,
    traceIds: reader.bytes(rows, 16),
    spanIds: reader.bytes(rows, 8),
    parentSpanIds: reader.bytes(rows, 8),
    startUnixNano: reader.bigs(rows),
    endUnixNano: reader.bigs(rows),
    names: reader.numbers(rows, stringCount),
    kinds: reader.bytes(rows),
    statuses: reader.bytes(rows),
    statusMessages: reader.numbers(rows, stringCount),
    traceStates: reader.numbers(rows, stringCount),
    otlpFlags: reader.numbers(rows, Infinity),
    marks: reader.bytes(rows),
    resource: reader.numbers(rows, resources.services.length),
    scope: reader.numbers(rows, scopes.names.length),
    attributes: readAttributes(reader, rows, stringCount),
  };
  const eventOffsets = reader.offsets(rows);
  const eventCount = eventOffsets.at(-1) ?? 0;
  const events = {
    offsets: eventOffsets,
    timeUnixNano: reader.bigs(eventCount),
    names: reader.numbers(eventCount, stringCount),
    origins: reader.bytes(eventCount),
    attributes: readAttributes(reader, eventCount, stringCount),
  };
  const linkOffsets = reader.offsets(rows);
  const linkCount = linkOffsets.at(-1) ?? 0;
  const links = {
    offsets: linkOffsets,
    traceIds: reader.bytes(linkCount, 16),
    spanIds: reader.bytes(linkCount, 8),
    attributes: readAttributes(reader, linkCount, stringCount),
  };
  return reader.isDamaged ? err({ code: 'damaged' }) : ok({ ...spans, events, links });
}

/** A table of log records as one buffer, for storage. */
export function encodeLogTable(logs: LogTable): Uint8Array<ArrayBuffer> {
  return blobFromColumns(logKind, logs.count, [
    ...sharedColumns(logs),
    logs.traceIds,
    logs.spanIds,
    logs.timeUnixNano,
    logs.severityNumbers,
    logs.severityTexts,
    logs.eventNames,
    logs.bodyTypes,
    logs.bodies,
    logs.resource,
    logs.scope,
    ...attributeColumns(logs.attributes),
  ]);
}

/** As {@link decodeSpanTable}, for log records. */
export function decodeLogTable(bytes: Uint8Array): Result<LogTable, BlobError> {
  const opened = BlobReader.open(bytes, logKind);
  if (!opened.ok) {
    return opened;
  }
  const reader = opened.value;
  const { rows } = reader;
  const { strings, resources, scopes } = readShared(reader);
  const stringCount = strings.offsets.length - 1;
  const logs = {
    count: rows,
    strings,
    resources,
    scopes,
    traceIds: reader.bytes(rows, 16),
    spanIds: reader.bytes(rows, 8),
    timeUnixNano: reader.bigs(rows),
    severityNumbers: reader.bytes(rows),
    severityTexts: reader.numbers(rows, stringCount),
    eventNames: reader.numbers(rows, stringCount),
    bodyTypes: readTypes(reader, rows),
    bodies: reader.numbers(rows, stringCount),
    resource: reader.numbers(rows, resources.services.length),
    scope: reader.numbers(rows, scopes.names.length),
    attributes: readAttributes(reader, rows, stringCount),
  };
  return reader.isDamaged ? err({ code: 'damaged' }) : ok(logs);
}

/** Columns that spans and log records have in common, in the order in which {@link readShared} reads them. */
function sharedColumns(table: {
  readonly strings: StringColumns;
  readonly resources: ResourceColumns;
  readonly scopes: ScopeColumns;
}): (Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>)[] {
  const { strings, resources, scopes } = table;
  return [
    strings.offsets,
    strings.bytes,
    resources.services,
    ...attributeColumns(resources.attributes),
    scopes.names,
    scopes.versions,
    ...attributeColumns(scopes.attributes),
  ];
}

function readShared(reader: BlobReader): {
  readonly strings: StringColumns;
  readonly resources: ResourceColumns;
  readonly scopes: ScopeColumns;
} {
  const stringOffsets = reader.words();
  const bytes = reader.allBytes();
  const stringCount = Math.max(0, stringOffsets.length - 1);
  let isRising = stringOffsets.length > 1 && stringOffsets[1] === 0 && stringOffsets.at(-1) === bytes.length;
  for (let i = 1; i < stringOffsets.length; i++) {
    isRising &&= stringOffsets[i]! >= stringOffsets[i - 1]!;
  }
  reader.fits(isRising && stringOffsets[0] === 0);
  const services = reader.words();
  for (let i = 0; i < services.length; i++) {
    reader.fits(services[i]! < stringCount);
  }
  const resources = { services, attributes: readAttributes(reader, services.length, stringCount) };
  const names = reader.words();
  for (let i = 0; i < names.length; i++) {
    reader.fits(names[i]! < stringCount);
  }
  const scopes = {
    names,
    versions: reader.numbers(names.length, stringCount),
    attributes: readAttributes(reader, names.length, stringCount),
  };
  return { strings: { offsets: stringOffsets, bytes }, resources, scopes };
}

function attributeColumns(
  attributes: AttributeColumns,
): (Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>)[] {
  return [attributes.offsets, attributes.keys, attributes.types, attributes.values];
}

function readAttributes(reader: BlobReader, rows: number, stringCount: number): AttributeColumns {
  const offsets = reader.offsets(rows);
  const count = offsets.at(-1) ?? 0;
  return {
    offsets,
    keys: reader.numbers(count, stringCount),
    types: readTypes(reader, count),
    values: reader.numbers(count, stringCount),
  };
}

function readTypes(reader: BlobReader, count: number): Uint8Array<ArrayBuffer> {
  const types = reader.bytes(count);
  for (let i = 0; i < types.length; i++) {
    reader.fits(types[i]! <= ValueType.empty);
  }
  return types;
}
