import { ValueType, SpanKind, type SpanTable } from '../../src/core/model/spanTable';
import { spanIdFromHex, traceIdFromHex, type SpanId, type TraceId } from '../../src/core/model/ids';
import { SpanTableBuilder } from '../../src/core/model/spanTableBuilder';
import { SpanFlag, type Trace } from '../../src/core/model/trace';
import { traceFromTables } from '../../src/core/model/traceBuilder';
import { stringsOf } from '../../src/core/model/attributes';

/** What a drawing leaves open. */
export interface DrawingOptions {
  readonly traceId?: string;
  /** Time of the left edge. */
  readonly startUnixNano?: bigint;
  /** Width of one character. */
  readonly msPerCharacter?: number;
}

const nsPerMs = 1_000_000n;

/**
 * Spans from a drawing with one line a span, children indented by two more spaces than their parent:
 *
 *     gateway  GET /checkout |==========|
 *       orders   reserve     |  ====    | error, exception StockError: none left
 *       orders   log         |   +      | kind client, retries=2
 *
 * Service and name stand two or more spaces apart. In the bar, `=` is running time, `+` a span without duration, `=>` one that has
 * not ended, `<=` one that ended before it started. Notes after it are separated by commas: `error`, `ok`, `kind NAME`,
 * `id HEX` (else the line's number from 1), `parent HEX` (else by indentation), `exception TYPE: MESSAGE`, `KEY=VALUE`.
 */
export function spansFromDrawing(drawing: string, options: DrawingOptions = {}): SpanTable {
  const builder = new SpanTableBuilder();
  const scope = builder.scopes.add('drawing', '');
  const resources = new Map<string, number>();
  const ancestors: { readonly indent: number; readonly id: SpanId }[] = [];
  const lines = drawing.split('\n').filter((line) => line.trim() !== '');
  lines.forEach((text, index) => {
    const line = parseLine(text, index);
    while (ancestors.length > 0 && ancestors.at(-1)!.indent >= line.indent) {
      ancestors.pop();
    }
    const parentSpanId = line.parentSpanId ?? ancestors.at(-1)?.id;
    ancestors.push({ indent: line.indent, id: line.spanId });
    let resource = resources.get(line.service);
    if (resource === undefined) {
      resource = builder.resources.add([{ key: 'service.name', type: ValueType.string, text: line.service }]);
      resources.set(line.service, resource);
    }
    const at = (character: number): bigint =>
      (options.startUnixNano ?? 1_700_000_000_000_000_000n) +
      BigInt(Math.round(character * (options.msPerCharacter ?? 1))) * nsPerMs;
    const end = line.isOpen ? 0n : at(line.endCharacter);
    builder.addSpan({
      traceId: traceIdOf(options.traceId),
      spanId: line.spanId,
      parentSpanId,
      startUnixNano: at(line.startCharacter),
      endUnixNano: end,
      name: line.name,
      kind: line.kind,
      status: line.status,
      resource,
      scope,
      attributes: line.attributes.map(([key, text]) => ({ key, type: ValueType.string, text })),
      events: line.exceptions.map(({ type, message }) => ({
        timeUnixNano: end,
        name: 'exception',
        attributes: [
          { key: 'exception.type', type: ValueType.string, text: type },
          { key: 'exception.message', type: ValueType.string, text: message },
        ],
      })),
    });
  });
  return builder.build();
}

/** The trace of a drawing. */
export function traceFromDrawing(drawing: string, options: DrawingOptions = {}): Trace {
  return traceFromTables(traceIdOf(options.traceId), [{ table: spansFromDrawing(drawing, options) }]);
}

