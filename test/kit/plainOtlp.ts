import { attributesOf, stringsOf } from '../../src/core/model/attributes';
import { spanIdAt, traceIdAt } from '../../src/core/model/ids';
import {
  ValueType,
  type AttributeColumns,
  type LogTable,
  type SpanTable,
} from '../../src/core/model/spanTable';
import type { StringTable } from '../../src/core/model/stringTable';

/** What tables and requests of an independent decoder are compared as: plain objects with every field that the model keeps. */
export type PlainItem = Readonly<Record<string, unknown>>;

type Wire = Readonly<Record<string, unknown>>;
type PlainAttribute = [key: string, type: number, text: string];

const zeroId = /^0*$/;

/** Every field of every span in order. */
export function plainSpans(spans: SpanTable): PlainItem[] {
  const strings = stringsOf(spans);
  const { events, links } = spans;
  return Array.from({ length: spans.count }, (_, row) => ({
    traceId: traceIdAt(spans.traceIds, row),
    spanId: spanIdAt(spans.spanIds, row),
    parentSpanId: spanIdAt(spans.parentSpanIds, row).replace(zeroId, ''),
    start: String(spans.startUnixNano[row]),
    end: String(spans.endUnixNano[row]),
    name: strings.get(spans.names[row]!),
    kind: spans.kinds[row],
    status: spans.statuses[row],
    statusMessage: strings.get(spans.statusMessages[row]!),
    traceState: strings.get(spans.traceStates[row]!),
    flags: spans.otlpFlags[row],
    attributes: plainAttributes(strings, spans.attributes, row),
    events: range(events.offsets, row).map((event) => ({
      time: String(events.timeUnixNano[event]),
      name: strings.get(events.names[event]!),
      attributes: plainAttributes(strings, events.attributes, event),
    })),
    links: range(links.offsets, row).map((link) => ({
      traceId: traceIdAt(links.traceIds, link),
      spanId: spanIdAt(links.spanIds, link),
      attributes: plainAttributes(strings, links.attributes, link),
    })),
    ...plainOwner(spans, strings, row),
  }));
}

/** Every field of every log record in order. */
export function plainLogs(logs: LogTable): PlainItem[] {
  const strings = stringsOf(logs);
  return Array.from({ length: logs.count }, (_, row) => ({
    traceId: traceIdAt(logs.traceIds, row).replace(zeroId, ''),
    spanId: spanIdAt(logs.spanIds, row).replace(zeroId, ''),
    time: String(logs.timeUnixNano[row]),
    severity: logs.severityNumbers[row],
    severityText: strings.get(logs.severityTexts[row]!),
    eventName: strings.get(logs.eventNames[row]!),
    body: [logs.bodyTypes[row], strings.get(logs.bodies[row]!)],
    attributes: plainAttributes(strings, logs.attributes, row),
    ...plainOwner(logs, strings, row),
  }));
}

/** The same fields out of a request that another decoder read. */
export function plainSpansOfRequest(request: Wire): PlainItem[] {
  return itemsOf(request, ['resourceSpans', 'scopeSpans', 'spans']).map(({ item, owner }) => {
    const status = (item['status'] ?? {}) as Wire;
    return {
      traceId: hexOf(item['traceId']),
      spanId: hexOf(item['spanId']),
      parentSpanId: hexOf(item['parentSpanId']).replace(zeroId, ''),
      start: timeOf(item['startTimeUnixNano']),
      end: timeOf(item['endTimeUnixNano']),
      name: item['name'] ?? '',
      kind: item['kind'] ?? 0,
      status: status['code'] ?? 0,
      statusMessage: status['message'] ?? '',
      traceState: item['traceState'] ?? '',
      flags: item['flags'] ?? 0,
      attributes: wireAttributes(item),
      events: listOf(item['events']).map((event) => ({
        time: timeOf(event['timeUnixNano']),
        name: event['name'] ?? '',
        attributes: wireAttributes(event),
      })),
      links: listOf(item['links']).map((link) => ({
        traceId: hexOf(link['traceId']).padStart(32, '0'),
        spanId: hexOf(link['spanId']).padStart(16, '0'),
        attributes: wireAttributes(link),
      })),
      ...owner,
    };
  });
}

