import { isSameSpan } from '../../core/model/spanComparison';
import type { LogTable, SpanTable } from '../../core/model/spanTable';

/** Key of the id that is all zeros: a log record without trace. */
export const noTraceKey = '\0'.repeat(16);

/** Each 16-byte (or 8-byte) id of a column as a string of as many units: a key for maps, cheaper than hex. */
export function keysOf(ids: Uint8Array<ArrayBuffer>, bytesPerId: 8 | 16): string[] {
  const text = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('latin1');
  const keys: string[] = [];
  for (let at = 0; at < text.length; at += bytesPerId) {
    keys.push(text.slice(at, at + bytesPerId));
  }
  return keys;
}

/** The bytes that a key was made of. */
export function bytesOfKey(key: string): Uint8Array {
  return Buffer.from(key, 'latin1');
}

/** The id that a key was made of. */
export function hexFromKey(key: string): string {
  return Buffer.from(key, 'latin1').toString('hex');
}

/** Rows of one trace that share a span id. */
interface RowsOfSpan {
  readonly rows: number[];
  /** Where the next comparison begins: a repeated batch has its rows in the same order. */
  next: number;
}

/** Rows of one span id that are compared at most: thousands of different spans under one id must not cost their square. */
const comparedRows = 64;

/** A decoded segment, with its rows by trace. */
export class SegmentView {
  readonly id: number;
  readonly spans: SpanTable | undefined;
  readonly logs: LogTable | undefined;
  private rows: ReadonlyMap<string, readonly number[]> | undefined;
  private ids: readonly string[] | undefined;
  private readonly rowsBySpan = new Map<string, ReadonlyMap<string, RowsOfSpan>>();

  constructor(id: number, content: { readonly spans?: SpanTable; readonly logs?: LogTable }) {
    this.id = id;
    this.spans = content.spans;
    this.logs = content.logs;
  }

  /** Rows of each trace, in order; those without trace are left out. */
  get rowsByTrace(): ReadonlyMap<string, readonly number[]> {
    this.rows ??= rowsByTrace((this.spans ?? this.logs)!.traceIds);
    return this.rows;
  }

  rowsOf(traceKey: string): readonly number[] {
    return this.rowsByTrace.get(traceKey) ?? [];
  }

  /** Whether the segment holds the very span of a row of another one, under the same trace. */
  holdsSpan(traceKey: string, other: SegmentView, otherRow: number): boolean {
    const found = this.spanIndex(traceKey).get(other.spanKeys[otherRow]!);
    if (!found) {
      return false;
    }
    const { rows } = found;
    for (let tries = 0; tries < Math.min(rows.length, comparedRows); tries++) {
      const at = (found.next + tries) % rows.length;
      if (isSameSpan(this.spans!, rows[at]!, other.spans!, otherRow)) {
        found.next = at + 1;
        return true;
      }
    }
    return false;
  }

  private spanIndex(traceKey: string): ReadonlyMap<string, RowsOfSpan> {
    let index = this.rowsBySpan.get(traceKey);
    if (!index) {
      const rows = this.spans ? this.rowsOf(traceKey) : [];
      index = rowsBySpan(this.spanKeys, rows);
      this.rowsBySpan.set(traceKey, index);
    }
    return index;
  }

  /** Span id of each row as a key. */
  get spanKeys(): readonly string[] {
    this.ids ??= keysOf((this.spans ?? this.logs)!.spanIds, 8);
    return this.ids;
  }
}

function rowsByTrace(traceIds: Uint8Array<ArrayBuffer>): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, key] of keysOf(traceIds, 16).entries()) {
    const own = rows.get(key);
    if (own) {
      own.push(row);
    } else if (key !== noTraceKey) {
      rows.set(key, [row]);
    }
  }
  return rows;
}

function rowsBySpan(spanKeys: readonly string[], rows: readonly number[]): ReadonlyMap<string, RowsOfSpan> {
  const index = new Map<string, RowsOfSpan>();
  for (const row of rows) {
    const spanKey = spanKeys[row]!;
    const known = index.get(spanKey);
    if (known) {
      known.rows.push(row);
    } else {
      index.set(spanKey, { rows: [row], next: 0 });
    }
  }
  return index;
}