/** Draws a trace as {@link spansFromDrawing} reads it, scaled to `width` characters, with what the model found as notes. */
export function drawingFromTrace(trace: Trace, width = 40): string {
  const { spans } = trace;
  const strings = stringsOf(spans);
  const nsPerCharacter = Math.max(trace.durationNs, 1) / width;
  const labels = Array.from(
    { length: spans.count },
    (_, row) =>
      `${'  '.repeat(trace.depth[row]!)}${strings.get(trace.service[row]!)}  ${strings.get(spans.names[row]!)}`,
  );
  const labelWidth = Math.max(0, ...labels.map((label) => label.length));
  const lines = labels.map((label, row) => {
    const flags = trace.flags[row]!;
    const start = Math.min(Math.floor(trace.startNs[row]! / nsPerCharacter), width);
    const length = Math.min(Math.round(trace.spanDurationNs[row]! / nsPerCharacter), width - start);
    const isBackwards = (flags & SpanFlag.negativeDuration) !== 0;
    const shape = isBackwards ? '<=' : (flags & SpanFlag.open) !== 0 ? '=>' : '='.repeat(length) || '+';
    const bar = `${' '.repeat(start)}${shape}`.slice(-width - 2).padEnd(width);
    return `${label.padEnd(labelWidth)} |${bar}| ${notesOf(flags)}`.trimEnd();
  });
  return lines.join('\n');
}

const noteOfFlag = {
  error: SpanFlag.error,
  exception: SpanFlag.exception,
  orphan: SpanFlag.orphan,
  cycle: SpanFlag.cycle,
  clamped: SpanFlag.clamped,
  skewed: SpanFlag.skewed,
};

function notesOf(flags: number): string {
  return Object.entries(noteOfFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([note]) => note)
    .join(', ');
}

function traceIdOf(text: string | undefined): TraceId {
  const id = traceIdFromHex(text ?? 'd1');
  if (id === undefined) {
    throw new Error(`Not a trace id: ${text}`);
  }
  return id;
}

function spanIdOf(text: string): SpanId {
  const id = spanIdFromHex(text);
  if (id === undefined) {
    throw new Error(`Not a span id: ${text}`);
  }
  return id;
}

interface DrawnSpan {
  readonly indent: number;
  readonly service: string;
  readonly name: string;
  readonly startCharacter: number;
  readonly endCharacter: number;
  readonly isOpen: boolean;
  spanId: SpanId;
  parentSpanId?: SpanId;
  kind: number;
  status: number;
  readonly attributes: [key: string, text: string][];
  readonly exceptions: { readonly type: string; readonly message: string }[];
}

function parseLine(line: string, index: number): DrawnSpan {
  const parts = /^( *)(\S+) {2,}([^|]*?) *\|( *)(=+>?|<=|\+)? *\|(.*)$/.exec(line);
  if (!parts) {
    throw new Error(`Line ${index + 1} of the drawing is no span: ${line}`);
  }
  const [, indent, service, name, gap, shape = '+', notes] = parts;
  const startCharacter = gap!.length + (shape === '<=' ? 2 : 0);
  const span: DrawnSpan = {
    indent: indent!.length,
    service: service!,
    name: name!,
    startCharacter,
    endCharacter:
      shape === '<=' ? gap!.length : shape === '+' ? startCharacter : startCharacter + shape.length,
    isOpen: shape.endsWith('>'),
    spanId: spanIdOf((index + 1).toString(16)),
    kind: SpanKind.internal,
    status: 0,
    attributes: [],
    exceptions: [],
  };
  for (const note of notes!.split(',')) {
    addNote(span, note.trim());
  }
  return span;
}

function addNote(span: DrawnSpan, note: string): void {
  const [word, rest = ''] = /^(\S+)(?: (.*))?$/.exec(note)?.slice(1) ?? ['', ''];
  const attribute = /^([\w.]+)=(.*)$/.exec(note);
  if (attribute) {
    span.attributes.push([attribute[1]!, attribute[2]!]);
  } else if (word === 'error') {
    span.status = 2;
  } else if (word === 'ok') {
    span.status = 1;
  } else if (word === 'id') {
    span.spanId = spanIdOf(rest);
  } else if (word === 'parent') {
    span.parentSpanId = spanIdOf(rest);
  } else if (word === 'kind' && Object.hasOwn(SpanKind, rest)) {
    span.kind = SpanKind[rest as keyof typeof SpanKind];
  } else if (word === 'exception') {
    const [type, ...message] = rest.split(': ');
    span.exceptions.push({ type: type!, message: message.join(': ') });
  } else if (note !== '') {
    throw new Error(`Not a note of a drawing: ${note}`);
  }
}
