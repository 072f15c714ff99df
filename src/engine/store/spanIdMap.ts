import type { SegmentView } from './segmentView';

/** Which segments hold each span id of a trace; nearly always one. */
export class SpanIdMap {
  // A number for one segment: an array for each of a hundred thousand ids would take three times the memory.
  private readonly segments = new Map<string, number | number[]>();

  add(view: SegmentView, rows: readonly number[]): void {
    for (const row of rows) {
      const spanKey = view.spanKeys[row]!;
      const known = this.segments.get(spanKey);
      if (known === undefined) {
        this.segments.set(spanKey, view.id);
      } else if (typeof known !== 'number') {
        if (known.at(-1) !== view.id) {
          known.push(view.id);
        }
      } else if (known !== view.id) {
        this.segments.set(spanKey, [known, view.id]);
      }
    }
  }

  has(spanKey: string): boolean {
    return this.segments.has(spanKey);
  }

  segmentsOf(spanKey: string): readonly number[] {
    const known = this.segments.get(spanKey);
    return typeof known === 'number' ? [known] : (known ?? []);
  }
}
