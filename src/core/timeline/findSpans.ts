import type { StringTable } from '../model/stringTable';
import { SpanFlag, type Trace } from '../model/trace';
import type { FindTerm } from './findQuery';

/** Rows of the spans for which every term holds, ascending; none for an empty query. Reads each distinct string once. */
export function findSpans(trace: Trace, strings: StringTable, query: readonly FindTerm[]): Uint32Array {
  const count = trace.spans.count;
  if (query.length === 0) {
    return new Uint32Array(0);
  }
  const matches = query.map((term) => matcher(trace, strings, term));
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) {
    if (matches.every((match) => match(row))) {
      rows[found++] = row;
    }
  }
  return rows.slice(0, found);
}

type RowMatcher = (row: number) => boolean;

function matcher(trace: Trace, strings: StringTable, term: FindTerm): RowMatcher {
  const { spans } = trace;
  switch (term.kind) {
    case 'error':
      return (row) => ((trace.flags[row]! & SpanFlag.error) !== 0) === term.error;
    case 'service': {
      const holds = stringsHolding(strings, term.text);
      return (row) => holds(trace.service[row]!);
    }
    case 'name': {
      const holds = stringsHolding(strings, term.text);
      return (row) => holds(spans.names[row]!);
    }
    case 'attribute': {
      const holds = stringsHolding(strings, term.text);
      const isKey = stringsMatching(strings, (text) => text.toLowerCase() === term.key);
      return attributeMatcher(trace, (key, value) => isKey(key) && holds(value));
    }
    case 'text': {
      const holds = stringsHolding(strings, term.text);
      const inAttributes = attributeMatcher(trace, (key, value) => holds(key) || holds(value));
      return (row) => holds(spans.names[row]!) || holds(trace.service[row]!) || inAttributes(row);
    }
  }
}

function attributeMatcher(trace: Trace, holds: (key: number, value: number) => boolean): RowMatcher {
  const { offsets, keys, values } = trace.spans.attributes;
  return (row) => {
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      if (holds(keys[entry]!, values[entry]!)) {
        return true;
      }
    }
    return false;
  };
}

function stringsHolding(strings: StringTable, wanted: string): (index: number) => boolean {
  return stringsMatching(strings, (text) => text.toLowerCase().includes(wanted));
}

/** Tests each string when it is first asked for: most of a table (stack texts, SQL) is never read for a search by service. */
function stringsMatching(strings: StringTable, test: (text: string) => boolean): (index: number) => boolean {
  const answers = new Int8Array(strings.count);
  return (index) => {
    const answer = answers[index]! || (answers[index] = test(strings.get(index)) ? 1 : -1);
    return answer === 1;
  };
}
