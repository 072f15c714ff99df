import { CharSet } from '../charSet';
import type { StackHint } from '../language';

/** Type, message and thread, as the lines above the first frame print them. */
export interface JvmHeader {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly thread?: string | undefined;
}

const QUALIFIED = /^(?:[\p{L}_$][\p{L}\d_$]*\.)+[\p{L}_$][\p{L}\d_$]*$/u;
const QUALIFIED_CHARS = new CharSet('_$.');
const ERROR_NAME = /^[\p{L}_$][\p{L}\d_$.]*(?:Exception|Error|Throwable)$/u;
const UNCAUGHT = 'Exception in thread "';
/** A logger's line may go over into the header: `ERROR c.a.Shop - java.lang.IllegalStateException: closed`. */
const INSIDE_LINE =
  /[\s>]((?:[a-z_][\w$]{0,60}\.){1,20}[A-Z][\w$]{0,200}(?:Exception|Error|Throwable))(?=: |$)/;
const CAUSE = 'Caused by: ';
const MAX_TYPE = 400;

/** Whether a line begins with the full name of a class, as the header of an exception does. */
export function isJvmHeader(line: string): boolean {
  const name = nameIn(withoutThread(line).rest);
  return (
    isQualified(name) && (ERROR_NAME.test(name) || name.length < line.length || line.startsWith(UNCAUGHT))
  );
}

/** The line, of those above the first frame, at which the header begins, and the header in it; the message may go on below. */
export function findJvmHeader(
  lines: readonly string[],
  from: number,
  to: number,
): { readonly line?: number; readonly content?: string; readonly isCause?: boolean } {
  for (let line = from; line < to; line++) {
    const trimmed = lines[line]!.trim();
    const isCause = trimmed.startsWith(CAUSE);
    const content = isCause ? trimmed.slice(CAUSE.length) : trimmed;
    if (isJvmHeader(content)) {
      return { line, content, isCause };
    }
  }
  for (let line = from; line < to; line++) {
    const text = lines[line]!.slice(0, 4_096);
    const match = INSIDE_LINE.exec(text);
    if (match) {
      return { line, content: lines[line]!.slice(match.index + 1).trim() };
    }
  }
  for (let line = from; line < to; line++) {
    const trimmed = lines[line]!.trim();
    if (ERROR_NAME.test(nameIn(trimmed))) {
      return { line, content: trimmed };
    }
  }
  for (let line = to - 1; line >= from; line--) {
    const trimmed = lines[line]!.trim();
    if (trimmed !== '') {
      return { line, content: trimmed };
    }
  }
  // Nothing is left of the header where the text before belongs to another language: Py4J ends its message with it.
  const above = from === to ? lines[to - 1]?.trim().replace(/^: /, '') : undefined;
  return above !== undefined && isJvmHeader(above) ? { content: above } : {};
}

/** Reads `Exception in thread "x" package.Type: message` and further lines of the message. */
export function parseJvmHeader(lines: readonly string[], hint: StackHint): JvmHeader {
  const first = lines[0];
  if (first === undefined) {
    return hint;
  }
  const { thread, rest } = withoutThread(first);
  const name = nameIn(rest);
  const isType = isQualified(name) || ERROR_NAME.test(name) || (name !== '' && name === hint.type);
  const own = isType ? rest.slice(name.length).replace(/^: ?/, '') : rest;
  const message = (lines.length === 1 ? own : [own, ...lines.slice(1)].join('\n')).trimEnd();
  return { type: isType ? name : undefined, message: message === '' ? undefined : message, thread };
}

/** A dotted name; the table keeps most prose out cheaply. */
function isQualified(name: string): boolean {
  return name.includes('.') && QUALIFIED_CHARS.hasAll(name) && QUALIFIED.test(name);
}

/** What stands before the first `: `, or the whole line; nothing where that is too long for a name. */
function nameIn(line: string): string {
  const head = line.slice(0, MAX_TYPE);
  const colon = head.indexOf(':');
  const isWhole = colon === -1 || (colon !== head.length - 1 && head.charAt(colon + 1) !== ' ');
  const name = isWhole ? head : head.slice(0, colon);
  return name.length === MAX_TYPE ? '' : name;
}

function withoutThread(line: string): { readonly thread?: string; readonly rest: string } {
  if (!line.startsWith(UNCAUGHT)) {
    return { rest: line };
  }
  const end = line.indexOf('" ', UNCAUGHT.length);
  return end === -1
    ? { rest: line }
    : { thread: line.slice(UNCAUGHT.length, end), rest: line.slice(end + 2) };
}
