import type { EntryFact } from './codeFact';

/** Whether a file configures functions of a cloud: `serverless.yml`, a SAM template. */
export function isFunctionConfig(path: string): boolean {
  return /(?:^|\/)(?:serverless|template|sam)\.ya?ml$/.test(path);
}

/**
 * The functions that a `serverless.yml` or a SAM template declares with their handlers, read line by line: a key, and below it
 * `handler: src/orders.place`, or `Handler:` with a `CodeUri:`.
 */
export function entryFacts(text: string): EntryFact[] {
  const facts: EntryFact[] = [];
  const keys: { readonly indent: number; readonly key: string }[] = [];
  let codeUri: { readonly indent: number; readonly folder: string } | undefined;
  text
    .split('\n')
    .slice(0, 20_000)
    .forEach((line, i) => {
      const found = /^( {0,60})([\w-]{1,100}):[ \t]*(.{0,300})$/.exec(line.slice(0, 480).trimEnd());
      if (!found) {
        return;
      }
      const indent = found[1]!.length;
      while (keys.length > 0 && keys.at(-1)!.indent >= indent) {
        keys.pop();
      }
      const value = found[3]!.replace(/^["']|["']$/g, '');
      if (found[2] === 'CodeUri') {
        codeUri = { indent, folder: value.replace(/^\.\//, '').replace(/\/$/, '') };
      } else if (/^handler$/i.test(found[2]!) && /[./:]/.test(value)) {
        const folder = codeUri?.indent === indent ? `${codeUri.folder}/` : '';
        const name = keys.findLast(({ key }) => key !== 'Properties')?.key;
        if (name !== undefined) {
          facts.push({
            kind: 'entry',
            name,
            target: `${folder}${value.replace(/^\.\//, '')}`,
            lineBase1: i + 1,
          });
        }
      }
      keys.push({ indent, key: found[2]! });
    });
  return facts;
}
