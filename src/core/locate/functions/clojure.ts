import type { CodeScope } from './codeScope';

/** Definitions of a Clojure text: forms that begin at the start of a line. */
export function clojureScopes(text: string): CodeScope[] {
  const found: { kind: 'function'; name: string; start: number; end: number }[] = [];
  const form = /^\((?:([\w.-]{0,60}\/)?(def[\w-]{0,60})\s+(?:\^\S{1,100}\s+){0,5}([^\s()[\]{}"]{1,200}))?/gm;
  for (let match = form.exec(text); match; match = form.exec(text)) {
    const last = found.at(-1);
    if (last) {
      last.end = match.index;
    }
    found.push({ kind: 'function', name: match[3] ?? '', start: match.index, end: text.length });
  }
  return found.filter(({ name }) => name !== '');
}
