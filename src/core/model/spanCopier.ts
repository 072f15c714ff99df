import type { AttributeBuilder } from './attributeBuilder';
import type { AttributeColumns, LogTable, SpanTable, ValueType } from './spanTable';
import { SpanMark } from './spanTable';
import { SpanTableBuilder } from './spanTableBuilder';
import type { StringColumns } from './stringTable';

/** What of a source table has a number in the new one already: -1 is not yet. */
interface Renumbering {
  readonly strings: Int32Array;
  readonly resources: Int32Array;
  readonly scopes: Int32Array;
  readonly starts: Uint8Array;
  readonly ends: Uint8Array;
  readonly eventTimes: Uint8Array;
}

function bytesOf(column: BigUint64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function unset(count: number): Int32Array {
  return new Int32Array(count).fill(-1);
}

/** Copies chosen rows of several tables into one, with the strings, resources and scopes they use, each once. */
export class SpanCopier {
  private readonly builder = new SpanTableBuilder();
  private readonly spanSources = new Map<SpanTable, Renumbering>();
  private readonly logStrings = new Map<LogTable, Int32Array>();
  private readonly resources = new Map<string, number>();
  private readonly scopes = new Map<string, number>();
  private source: SpanTable | undefined;
  private numbers: Renumbering | undefined;
  private row = 0;
  private addedMarks = 0;

  /** Begins a copy of `source`'s row; {@link close} ends it. */
  open(source: SpanTable, row: number): void {
    const numbers = source === this.source && this.numbers ? this.numbers : this.numbersOf(source);
    this.source = source;
    this.numbers = numbers;
    this.row = row;
    this.addedMarks = 0;
    const { builder } = this;
    const { events, links, strings } = source;
    this.copyAttributes(source.attributes, row, builder.attributes, strings, numbers.strings);
    for (let event = events.offsets[row]!; event < events.offsets[row + 1]!; event++) {
      this.copyAttributes(events.attributes, event, builder.eventAttributes, strings, numbers.strings);
      const name = this.string(strings, numbers.strings, events.names[event]!);
      builder.closeEvent(numbers.eventTimes, event * 8, name, events.origins[event] === 1 ? 1 : 0);
    }
    for (let link = links.offsets[row]!; link < links.offsets[row + 1]!; link++) {
      this.copyAttributes(links.attributes, link, builder.linkAttributes, strings, numbers.strings);
      builder.closeLink(links.traceIds, link * 16, links.spanIds, link * 8);
    }
  }

  /** Appends a log record to the open span as an event of origin 1, named by its event name or `exception`. */
  addLogEvent(logs: LogTable, row: number): void {
    let numbers = this.logStrings.get(logs);
    if (!numbers) {
      numbers = unset(logs.strings.offsets.length - 1);
      this.logStrings.set(logs, numbers);
    }
    const { builder } = this;
    this.copyAttributes(logs.attributes, row, builder.eventAttributes, logs.strings, numbers);
    const eventName = this.string(logs.strings, numbers, logs.eventNames[row]!);
    const name = eventName === 0 ? builder.strings.internText('exception') : eventName;
    builder.closeEvent(bytesOf(logs.timeUnixNano), row * 8, name, 1);
    this.addedMarks |= SpanMark.exception;
  }

  /** Ends the open copy. */
  close(): void {
    const { builder, source, numbers, row } = this;
    if (!source || !numbers) {
      return;
    }
    const string = (number: number): number => this.string(source.strings, numbers.strings, number);
    builder.pushIds(source.traceIds, row * 16, source.spanIds, row * 8, source.parentSpanIds, row * 8);
    builder.pushTimes(numbers.starts, row * 8, numbers.ends, row * 8);
    builder.closeSpan(
      string(source.names[row]!),
      source.kinds[row]!,
      source.statuses[row]!,
      string(source.statusMessages[row]!),
      string(source.traceStates[row]!),
      source.otlpFlags[row]!,
      this.resource(source, numbers, source.resource[row]!),
      this.scope(source, numbers, source.scope[row]!),
    );
    builder.replaceMarks(source.marks[row]! | this.addedMarks);
  }

  build(): SpanTable {
    return this.builder.build();
  }

  private numbersOf(source: SpanTable): Renumbering {
    let numbers = this.spanSources.get(source);
    if (!numbers) {
      numbers = {
        strings: unset(source.strings.offsets.length - 1),
        resources: unset(source.resources.services.length),
        scopes: unset(source.scopes.names.length),
        starts: bytesOf(source.startUnixNano),
        ends: bytesOf(source.endUnixNano),
        eventTimes: bytesOf(source.events.timeUnixNano),
      };
      this.spanSources.set(source, numbers);
    }
    return numbers;
  }

  private string(strings: StringColumns, numbers: Int32Array, number: number): number {
    const known = numbers[number]!;
    if (known >= 0) {
      return known;
    }
    const { bytes, offsets } = strings;
    const own = this.builder.strings.internBytes(bytes, offsets[number]!, offsets[number + 1]!);
    numbers[number] = own;
    return own;
  }

  private copyAttributes(
    from: AttributeColumns,
    row: number,
    to: AttributeBuilder,
    strings: StringColumns,
    numbers: Int32Array,
  ): void {
    for (let i = from.offsets[row]!; i < from.offsets[row + 1]!; i++) {
      to.push(
        this.string(strings, numbers, from.keys[i]!),
        from.types[i]! as ValueType,
        this.string(strings, numbers, from.values[i]!),
      );
    }
  }

  private resource(source: SpanTable, numbers: Renumbering, number: number): number {
    const known = numbers.resources[number]!;
    if (known >= 0) {
      return known;
    }
    const { attributes } = source.resources;
    const identity = this.identity(attributes, number, source.strings, numbers.strings);
    let own = this.resources.get(identity);
    if (own === undefined) {
      this.copyAttributes(
        attributes,
        number,
        this.builder.resources.attributes,
        source.strings,
        numbers.strings,
      );
      own = this.builder.resources.close();
      this.resources.set(identity, own);
    }
    numbers.resources[number] = own;
    return own;
  }

  private scope(source: SpanTable, numbers: Renumbering, number: number): number {
    const known = numbers.scopes[number]!;
    if (known >= 0) {
      return known;
    }
    const { attributes, names, versions } = source.scopes;
    const name = this.string(source.strings, numbers.strings, names[number]!);
    const version = this.string(source.strings, numbers.strings, versions[number]!);
    const identity = `${name},${version},${this.identity(attributes, number, source.strings, numbers.strings)}`;
    let own = this.scopes.get(identity);
    if (own === undefined) {
      this.copyAttributes(
        attributes,
        number,
        this.builder.scopes.attributes,
        source.strings,
        numbers.strings,
      );
      own = this.builder.scopes.close(name, version);
      this.scopes.set(identity, own);
    }
    numbers.scopes[number] = own;
    return own;
  }

  /** Equal for equal attributes in the same order. */
  private identity(
    columns: AttributeColumns,
    row: number,
    strings: StringColumns,
    numbers: Int32Array,
  ): string {
    const parts: number[] = [];
    for (let i = columns.offsets[row]!; i < columns.offsets[row + 1]!; i++) {
      parts.push(
        this.string(strings, numbers, columns.keys[i]!),
        columns.types[i]!,
        this.string(strings, numbers, columns.values[i]!),
      );
    }
    return parts.join(',');
  }
}

/** A table of only the given rows, in their order, with only the strings, resources and scopes they use. */
export function selectSpans(spans: SpanTable, rows: ArrayLike<number>): SpanTable {
  const copier = new SpanCopier();
  for (let i = 0; i < rows.length; i++) {
    copier.open(spans, rows[i]!);
    copier.close();
  }
  return copier.build();
}
