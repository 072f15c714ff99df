/** What VS Code reads when the extension starts, in bytes: its main file and all that is required while it is read. `textOf` gives a file of its folder. */
export function firstLoadBytes(textOf: (name: string) => string): number {
  const names = new Set(['extension.js']);
  let bytes = 0;
  for (const name of names) {
    const text = textOf(name);
    bytes += Buffer.byteLength(text);
    // What is read later stands in a function: `then(()=>…require(…))`.
    for (const [, before, file] of text.matchAll(/(.{0,20})require\("\.\/([^"]+)"\)/g)) {
      if (!before!.includes('=>')) names.add(file!);
    }
  }
  return bytes;
}
