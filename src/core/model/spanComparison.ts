import type { AttributeColumns, SpanTable } from './spanTable';
import type { StringColumns } from './stringTable';

/** Whether two rows say the same in every column, attribute, event and link; resources are compared by service only. */
export function isSameSpan(a: SpanTable, aRow: number, b: SpanTable, bRow: number): boolean {
  const sameText = (aNumber: number, bNumber: number): boolean =>
    isSameText(a.strings, aNumber, b.strings, bNumber);
  return (
    a.startUnixNano[aRow] === b.startUnixNano[bRow] &&
    a.endUnixNano[aRow] === b.endUnixNano[bRow] &&
    a.kinds[aRow] === b.kinds[bRow] &&
    a.statuses[aRow] === b.statuses[bRow] &&
    a.marks[aRow] === b.marks[bRow] &&
    isSameRun(a.parentSpanIds, aRow * 8, b.parentSpanIds, bRow * 8, 8) &&
    sameText(a.names[aRow]!, b.names[bRow]!) &&
    sameText(a.statusMessages[aRow]!, b.statusMessages[bRow]!) &&
    sameText(a.traceStates[aRow]!, b.traceStates[bRow]!) &&
    sameText(a.resources.services[a.resource[aRow]!]!, b.resources.services[b.resource[bRow]!]!) &&
    isSameAttributes(a.strings, a.attributes, aRow, b.strings, b.attributes, bRow) &&
    isSameEvents(a, aRow, b, bRow) &&
    isSameLinks(a, aRow, b, bRow)
  );
}

/** Whether the first row tells more about its span than the second: its end, else more attributes and events. */
export function isMoreComplete(a: SpanTable, aRow: number, b: SpanTable, bRow: number): boolean {
  const aOpen = a.endUnixNano[aRow] === 0n;
  const bOpen = b.endUnixNano[bRow] === 0n;
  return aOpen === bOpen ? detailCount(a, aRow) > detailCount(b, bRow) : bOpen;
}

function detailCount(spans: SpanTable, row: number): number {
  const { attributes, events, links } = spans;
  return (
    attributes.offsets[row + 1]! -
    attributes.offsets[row]! +
    (events.offsets[row + 1]! - events.offsets[row]!) +
    (links.offsets[row + 1]! - links.offsets[row]!)
  );
}

function isSameRun(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, count: number): boolean {
  for (let i = 0; i < count; i++) {
    if (a[aAt + i] !== b[bAt + i]) {
      return false;
    }
  }
  return true;
}

function isSameText(a: StringColumns, aNumber: number, b: StringColumns, bNumber: number): boolean {
  const from = a.offsets[aNumber]!;
  const length = a.offsets[aNumber + 1]! - from;
  const bFrom = b.offsets[bNumber]!;
  return b.offsets[bNumber + 1]! - bFrom === length && isSameRun(a.bytes, from, b.bytes, bFrom, length);
}

function isSameAttributes(
  aStrings: StringColumns,
  a: AttributeColumns,
  aRow: number,
  bStrings: StringColumns,
  b: AttributeColumns,
  bRow: number,
): boolean {
  const from = a.offsets[aRow]!;
  const count = a.offsets[aRow + 1]! - from;
  const bFrom = b.offsets[bRow]!;
  if (b.offsets[bRow + 1]! - bFrom !== count) {
    return false;
  }
  for (let i = 0; i < count; i++) {
    if (
      a.types[from + i] !== b.types[bFrom + i] ||
      !isSameText(aStrings, a.keys[from + i]!, bStrings, b.keys[bFrom + i]!) ||
      !isSameText(aStrings, a.values[from + i]!, bStrings, b.values[bFrom + i]!)
    ) {
      return false;
    }
  }
  return true;
}

function isSameEvents(a: SpanTable, aRow: number, b: SpanTable, bRow: number): boolean {
  const from = a.events.offsets[aRow]!;
  const count = a.events.offsets[aRow + 1]! - from;
  const bFrom = b.events.offsets[bRow]!;
  if (b.events.offsets[bRow + 1]! - bFrom !== count) {
    return false;
  }
  for (let i = 0; i < count; i++) {
    if (
      a.events.timeUnixNano[from + i] !== b.events.timeUnixNano[bFrom + i] ||
      !isSameText(a.strings, a.events.names[from + i]!, b.strings, b.events.names[bFrom + i]!) ||
      !isSameAttributes(a.strings, a.events.attributes, from + i, b.strings, b.events.attributes, bFrom + i)
    ) {
      return false;
    }
  }
  return true;
}

function isSameLinks(a: SpanTable, aRow: number, b: SpanTable, bRow: number): boolean {
  const from = a.links.offsets[aRow]!;
  const count = a.links.offsets[aRow + 1]! - from;
  const bFrom = b.links.offsets[bRow]!;
  if (b.links.offsets[bRow + 1]! - bFrom !== count) {
    return false;
  }
  for (let i = 0; i < count; i++) {
    if (
      !isSameRun(a.links.traceIds, (from + i) * 16, b.links.traceIds, (bFrom + i) * 16, 16) ||
      !isSameRun(a.links.spanIds, (from + i) * 8, b.links.spanIds, (bFrom + i) * 8, 8) ||
      !isSameAttributes(a.strings, a.links.attributes, from + i, b.strings, b.links.attributes, bFrom + i)
    ) {
      return false;
    }
  }
  return true;
}
