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
    for (let i = start; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code < 128) {
        if (this.ascii[code] === 0) {
          return false;
        }
      } else if (!LETTER.test(String.fromCodePoint(text.codePointAt(i)!))) {
        return false;
      } else if (code >= 0xd800 && code < 0xdc00) {
        i++;
      }
    }
    return true;
  }
}

const LETTER = /^\p{L}$/u;
