import type { StringColumns } from '../model/stringTable';
import { StringTable } from '../model/stringTable';
import type { AttributeColumns } from '../model/spanTable';

const KEYS = [
  'exception.type',
  'exception.message',
  'exception.stacktrace',
  'error.type',
  'http.response.status_code',
  'http.status_code',
  'rpc.grpc.status_code',
  'rpc.response.status_code',
  'service.version',
  'telemetry.sdk.language',
] as const;
/** Attribute keys that failures are read from. */
export type FailureKey = (typeof KEYS)[number];

/** The strings of one table, with the numbers of the keys that matter here looked up once. */
export class TableNames {
  readonly strings: StringTable;
  private readonly numbers: ReadonlyMap<FailureKey, number>;

  constructor(columns: StringColumns) {
    this.strings = new StringTable(columns);
    this.numbers = new Map(KEYS.map((key) => [key, this.strings.find(key)]));
  }

  /** Text of the attribute `key` of a row, or `undefined`; the first one counts. */
  text(columns: AttributeColumns, row: number, key: FailureKey): string | undefined {
    const number = this.numbers.get(key)!;
    if (number === -1) {
      return undefined;
    }
    for (let entry = columns.offsets[row]!; entry < columns.offsets[row + 1]!; entry++) {
      if (columns.keys[entry] === number) {
        return this.strings.get(columns.values[entry]!);
      }
    }
    return undefined;
  }
}

/** One table serves many traces of a batch: its keys are looked up for all of them together. */
const known = new WeakMap<StringColumns, TableNames>();

/** The {@link TableNames} of a table's strings. */
export function tableNamesOf(columns: StringColumns): TableNames {
  let names = known.get(columns);
  if (!names) {
    names = new TableNames(columns);
    known.set(columns, names);
  }
  return names;
}
