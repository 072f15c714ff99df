import type { Attribute } from './attributes';
import { ByteColumn, NumberColumn } from './growingColumns';
import { ValueType, type AttributeColumns } from './spanTable';
import type { StringInterner } from './stringInterner';

/** One attribute that a codec hands to a builder. */
export type AttributeInput = Attribute;

/** Attributes row by row: append entries with {@link push}, then close the row. */
export class AttributeBuilder {
  readonly keys = new NumberColumn();
  readonly types = new ByteColumn();
  readonly values = new NumberColumn();
  private readonly offsets = new NumberColumn();

  constructor() {
    this.offsets.push(0);
  }

  /** Entries so far, also those of the open row. */
  get length(): number {
    return this.keys.length;
  }

  /** Appends an entry of the open row; key and value are string numbers. */
  push(key: number, type: ValueType, value: number): void {
    this.keys.push(key);
    this.types.push(type);
    this.values.push(value);
  }

  pushInput(strings: StringInterner, input: AttributeInput): void {
    this.push(strings.internText(input.key), input.type, strings.internText(input.text));
  }

  closeRow(): void {
    this.offsets.push(this.keys.length);
  }

  /** Closed rows. */
  get rows(): number {
    return this.offsets.length - 1;
  }

  /** Forgets entries and rows after the given numbers of them. */
  truncate(rows: number, entries: number): void {
    this.offsets.truncate(rows + 1);
    this.keys.truncate(entries);
    this.types.truncate(entries);
    this.values.truncate(entries);
  }

  build(): AttributeColumns {
    return {
      offsets: this.offsets.build(),
      keys: this.keys.build(),
      types: this.types.build(),
      values: this.values.build(),
    };
  }
}

/** What a key means to the model. */
export const KeyRole = { none: 1, error: 2, exception: 3, serviceName: 4 } as const;
export type KeyRole = (typeof KeyRole)[keyof typeof KeyRole];

/** Roles of attribute keys and event names by string number, worked out once per string. */
export class KeyRoles {
  private readonly strings: StringInterner;
  private roles = new Uint8Array(256);

  constructor(strings: StringInterner) {
    this.strings = strings;
  }

  /** Forgets the roles of all strings. */
  reset(): void {
    this.roles.fill(0);
  }

  /** What string `number` means as an attribute key. */
  of(number: number): KeyRole {
    if (number >= this.roles.length) {
      const roles = new Uint8Array(Math.max(this.roles.length * 2, number + 1));
      roles.set(this.roles);
      this.roles = roles;
    }
    const known = this.roles[number]!;
    if (known !== 0) {
      return known as KeyRole;
    }
    const role = this.find(number);
    this.roles[number] = role;
    return role;
  }

  private find(number: number): KeyRole {
    const { strings } = this;
    if (strings.is(number, 'error')) {
      return KeyRole.error;
    }
    if (strings.is(number, 'service.name')) {
      return KeyRole.serviceName;
    }
    return strings.startsWith(number, 'exception.') || strings.is(number, 'error.stack')
      ? KeyRole.exception
      : KeyRole.none;
  }
}

/** Whether a value of the attribute `error` says that its span failed: true or 1, also as text. */
export function isTrueValue(strings: StringInterner, type: ValueType, value: number): boolean {
  return type <= ValueType.double && (strings.is(value, 'true') || strings.is(value, '1'));
}
