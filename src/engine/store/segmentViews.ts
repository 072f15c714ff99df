import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeLogTable, decodeSpanTable } from '../../core/model/batchCodec';
import { SegmentKind } from '../../protocol/storeSchema';
import { SegmentView } from './segmentView';

/** Encoded bytes of the segments that stay decoded: the newest traces are still growing. */
const keptBytes = 32 * 1024 * 1024;

/** Decoded segments, the recently used ones from memory. */
export class SegmentViews {
  private readonly views = new Map<number, { readonly view: SegmentView; readonly bytes: number }>();
  private bytes = 0;
  private readonly read: StatementSync;

  constructor(database: DatabaseSync) {
    this.read = database.prepare('SELECT kind, body FROM segments WHERE id = ?');
  }

  /** Remembers what was just received, so that it need not be decoded. */
  remember(view: SegmentView, bytes: number): void {
    this.views.set(view.id, { view, bytes });
    this.bytes += bytes;
    for (const [id, oldest] of this.views) {
      if (this.bytes <= keptBytes || this.views.size === 1) {
        break;
      }
      this.views.delete(id);
      this.bytes -= oldest.bytes;
    }
  }

  /** The segment, or `undefined` where it is gone, cannot be decoded, or holds metrics. */
  get(id: number): SegmentView | undefined {
    const known = this.views.get(id);
    if (known) {
      this.views.delete(id);
      this.views.set(id, known);
      return known.view;
    }
    const row = this.read.get(id);
    const body = row?.['body'];
    if (!(body instanceof Uint8Array)) {
      return undefined;
    }
    const view = viewOf(id, Number(row?.['kind']), body);
    if (view) {
      this.remember(view, body.length);
    }
    return view;
  }

  forget(id: number): void {
    this.bytes -= this.views.get(id)?.bytes ?? 0;
    this.views.delete(id);
  }

  clear(): void {
    this.views.clear();
    this.bytes = 0;
  }
}

function viewOf(id: number, kind: number, body: Uint8Array): SegmentView | undefined {
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
