import { base1, type Base0, type Base1 } from '../../base/units';
import { lastHunkAt, type LineHunk } from './lineHunk';
import { followLine } from './lineMap';
import { linesBetween } from './linesBetween';
import { mostSimilarLine } from './similarLine';

/** One replaced range of a buffer: what VS Code's `TextDocumentContentChangeEvent` says. Characters are UTF-16 units from 0. */
export interface LineEdit {
  readonly startLineBase0: Base0;
  readonly startCharacter: number;
  readonly endLineBase0: Base0;
  readonly endCharacter: number;
  readonly text: string;
}

/** Where a line of the file on disk stands in the buffer. */
export type BufferLine =
  /** Its text is unchanged there. */
  | { readonly kind: 'kept'; readonly lineBase1: Base1 }
  /** It was edited or deleted; the buffer's line most like it among those in its place, if any is. */
  | { readonly kind: 'gone'; readonly similarBase1?: Base1 };

/**
 * Lines of a file on disk in an editor's buffer with unsaved changes. Fed with the edits as they come, or made from both texts
 * where the buffer was dirty before anybody looked. A line that was edited and is typed back, or deleted and undone, is kept again.
 *
 * An edit costs the lines it touches and the number of changed places; a look-up is logarithmic in those, after it has
 * compared the places changed since the last one. Make a new one when the file is saved or changes on disk.
 */
export class LineEdits {
  private readonly disk: readonly string[];
  private buffer: string[];
  /** Places where buffer and disk may differ, ascending, never touching; each as large as the edits made it. */
  private places: LineHunk[];
  /** `places` compared line by line; made anew after an edit. */
  private compared: readonly LineHunk[] | undefined;

  /** `bufferText`: where the buffer is dirty already. */
  constructor(diskText: string, bufferText = diskText) {
    this.disk = linesOf(diskText);
    this.buffer = [...linesOf(bufferText)];
    this.places = bufferText === diskText ? [] : linesBetween(this.disk, this.buffer);
  }

  /** The file is open anew, with this text. */
  reopen(bufferText: string): void {
    this.buffer = [...linesOf(bufferText)];
    this.places = linesBetween(this.disk, this.buffer);
    this.compared = undefined;
  }

  /** Edits of one change event, in any order: their ranges are those of the text before the event and do not overlap. */
  apply(edits: readonly LineEdit[]): void {
    // From the last to the first, so that none moves the lines that another names.
    const descending = [...edits].sort(
      (a, b) => b.startLineBase0 - a.startLineBase0 || b.startCharacter - a.startCharacter,
    );
    for (const edit of descending) {
      this.applyOne(edit);
    }
    this.compared = undefined;
  }

  /** Where a line of the file on disk is in the buffer now. */
  follow(diskLineBase1: Base1): BufferLine {
    const followed = followLine(this.differences(), diskLineBase1 - 1);
    if (followed.kind === 'kept') {
      return { kind: 'kept', lineBase1: base1(followed.line + 1) };
    }
    const { newStart, newCount } = followed.hunk;
    const similar = mostSimilarLine(
      this.disk[diskLineBase1 - 1] ?? '',
      this.buffer.slice(newStart, newStart + newCount),
    );
    return similar ? { kind: 'gone', similarBase1: base1(newStart + similar.index + 1) } : { kind: 'gone' };
  }

  /** Whether every line stands where it does on disk. */
  get isUnchanged(): boolean {
    return this.differences().length === 0;
  }

  private applyOne({ startLineBase0, startCharacter, endLineBase0, endCharacter, text }: LineEdit): void {
    const first = this.buffer[startLineBase0] ?? '';
    const last = this.buffer[endLineBase0] ?? '';
    const inserted = linesOf(first.slice(0, startCharacter) + text + last.slice(endCharacter));
    const newCount = endLineBase0 - startLineBase0 + 1;
    this.mark(startLineBase0, newCount, inserted.length - newCount);
    replaceLines(this.buffer, startLineBase0, newCount, inserted);
  }

  /** Makes one place of the touched buffer lines and of the places they touch; those below move along. */
  private mark(newStart: number, newCount: number, added: number): void {
    const { places } = this;
    let from = lastHunkAt(places, newStart, 'newStart');
    if (from === -1 || places[from]!.newStart + places[from]!.newCount < newStart) {
      from++;
    }
    let to = from;
    while (to < places.length && places[to]!.newStart <= newStart + newCount) {
      to++;
    }
    const touched = places.slice(from, to);
    const start = Math.min(newStart, touched[0]?.newStart ?? newStart);
    const lastTouched = touched.at(-1);
    const end = Math.max(newStart + newCount, lastTouched ? lastTouched.newStart + lastTouched.newCount : 0);
    const oldStart = this.oldLineOf(start, from);
    // Lines outside places stand on both sides, one for one.
    const surplus = touched.reduce((sum, place) => sum + place.newCount - place.oldCount, 0);
    const merged: LineHunk = {
      oldStart,
      oldCount: end - start - surplus,
      newStart: start,
      newCount: end - start + added,
    };
    const below = places.slice(to).map((place) => ({ ...place, newStart: place.newStart + added }));
    this.places = [...places.slice(0, from), merged, ...below];
  }

  /** The disk line of a buffer line above the place at `index`, below the one before it. */
  private oldLineOf(newLine: number, index: number): number {
    const touching = this.places[index];
    if (touching && touching.newStart <= newLine) {
      return touching.oldStart;
    }
    const above = this.places[index - 1];
    return above ? above.oldStart + above.oldCount + (newLine - above.newStart - above.newCount) : newLine;
  }

  private differences(): readonly LineHunk[] {
    if (!this.compared) {
      this.compared = this.places.flatMap((place) => this.compare(place));
      // What turned out equal is forgotten: places would only grow.
      this.places = [...this.compared];
    }
    return this.compared;
  }

  private compare({ oldStart, oldCount, newStart, newCount }: LineHunk): LineHunk[] {
    const before = this.disk.slice(oldStart, oldStart + oldCount);
    const after = this.buffer.slice(newStart, newStart + newCount);
    return linesBetween(before, after).map((hunk) => ({
      ...hunk,
      oldStart: hunk.oldStart + oldStart,
      newStart: hunk.newStart + newStart,
    }));
  }
}

/** As VS Code splits them. */
function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** `splice` takes no more arguments than the stack holds. */
function replaceLines(lines: string[], start: number, count: number, inserted: readonly string[]): void {
  if (inserted.length <= 10_000) {
    lines.splice(start, count, ...inserted);
    return;
  }
  const below = lines.slice(start + count);
  lines.length = start;
  for (const line of [...inserted, ...below]) {
    lines.push(line);
  }
}
