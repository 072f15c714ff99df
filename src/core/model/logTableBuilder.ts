import { AttributeBuilder, KeyRoles } from './attributeBuilder';
import { ByteColumn, NumberColumn } from './growingColumns';
import { ResourceBuilder, ScopeBuilder } from './resourceBuilder';
import type { LogTable, ValueType } from './spanTable';
import { StringInterner } from './stringInterner';

/** Log records in the making: append attributes of the open record, then close it. */
export class LogTableBuilder {
  readonly strings = new StringInterner();
  readonly resources = new ResourceBuilder(this.strings, new KeyRoles(this.strings));
  readonly scopes = new ScopeBuilder(this.strings);
  readonly attributes = new AttributeBuilder();
  private readonly traceIds = new ByteColumn();
  private readonly spanIds = new ByteColumn();
  private readonly times = new ByteColumn();
  private readonly severityNumbers = new ByteColumn();
  private readonly severityTexts = new NumberColumn();
  private readonly eventNames = new NumberColumn();
  private readonly bodyTypes = new ByteColumn();
  private readonly bodies = new NumberColumn();
  private readonly recordResources = new NumberColumn();
  private readonly recordScopes = new NumberColumn();

  /** Closed records. */
  get count(): number {
    return this.bodies.length;
  }

  /** Ids and time of the open record: 16, 8 and 8 bytes, zeros for none. */
  pushHead(
    traceIds: Uint8Array,
    traceIdAt: number,
    spanIds: Uint8Array,
    spanIdAt: number,
    times: Uint8Array,
    timeAt: number,
  ): void {
    this.traceIds.pushRun(traceIds, traceIdAt, 16);
    this.spanIds.pushRun(spanIds, spanIdAt, 8);
    this.times.pushRun(times, timeAt, 8);
  }

  /** Ends the open record, whose head was pushed; texts are string numbers. */
  closeRecord(
    severityNumber: number,
    severityText: number,
    eventName: number,
    bodyType: ValueType,
    body: number,
    resource: number,
    scope: number,
  ): void {
    this.severityNumbers.push(severityNumber);
    this.severityTexts.push(severityText);
    this.eventNames.push(eventName);
    this.bodyTypes.push(bodyType);
    this.bodies.push(body);
    this.recordResources.push(resource);
    this.recordScopes.push(scope);
    this.attributes.closeRow();
  }

  /** The closed records, in buffers of their own. */
  build(): LogTable {
    return {
      count: this.count,
      strings: this.strings.build(),
      traceIds: this.traceIds.build(),
      spanIds: this.spanIds.build(),
      timeUnixNano: this.times.buildBig(),
      severityNumbers: this.severityNumbers.build(),
      severityTexts: this.severityTexts.build(),
      eventNames: this.eventNames.build(),
      bodyTypes: this.bodyTypes.build(),
      bodies: this.bodies.build(),
      resource: this.recordResources.build(),
      scope: this.recordScopes.build(),
      attributes: this.attributes.build(),
      resources: this.resources.build(),
      scopes: this.scopes.build(),
    };
  }
}
