import type { StackHint } from '../language';

/** One panic or error as the lines above a goroutine print it. */
export interface GoPanic {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  /** The same value was thrown again after it was recovered. */
  readonly isRepanic: boolean;
}

const SERVED = /panic serving [^\s]{1,200}: /;
const STATE = / \[(recovered(?:, repanicked)?|repanicked)\]$/;

/** Reads `panic: …`, `\tpanic: …` of a panic while another was handled, `fatal error: …`, or the plain message of an error. */
export function parseGoPanics(
  lines: readonly string[],
  hint: StackHint,
  isGoroutine: boolean,
): readonly GoPanic[] {
  const panics: { type: string; lines: string[] }[] = [];
  for (const line of lines) {
    const start = panicStart(line);
    if (start) {
      panics.push(start);
    } else if (panics.length > 0 && line.trim() !== '' && !isSignal(line)) {
      panics.at(-1)!.lines.push(line.startsWith('\t') ? line.slice(1) : line);
    }
  }
  if (panics.length > 0) {
    return panics.map(({ type, lines: own }) => finish(type, own));
  }
  const printed = isGoroutine ? '' : (lines.length === 1 ? lines[0]! : lines.join('\n')).trim();
  const message = printed === '' ? hint.message : printed;
  return hint.type === undefined && message === undefined
    ? []
    : [{ type: hint.type, message, isRepanic: false }];
}

function panicStart(line: string): { type: string; lines: string[] } | undefined {
  if (!line.includes('panic') && !line.includes('fatal error: ')) {
    return undefined;
  }
  const trimmed = line.trimStart();
  for (const type of ['panic', 'fatal error']) {
    if (trimmed.startsWith(`${type}: `)) {
      return { type, lines: [trimmed.slice(type.length + 2)] };
    }
  }
  const served = SERVED.exec(trimmed.slice(0, 1_000));
  return served ? { type: 'panic', lines: [trimmed.slice(served.index + served[0].length)] } : undefined;
}

function finish(type: string, lines: readonly string[]): GoPanic {
  const text = lines.join('\n');
  const state = STATE.exec(text.slice(-40));
  const message = state ? text.slice(0, -state[0].length) : text;
  return { type, message, isRepanic: state?.[1] !== undefined && state[1] !== 'recovered' };
}

function isSignal(line: string): boolean {
  return line.startsWith('[signal ') || line.startsWith('[originating ') || line.startsWith('goroutine ');
}
