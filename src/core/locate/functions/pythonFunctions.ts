/** The function around a line of a Python text; `undefined` at module level or in a class body. */
export function pythonFunctionAt(lines: readonly string[], lineIndex: number): string | undefined {
  const open: { readonly indent: number; readonly name: string | undefined }[] = [];
  let inText: string | undefined;
  for (let i = 0; i <= lineIndex && i < lines.length; i++) {
    const line = lines[i]!;
    const startsInText = inText !== undefined;
    inText = textStateAfter(line, inText);
    const trimmed = line.trim();
    if (startsInText || trimmed === '' || trimmed.startsWith('#') || CONTINUES.test(trimmed)) {
      continue;
    }
    const indent = line.length - line.trimStart().length;
    while (open.length > 0 && open.at(-1)!.indent >= indent) {
      open.pop();
    }
    const block = /^(?:async\s+def|def|class)\s+([\p{L}_][\p{L}\d_]{0,300})/u.exec(trimmed);
    if (block) {
      open.push({ indent, name: trimmed.startsWith('class') ? undefined : block[1] });
    }
  }
  return open.at(-1)?.name;
}

/** Lines that close a bracket stand further left than the block they belong to. */
const CONTINUES = /^[)\]}]/;

/** The quotes of the triple-quoted text that is still open after a line. */
function textStateAfter(line: string, before: string | undefined): string | undefined {
  let open = before;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (open !== undefined) {
      if (char === '\\') {
        at++;
      } else if (line.startsWith(open, at)) {
        at += open.length - 1;
        open = undefined;
      }
    } else if (char === '#') {
      return undefined;
    } else if (char === '"' || char === "'") {
      open = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += open.length - 1;
    }
  }
  // Only triple quotes go on over the end of a line.
  return open?.length === 3 ? open : undefined;
}
