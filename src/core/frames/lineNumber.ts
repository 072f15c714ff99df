import { base1, type Base1 } from '../../base/units';

/** The line or column number written between two indexes of a text; `undefined` unless it is all digits and from 1 on. */
export function lineNumberFrom(text: string, start: number, end: number): Base1 | undefined {
  if (end <= start || end - start > 10) {
    return undefined;
  }
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) {
      return undefined;
    }
    value = value * 10 + digit;
  }
  return value < 1 ? undefined : base1(value);
}

/** Whether a character is a digit of ASCII. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether one or more digits stand between two indexes. */
export function isNumber(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (!isDigit(text.charCodeAt(i))) {
      return false;
    }
  }
  return end > start;
}

/** Number of blanks and tabs that a line begins with. */
export function indentOf(line: string): number {
  let indent = 0;
  while (indent < line.length && (line.charCodeAt(indent) === 0x20 || line.charCodeAt(indent) === 0x09)) {
    indent++;
  }
  return indent;
}
