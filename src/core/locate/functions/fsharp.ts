import type { CodeScope } from './codeScope';

const TYPE = /^\s*(?:module|type|and)\s+(?:(?:rec|private|internal|public)\s+){0,3}([\w.`]{1,200})/;
const FUNCTION =
  /^\s*(?:(?:let|and)\s+(?:(?:rec|inline|private|internal|mutable)\s+){0,3}|(?:static\s+)?(?:member|override|default)\s+(?:(?:inline|private|internal)\s+){0,2}(?:[\w]{1,60}\.)?)([\w']{1,200}|``[^`\n]{1,200}``)/;

/** Modules, types and functions of an F# text, by their indent. */
export function fsharpScopes(text: string): CodeScope[] {
  const found: { kind: 'type' | 'function'; name: string; start: number; end: number }[] = [];
  const open: { readonly scope: number; readonly indent: number }[] = [];
  let isComment = false;
  let start = 0;
  for (const line of text.split('\n')) {
    const from = start;
    start += line.length + 1;
    const indent = line.length - line.trimStart().length;
    const wasComment = isComment;
    isComment = isComment ? !line.includes('*)') : /^\s*\(\*/.test(line) && !line.includes('*)');
    if (wasComment || line.trim() === '' || /^\s*(?:\/\/|[)\]}|])/.test(line)) {
      continue;
    }
    while (open.length > 0 && open.at(-1)!.indent >= indent) {
      found[open.pop()!.scope]!.end = from;
    }
    const head = line.slice(0, 400);
    const type = TYPE.exec(head);
    const named = type ?? FUNCTION.exec(head);
    if (named) {
      const name = named[1]!.replaceAll('`', '');
      const isFileModule = type !== null && !/[={]/.test(head) && head.startsWith('module');
      found.push({
        kind: type ? 'type' : 'function',
        name: type ? name.slice(name.lastIndexOf('.') + 1) : name,
        start: from,
        end: text.length,
      });
      if (!isFileModule) {
        open.push({ scope: found.length - 1, indent });
      }
    }
  }
  return found;
}
