import { lineShift } from '../../core/locate/lineShift';
import type { ResolvedFrame } from '../../protocol/resolve';
import {
  failureWords,
  gradeText,
  locationReasonText,
  movedFromText,
  shiftText,
  unknownReasonText,
  wasLineText,
} from '../../words';

/** A frame's line as rows show it: `db.py:88`, `stock.py:63 +2` where it moved, `store.go:140?` where it is likely, `was db.py:88` where it is gone since, else `no line`. */
export function lineText(frame: ResolvedFrame | undefined): string {
  const location = frame?.location;
  if (!frame || !location) {
    return frame?.deployed
      ? wasLineText(`${baseName(frame.deployed.path)}:${frame.deployed.lineBase1}`)
      : failureWords.noLine();
  }
  const line = `${baseName(location.path)}:${location.lineBase1}`;
  switch (location.grade) {
    case 'exact':
      return line;
    case 'moved': {
      const shift = lineShift(frame);
      return shift === undefined ? line : `${line} ${shiftText(shift)}`;
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

/** Whether *Go to Line* of a frame has something to open or to offer. */
export function leadsToLine(frame: ResolvedFrame | undefined): frame is ResolvedFrame {
  return (
    (frame?.location ?? frame?.library ?? frame?.deployed) !== undefined ||
    (frame?.candidates?.length ?? 0) > 0
  );
}

/** Grade and reason of a frame's line: `likely: only the file's name agrees`. */
export function gradeAndReasonText(frame: ResolvedFrame): string {
  const location = frame.location;
  return location
    ? `${gradeText(location.grade)}: ${locationReasonText(location.reason)}`
    : unknownReasonText(frame.reason, frame.deployed?.path ?? frame.file ?? frame.raw.trim());
}

/** `moved from 88 in 4f2c1d0`; `undefined` where no deployed line is known. */
export function movedText({ location, deployed }: ResolvedFrame): string | undefined {
  return location?.grade === 'moved' && deployed ? movedFromText(deployed, location.path) : undefined;
}

/** The last segment of a path or URL of either slash. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
