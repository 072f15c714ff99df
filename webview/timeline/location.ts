import { lineShift } from '../../src/core/locate/lineShift';
import type { Location, ResolvedFrame } from '../../src/protocol/resolve';
import { failureWords, gradeText, locationReasonText, movedFromText, shiftText } from '../../src/words';
import { element, icon } from '../shared/element';

/** `db.py:88` of a path and line. */
export function locationText({ path, lineBase1 }: Location): string {
  return `${baseName(path)}:${lineBase1}`;
}

/** The last part of a path with either kind of slash. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** File and line as the stack printed them; `no line` where it printed no file. */
export function printedPlace({ file, lineBase1 }: ResolvedFrame): string {
  if (file === undefined) {
    return failureWords.noLine();
  }
  return lineBase1 === undefined ? baseName(file) : `${baseName(file)}:${lineBase1}`;
}

/** What a row says of its line, for screen readers: `db.py:88 exact`, `no line`. */
export function locationLabel(frame: ResolvedFrame | undefined): string {
  return frame?.location
    ? `${locationText(frame.location)} ${gradeText(frame.location.grade)}`
    : failureWords.noLine();
}

/** A location as a row shows it: exact plain, moved in full, likely italic and dotted with `?`, unknown `no line`. */
export function rowLocation(frame: ResolvedFrame): HTMLElement {
  const { location } = frame;
  if (!location) {
    return frame.reason === 'notOwnCode' && frame.file !== undefined
      ? element('span', { class: 'location unknown' }, icon('library', 'row-icon'), printedPlace(frame))
      : element('span', { class: 'location unknown', text: failureWords.noLine() });
  }
  const text = element('span', { class: 'location-text', text: locationText(location) });
  const library = frame.inApp ? undefined : icon('library', 'row-icon');
  const moved = movedBy(frame);
  const doubt =
    location.grade === 'likely' ? element('span', { class: 'location-doubt', text: '?' }) : undefined;
  return element('span', { class: `location ${location.grade}` }, library, text, moved, doubt);
}

/** ` +2` where the line moved by a known number. */
export function movedBy(frame: ResolvedFrame): string | undefined {
  const shift = lineShift(frame);
  return shift === undefined ? undefined : ` ${shiftText(shift)}`;
}

/** The badge of a grade. */
export function gradeBadge(frame: ResolvedFrame): HTMLElement {
  const grade = frame.location?.grade;
  return element('span', {
    class: `grade ${grade ?? 'unknown'}`,
    text: `${gradeText(grade)}${movedBy(frame) ?? ''}`,
  });
}

/** Why the line has its grade, or where it moved from; `undefined` without a line. */
export function reasonText({ location, deployed }: ResolvedFrame): string | undefined {
  return location?.grade === 'moved' && deployed
    ? movedFromText(deployed, location.path)
    : location && locationReasonText(location.reason);
}