/** The same fields out of a request that another decoder read. */
export function plainLogsOfRequest(request: Wire): PlainItem[] {
  return itemsOf(request, ['resourceLogs', 'scopeLogs', 'logRecords']).map(({ item, owner }) => ({
    traceId: hexOf(item['traceId']),
    spanId: hexOf(item['spanId']),
    time: timeOf(item['timeUnixNano'] ?? item['observedTimeUnixNano']),
    severity: item['severityNumber'] ?? 0,
    severityText: item['severityText'] ?? '',
    eventName: item['eventName'] ?? '',
    body: wireValue(item['body'] as Wire | undefined),
    attributes: wireAttributes(item),
    ...owner,
  }));
}

function range(offsets: Uint32Array, row: number): number[] {
  const from = offsets[row]!;
  return Array.from({ length: offsets[row + 1]! - from }, (_, i) => from + i);
}

function plainAttributes(strings: StringTable, columns: AttributeColumns, row: number): PlainAttribute[] {
  return attributesOf(strings, columns, row).map(({ key, type, text }) => [key, type, text]);
}

function plainOwner(table: SpanTable | LogTable, strings: StringTable, row: number): PlainItem {
  const { resources, scopes } = table;
  const scope = table.scope[row]!;
  const resource = table.resource[row]!;
  return {
    service: strings.get(resources.services[resource]!),
    resource: plainAttributes(strings, resources.attributes, resource),
    scope: [strings.get(scopes.names[scope]!), strings.get(scopes.versions[scope]!)],
    scopeAttributes: plainAttributes(strings, scopes.attributes, scope),
  };
}

function listOf(value: unknown): Wire[] {
  return (value ?? []) as Wire[];
}

function timeOf(value: unknown): string {
  return typeof value === 'string' ? value : '0';
}

function hexOf(base64: unknown): string {
  return Buffer.from((base64 ?? '') as string, 'base64').toString('hex');
}

function itemsOf(
  request: Wire,
  [resources, scopes, items]: readonly [string, string, string],
): { readonly item: Wire; readonly owner: PlainItem }[] {
  return listOf(request[resources]).flatMap((byResource) => {
    const resource = wireAttributes((byResource['resource'] ?? {}) as Wire);
    const service = resource.findLast(
      ([key, type, text]) => key === 'service.name' && type === ValueType.string && text !== '',
    )?.[2];
    return listOf(byResource[scopes]).flatMap((byScope) => {
      const scope = (byScope['scope'] ?? {}) as Wire;
      const owner = {
        service: service ?? 'unknown_service',
        resource,
        scope: [scope['name'] ?? '', scope['version'] ?? ''],
        scopeAttributes: wireAttributes(scope),
      };
      return listOf(byScope[items]).map((item) => ({ item, owner }));
    });
  });
}

function wireAttributes(owner: Wire): PlainAttribute[] {
  return listOf(owner['attributes']).map((attribute) => [
    (attribute['key'] ?? '') as string,
    ...wireValue(attribute['value'] as Wire | undefined),
  ]);
}

function wireValue(value: Wire | undefined): [type: number, text: string] {
  const [name, content] = Object.entries(value ?? {})[0] ?? [];
  switch (name) {
    case 'stringValue':
      return [ValueType.string, content as string];
    case 'boolValue':
      return [ValueType.bool, String(content)];
    case 'intValue':
      return [ValueType.int, String(content)];
    case 'doubleValue':
      return [ValueType.double, Object.is(content, -0) ? '-0' : String(content)];
    case 'bytesValue':
      return [ValueType.bytes, content as string];
    case 'arrayValue':
    case 'kvlistValue':
      return [ValueType.json, wireJson(value!)];
    default:
      return [ValueType.empty, ''];
  }
}

function wireJson(value: Wire): string {
  const array = value['arrayValue'] as Wire | undefined;
  const map = value['kvlistValue'] as Wire | undefined;
  if (array) {
    return `[${listOf(array['values']).map(wireJson).join(',')}]`;
  }
  if (map) {
    const entries = listOf(map['values']).map(
      (entry) =>
        `${JSON.stringify(entry['key'] ?? '')}:${entry['value'] ? wireJson(entry['value'] as Wire) : 'null'}`,
    );
    return `{${entries.join(',')}}`;
  }
  const [type, text] = wireValue(value);
  switch (type) {
    case ValueType.empty:
      return 'null';
    case ValueType.double:
      if (!Number.isFinite(Number(text))) {
        return JSON.stringify(text);
      }
      return /^-?\d+$/.test(text) ? `${text}.0` : text;
    case ValueType.bool:
    case ValueType.int:
      return text;
    default:
      return JSON.stringify(text);
  }
}
