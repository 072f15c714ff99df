import type { AttributeColumns } from './spanTable';
import { ValueType } from './spanTable';
import { StringTable, type StringColumns } from './stringTable';

/** One attribute as text; what `text` holds for each type is said at {@link ValueType}. */
export interface Attribute {
  readonly key: string;
  readonly type: ValueType;
  readonly text: string;
}

const tables = new WeakMap<StringColumns, StringTable>();

/** The reader of a table's strings, one per columns, so that each string is decoded once. */
export function stringsOf(table: { readonly strings: StringColumns }): StringTable {
  let strings = tables.get(table.strings);
  if (!strings) {
    strings = new StringTable(table.strings);
    tables.set(table.strings, strings);
  }
  return strings;
}

/** The attributes of one row, in the order they were sent. */
export function attributesOf(strings: StringTable, columns: AttributeColumns, row: number): Attribute[] {
  const attributes: Attribute[] = [];
  for (let i = columns.offsets[row]!; i < columns.offsets[row + 1]!; i++) {
    attributes.push({
      key: strings.get(columns.keys[i]!),
      type: columns.types[i]! as ValueType,
      text: strings.get(columns.values[i]!),
    });
  }
  return attributes;
}

/** Text of the row's last attribute with that key; `undefined` where there is none or it is empty of a value. */
export function attributeValue(
  strings: StringTable,
  columns: AttributeColumns,
  row: number,
  key: string,
): string | undefined {
  for (let i = columns.offsets[row + 1]! - 1; i >= columns.offsets[row]!; i--) {
    if (strings.get(columns.keys[i]!) === key && columns.types[i] !== ValueType.empty) {
      return strings.get(columns.values[i]!);
    }
  }
  return undefined;
}
