import type { Draft, Frame, ParsedException } from './frame';
import { exceptionFrom, frameFrom } from './frameParts';
import type { StackHint } from './language';
import { languageOf, xrayFrame, type XrayFrame } from './xray';

/** What a JSON text in place of a stack holds: exceptions, or the text of a stack with what came with it. */
export type JsonStack =
  { readonly exceptions: readonly ParsedException[] } | { readonly text: string; readonly hint: StackHint };

/**
 * Reads a JSON text of an exception: those of AWS X-Ray, the call stacks of Apple's MetricKit, the chain of messages that Rust's tracing
 * writes, lines as a list, or a logger's object with the stack as one of its texts. `undefined` for other texts.
 */
export function parseJsonStack(text: string, hint: StackHint): JsonStack | undefined {
  const first = text.charCodeAt(0);
  const isObject = first === 0x7b;
  if ((!isObject && first !== 0x5b) || !text.trimEnd().endsWith(isObject ? '}' : ']')) {
    return undefined;
  }
  const value = parseJson(text);
  if (Array.isArray(value)) {
    return listStack(value, hint);
  }
  return isRecord(value) ? objectStack(value, hint) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON after all: the text is read as any other.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listStack(list: readonly unknown[], hint: StackHint): JsonStack | undefined {
  if (list.length > 0 && list.every((item) => typeof item === 'string')) {
    // Rust's tracing writes the messages of the errors that led to one another.
    return hint.language === 'rust'
      ? { exceptions: messageChain(list, hint) }
      : { text: list.join('\n'), hint };
  }
  const items = list.filter(isRecord);
  return items.length > 0 && items.length === list.length ? xrayStack(items, hint) : undefined;
}

function messageChain(messages: readonly string[], hint: StackHint): ParsedException[] {
  const own = exceptionFrom('rust', hint.type, hint.message ?? messages[0], []);
  const causes = hint.message === undefined || hint.message === messages[0] ? messages.slice(1) : messages;
  return [
    own,
    ...causes.map((message, index) => causeOf(index, exceptionFrom('rust', undefined, message, []))),
  ];
}

function causeOf(parent: number, exception: Draft<ParsedException>): Draft<ParsedException> {
  exception.relation = 'cause';
  exception.parent = parent;
  return exception;
}

const STACK_KEYS = [
  'stack',
  'stacktrace',
  'stack_trace',
  'stackTrace',
  'exception.stacktrace',
  'error.stack',
];

function objectStack(value: Readonly<Record<string, unknown>>, hint: StackHint): JsonStack | undefined {
  if (Array.isArray(value['callStacks'])) {
    return { exceptions: value['callStacks'].filter(isRecord).map((stack) => metricKitStack(stack, hint)) };
  }
  if (Array.isArray(value['exceptions'])) {
    return xrayStack(value['exceptions'].filter(isRecord), hint);
  }
  const stack = STACK_KEYS.map((key) => value[key]).find((text) => typeof text === 'string' && text !== '');
  if (typeof stack !== 'string') {
    return undefined;
  }
  const type = hint.type ?? textOf(value['type'] ?? value['name']);
  const message = hint.message ?? textOf(value['message']);
  return { text: stack, hint: { ...hint, type, message } };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Exceptions of a segment of X-Ray, which name their cause by its id. */
function xrayStack(
  items: readonly Readonly<Record<string, unknown>>[],
  hint: StackHint,
): JsonStack | undefined {
  const own = items.filter((item) => Array.isArray(item['stack']));
  if (own.length === 0) {
    return undefined;
  }
  const byId = new Map(own.map((item, index) => [item['id'], index]));
  const exceptions = own.map((item, index) => {
    const calls = (item['stack'] as readonly unknown[]).filter(isRecord).map((frame): XrayFrame => ({
      label: textOf(frame['label']),
      file: textOf(frame['path']),
      line: numberOf(frame['line']),
    }));
    const language = languageOf(calls, hint);
    const frames = calls.map((call) => xrayFrame(language, printed(call), 0, call));
    const isFirst = index === 0;
    return exceptionFrom(
      language,
      textOf(item['type']) ?? (isFirst ? hint.type : undefined),
      textOf(item['message']) ?? (isFirst ? hint.message : undefined),
      frames,
    );
  });
  own.forEach((item, index) => {
    const cause = item['cause'] === undefined ? undefined : byId.get(item['cause']);
    // The chain goes on downwards; ids that lead back up would have no root.
    if (cause !== undefined && cause > index) {
      causeOf(index, exceptions[cause]!);
    }
  });
  return { exceptions };
}

function printed({ label = '<unknown>', file = '<unknown>', line }: XrayFrame): string {
  return `${label} (${file}${line === undefined ? '' : `:${line}`})`;
}

/** Addresses only: nothing of them leads to a line without the symbols of the app. */
function metricKitStack(stack: Readonly<Record<string, unknown>>, hint: StackHint): Draft<ParsedException> {
  const frames: Draft<Frame>[] = [];
  // The older form has a list, the newer each call inside the one before.
  let list = stack['callStackFrames'] ?? stack['callStackRootFrames'];
  while (Array.isArray(list) && list.length > 0) {
    for (const frame of list.filter(isRecord)) {
      const binary = textOf(frame['binaryName']) ?? '<unknown>';
      const offset = numberOf(frame['offsetAddress']) ?? numberOf(frame['offsetIntoBinaryTextSegment']);
      const raw = offset === undefined ? binary : `${binary} + ${offset}`;
      frames.push(frameFrom(raw, 0, { module: binary, kind: 'native' }));
    }
    const below: unknown = list[0];
    list = isRecord(below) ? below['subFrames'] : undefined;
  }
  return exceptionFrom('swift', hint.type, hint.message, frames);
}
