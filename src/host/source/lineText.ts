import type { ResolvedFrame } from '../../protocol/resolve';
import { failureWords, gradeText, locationReasonText, movedFromText, unknownReasonText } from '../../words';

/** A frame's line as rows show it: `db.py:88`, `stock.py:63 +2` where it moved, `store.go:140?` where it is likely, else `no line`. */
export function lineText(frame: ResolvedFrame | undefined): string {
  const location = frame?.location;
  if (!frame || !location) {
    return failureWords.noLine();
  }
  const line = `${baseName(location.path)}:${location.lineBase1}`;
  switch (location.grade) {
    case 'exact':
      return line;
    case 'moved': {
      const shift = shiftOf(frame);
      return shift === undefined ? line : `${line} ${shift}`;
    }
    case 'likely':
      return `${line}?`;
  }
}

/** Place as printed, for frames without a line of the workspace: `collection.js:112`. */
export function printedPlaceText(frame: ResolvedFrame): string {
  if (frame.file === undefined) {
    return '';
  }
  const name = baseName(frame.file);
  return frame.lineBase1 === undefined ? name : `${name}:${frame.lineBase1}`;
}

/** Grade and reason of a frame's line: `likely: only the file's name agrees`. */
export function gradeAndReasonText(frame: ResolvedFrame): string {
  const location = frame.location;
  return location
    ? `${gradeText(location.grade)}: ${locationReasonText(location.reason)}`
    : unknownReasonText(frame.reason, frame.file ?? frame.raw.trim());
}

/** `moved from 88 in 4f2c1d0`, also naming the file where it was renamed; `undefined` where no deployed line is known. */
export function movedText({ location, deployed }: ResolvedFrame): string | undefined {
  if (location?.grade !== 'moved' || !deployed) {
    return undefined;
  }
  const line =
    deployed.path === location.path
      ? String(deployed.lineBase1)
      : `${baseName(deployed.path)}:${deployed.lineBase1}`;
  return movedFromText(line, deployed.revision.slice(0, 7));
}

/** `+2` or `−3` lines; `undefined` where frame and location count lines of different files. */
function shiftOf(frame: ResolvedFrame): string | undefined {
  if (!frame.location || frame.lineBase1 === undefined || frame.via.includes('sourceMap')) {
    return undefined;
  }
  const shift = frame.location.lineBase1 - frame.lineBase1;
  return shift < 0 ? `−${-shift}` : `+${shift}`;
}

/** The last segment of a path or URL of either slash. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
