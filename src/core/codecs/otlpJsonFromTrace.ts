import { stringsOf } from '../model/attributes';
import { spanIdAt, traceIdAt } from '../model/ids';
import type { AttributeColumns, SpanTable, ValueType } from '../model/spanTable';
import type { StringTable } from '../model/stringTable';
import type { Trace } from '../model/trace';
import { anyValueJsonText } from './anyValueJsonText';

const noId = '0000000000000000';

/** A trace as OTLP/JSON, one span a line. Exceptions that came as log records are written as events, so that the text holds all of them. */
export function otlpJsonFromTrace(trace: Trace): string {
  return otlpJsonFromSpans(trace.spans);
}

/** Spans of any traces as OTLP/JSON, grouped by resource and scope in order of their first span, one span a line. */
export function otlpJsonFromSpans(spans: SpanTable): string {
  const strings = stringsOf(spans);
  const byResource = new Map<number, Map<number, number[]>>();
  for (let row = 0; row < spans.count; row++) {
    const scopes = byResource.get(spans.resource[row]!) ?? new Map<number, number[]>();
    byResource.set(spans.resource[row]!, scopes);
    const rows = scopes.get(spans.scope[row]!) ?? [];
    scopes.set(spans.scope[row]!, rows);
    rows.push(row);
  }
  const resourceSpans = [...byResource].map(([resource, scopes]) => {
    const attributes = attributesJson(strings, spans.resources.attributes, resource);
    const scopeSpans = [...scopes].map(([scope, rows]) => {
      const spansJson = rows.map((row) => spanJson(spans, strings, row)).join(',\n');
      return `{"scope":${scopeJson(spans, strings, scope)},"spans":[\n${spansJson}\n]}`;
    });
    return `{"resource":{"attributes":${attributes}},"scopeSpans":[${scopeSpans.join(',')}]}`;
  });
  return `{"resourceSpans":[${resourceSpans.join(',')}]}\n`;
}

function scopeJson(spans: SpanTable, strings: StringTable, scope: number): string {
  const { names, versions, attributes } = spans.scopes;
  const fields = [
    `"name":${JSON.stringify(strings.get(names[scope]!))}`,
    `"version":${JSON.stringify(strings.get(versions[scope]!))}`,
    `"attributes":${attributesJson(strings, attributes, scope)}`,
  ];
  return `{${fields.join(',')}}`;
}

function spanJson(spans: SpanTable, strings: StringTable, row: number): string {
  const parent = spanIdAt(spans.parentSpanIds, row);
  const fields = [
    `"traceId":"${traceIdAt(spans.traceIds, row)}"`,
    `"spanId":"${spanIdAt(spans.spanIds, row)}"`,
    ...(parent === noId ? [] : [`"parentSpanId":"${parent}"`]),
    ...textField('traceState', strings.get(spans.traceStates[row]!)),
    `"name":${JSON.stringify(strings.get(spans.names[row]!))}`,
    `"kind":${spans.kinds[row]!}`,
    `"startTimeUnixNano":"${spans.startUnixNano[row]!}"`,
    `"endTimeUnixNano":"${spans.endUnixNano[row]!}"`,
    `"attributes":${attributesJson(strings, spans.attributes, row)}`,
    `"events":[${eventsJson(spans, strings, row)}]`,
    `"links":[${linksJson(spans, strings, row)}]`,
    `"status":{${[
      ...textField('message', strings.get(spans.statusMessages[row]!)),
      `"code":${spans.statuses[row]!}`,
    ].join(',')}}`,
    `"flags":${spans.otlpFlags[row]!}`,
  ];
  return `{${fields.join(',')}}`;
}

function textField(name: string, text: string): string[] {
  return text === '' ? [] : [`"${name}":${JSON.stringify(text)}`];
}

function eventsJson(spans: SpanTable, strings: StringTable, row: number): string {
  const { events } = spans;
  const texts: string[] = [];
  for (let event = events.offsets[row]!; event < events.offsets[row + 1]!; event++) {
    const name = JSON.stringify(strings.get(events.names[event]!));
    const attributes = attributesJson(strings, events.attributes, event);
    texts.push(`{"timeUnixNano":"${events.timeUnixNano[event]!}","name":${name},"attributes":${attributes}}`);
  }
  return texts.join(',');
}

function linksJson(spans: SpanTable, strings: StringTable, row: number): string {
  const { links } = spans;
  const texts: string[] = [];
  for (let link = links.offsets[row]!; link < links.offsets[row + 1]!; link++) {
    const ids = `"traceId":"${traceIdAt(links.traceIds, link)}","spanId":"${spanIdAt(links.spanIds, link)}"`;
    texts.push(`{${ids},"attributes":${attributesJson(strings, links.attributes, link)}}`);
  }
  return texts.join(',');
}

function attributesJson(strings: StringTable, columns: AttributeColumns, row: number): string {
  const texts: string[] = [];
  for (let i = columns.offsets[row]!; i < columns.offsets[row + 1]!; i++) {
    const key = JSON.stringify(strings.get(columns.keys[i]!));
    const value = anyValueJsonText(columns.types[i]! as ValueType, strings.get(columns.values[i]!));
    texts.push(`{"key":${key},"value":${value}}`);
  }
  return `[${texts.join(',')}]`;
}
