import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeLogTable, decodeSpanTable } from '../../core/model/batchCodec';
import { SegmentKind } from '../../protocol/storeSchema';
import { SegmentView } from './segmentView';

/** Bytes of the segments that stay in memory: the newest traces are still growing. */
const keptBytes = 32 * 1024 * 1024;

interface Kept {
  readonly kind: SegmentKind;
  readonly body: Uint8Array;
  /** Made when first asked for. */
  view: SegmentView | undefined;
}

/** Segments as tables, the recently used ones from memory. */
export class SegmentViews {
  private readonly kept = new Map<number, Kept>();
  private bytes = 0;
  private readonly read: StatementSync;

  constructor(database: DatabaseSync) {
    this.read = database.prepare('SELECT kind, body FROM segments WHERE id = ?');
  }

  /** Remembers what was just written, so that it need not be read. */
  remember(id: number, kind: SegmentKind, body: Uint8Array): void {
    this.keep(id, { kind, body, view: undefined });
  }

  /** The segment, or `undefined` where it is gone, cannot be decoded, or holds metrics. */
  get(id: number): SegmentView | undefined {
    const known = this.kept.get(id) ?? this.stored(id);
    if (!known) {
      return undefined;
    }
    known.view ??= viewOf(id, known.kind, known.body);
    this.forget(id);
    this.keep(id, known);
    return known.view;
  }

  forget(id: number): void {
    this.bytes -= this.kept.get(id)?.body.length ?? 0;
    this.kept.delete(id);
  }

  clear(): void {
    this.kept.clear();
    this.bytes = 0;
  }

  private stored(id: number): Kept | undefined {
    const row = this.read.get(id);
    const body = row?.['body'];
    return body instanceof Uint8Array
      ? { kind: Number(row?.['kind']) as SegmentKind, body, view: undefined }
      : undefined;
  }

  private keep(id: number, segment: Kept): void {
    this.kept.set(id, segment);
    this.bytes += segment.body.length;
    for (const [oldest, { body }] of this.kept) {
      if (this.bytes <= keptBytes || this.kept.size === 1) {
        break;
      }
      this.kept.delete(oldest);
      this.bytes -= body.length;
    }
  }
}

function viewOf(id: number, kind: SegmentKind, body: Uint8Array): SegmentView | undefined {
  if (kind === SegmentKind.spans) {
    const spans = decodeSpanTable(body);
    return spans.ok ? new SegmentView(id, { spans: spans.value }) : undefined;
  }
  if (kind === SegmentKind.logs) {
    const logs = decodeLogTable(body);
    return logs.ok ? new SegmentView(id, { logs: logs.value }) : undefined;
  }
  return undefined;
}
