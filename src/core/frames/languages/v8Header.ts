import { CharSet } from '../charSet';
import type { StackHint } from '../language';
import { isDigit } from '../lineNumber';

/** Name and message of an error, as its header prints them. */
export interface ErrorHeader {
  readonly type?: string;
  readonly message?: string;
}

/** `TypeError`, `c [UpstreamError]`, `TypeError [ERR_INVALID_URL]`. */
const NAME = /^([\p{L}_$][\p{L}\d_$.]{0,200})(?: \[([^\]]{1,200})\])?$/u;
const ERROR_NAME = /(?:^[A-Z]|Error$|Exception$)/;
const NODE_CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

/** Reads the lines before the first frame: `Type: message`, where the message may go on over several lines. */
export function parseErrorHeader(lines: readonly string[], hint: StackHint): ErrorHeader {
  const first = lines[0];
  if (first === undefined) {
    return {};
  }
  const line = bare(first);
  const known = hint.message ? typeBeforeKnownMessage(withRest(line, lines), hint.message) : undefined;
  if (known) {
    return known;
  }
  const colon = line.indexOf(':');
  const type = nameFrom(colon === -1 ? line : line.slice(0, colon));
  if (type === undefined || (colon === -1 && !ERROR_NAME.test(type))) {
    return { message: withRest(line, lines) };
  }
  const message = withRest(colon === -1 ? '' : line.slice(colon + 1).trim(), lines).trim();
  return message === '' ? { type } : { type, message };
}

/** A text in place of the first of some lines, and the others below it. */
function withRest(first: string, lines: readonly string[]): string {
  return lines.length === 1 ? first : [first, ...lines.slice(1)].join('\n');
}

/** Whether a line reads as the header of an error, and not as a property or prose between frames. */
export function looksLikeErrorHeader(line: string): boolean {
  const text = bare(line.trim());
  const colon = text.indexOf(':');
  const type = nameFrom(colon === -1 ? text : text.slice(0, colon));
  return type !== undefined && ERROR_NAME.test(type);
}

/** The attributes of a span name the message: whatever stands before it is the type, even with spaces in it. */
function typeBeforeKnownMessage(text: string, message: string): ErrorHeader | undefined {
  if (!text.endsWith(`: ${message}`)) {
    return undefined;
  }
  const name = text.slice(0, -message.length - 2);
  const type = nameFrom(name) ?? (name.length <= 100 && !name.includes('\n') ? name : undefined);
  return type === undefined ? undefined : { type, message };
}

/** Without `Uncaught`, and without the brackets that `util.inspect` puts around an error that has no stack. */
function bare(line: string): string {
  let text = line.startsWith('Uncaught ') ? line.slice(9) : line;
  if (text.endsWith(' {')) {
    text = text.slice(0, -2);
  }
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

const PLAIN_NAME = new CharSet('_$.');
const DOT = 0x2e;

function nameFrom(text: string): string | undefined {
  if (text.length > 410) {
    return undefined;
  }
  if (text.length <= 200 && PLAIN_NAME.hasAll(text)) {
    const code = text.charCodeAt(0);
    return text === '' || isDigit(code) || code === DOT ? undefined : text;
  }
  const match = NAME.exec(text);
  if (!match) {
    return undefined;
  }
  const [, name, bracket] = match;
  // In brackets stands a code of Node.js, or the true name of an error whose class was minified.
  return bracket === undefined || NODE_CODE.test(bracket) ? name : bracket;
}
