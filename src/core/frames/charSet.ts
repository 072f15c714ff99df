/**
 * Characters that names are made of: letters of any script, digits, and those given. Looks at ASCII by a table, as regular
 * expressions of Unicode classes take ten times as long.
 */
export class CharSet {
  private readonly ascii = new Uint8Array(128);

  constructor(others: string) {
    for (const char of `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${others}`) {
      this.ascii[char.charCodeAt(0)] = 1;
    }
  }

  /** Whether all characters between two indexes are of the set; true where there are none. */
  hasAll(text: string, start = 0, end = text.length): boolean {
    return this.endOfAll(text, start, end) >= end;
  }

  /** Index of the first character between two indexes that is not of the set; `end` where all are. */
  endOfAll(text: string, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (code < 128 ? this.ascii[code] === 0 : !LETTER.test(String.fromCodePoint(text.codePointAt(at)!))) {
        return at;
      }
      at += code >= 0xd800 && code < 0xdc00 ? 2 : 1;
    }
    return end;
  }
}

const LETTER = /^\p{L}$/u;
