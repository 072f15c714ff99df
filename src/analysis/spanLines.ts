import { analyseTrace } from '../core/failures/analyseTrace';
import type { FailureOrigin } from '../core/failures/failureGroup';
import type { TraceAnalysis } from '../core/failures/traceAnalysis';
import { attributeValue, stringsOf } from '../core/model/attributes';
import { exceptionsOfSpan } from '../core/model/exceptions';
import { spanIdAt } from '../core/model/ids';
import { SpanFlag, type Trace } from '../core/model/trace';
import type { PathMapping, PathSpan } from '../protocol/analysis';
import type { ResolvedException, ResolvedFrame } from '../protocol/resolve';
import type { CodeRequest, StackRequest, StackResolver } from './resolver';

/** The lines of a trace's spans. */
export class SpanLines {
  private readonly resolver: StackResolver;
  private readonly mappings: readonly PathMapping[];

  constructor(resolver: StackResolver, mappings: readonly PathMapping[]) {
    this.resolver = resolver;
    this.mappings = mappings;
  }

  /** Where a failure began, from what its group keeps of it. */
  async ofOrigin(origin: FailureOrigin): Promise<ResolvedFrame | undefined> {
    const { stack, service, serviceVersion, exceptionType, exceptionMessage } = origin;
    return stack === undefined
      ? undefined
      : this.resolver.resolveTopFrame({
          text: stack,
          hint: { type: exceptionType, message: exceptionMessage },
          service,
          ...(serviceVersion !== undefined && { serviceVersion }),
          mappings: this.mappings,
        });
  }

  /** The newest own frame of the span's exceptions, else the place its `code.*` attributes name. */
  async ofSpan(trace: Trace, row: number): Promise<ResolvedFrame | undefined> {
    for (const request of this.stacksOf(trace, row)) {
      const frame = await this.resolver.resolveTopFrame(request);
      if (frame) {
        return frame;
      }
    }
    const code = this.codeOf(trace, row);
    return code && this.resolver.resolveCode(code);
  }

  /** Every exception of the span with all its frames. One without a stack has its type and message alone. */
  async exceptionsOf(trace: Trace, row: number): Promise<readonly ResolvedException[]> {
    const resolved: ResolvedException[] = [];
    const requests = this.stacksOf(trace, row);
    for (const [index, exception] of exceptionsOfSpan(trace.spans, row).entries()) {
      const { exceptions } = await this.resolver.resolveStack(requests[index]!);
      const first = resolved.length;
      if (exceptions.length === 0) {
        resolved.push({
          ...(exception.type !== '' && { type: exception.type }),
          ...(exception.message !== '' && { message: exception.message }),
          relation: 'root',
          frames: [],
        });
      }
      resolved.push(
        ...exceptions.map((each) =>
          each.parent === undefined ? each : { ...each, parent: each.parent + first },
        ),
      );
    }
    return resolved;
  }

  /** The spans from a failing run's entry down to the origin of the group's failure (of the first failure without one). */
  async pathOf(trace: Trace, groupId: string | undefined): Promise<readonly PathSpan[]> {
    const found = failureOf(analyseTrace(trace), groupId);
    if (!found) {
      return [];
    }
    const origin = rowOf(trace, found.originSpanId);
    const rows: number[] = [];
    for (let row = origin; row >= 0; row = trace.parent[row]!) {
      rows.push(row);
      if (spanIdAt(trace.spans.spanIds, row) === found.entrySpanId) {
        break;
      }
    }
    const path: PathSpan[] = [];
    for (const row of rows.reverse()) {
      path.push(await this.pathSpan(trace, row, row === origin));
    }
    return path;
  }

  private async pathSpan(trace: Trace, row: number, isOrigin: boolean): Promise<PathSpan> {
    const strings = stringsOf(trace.spans);
    const frame = await this.ofSpan(trace, row);
    return {
      row,
      spanId: spanIdAt(trace.spans.spanIds, row),
      service: strings.get(trace.service[row]!),
      name: strings.get(trace.spans.names[row]!),
      durationMs: trace.spanDurationNs[row]! / 1e6,
      error: (trace.flags[row]! & SpanFlag.error) !== 0,
      origin: isOrigin,
      ...(frame && { frame }),
      exceptions: isOrigin ? await this.exceptionsOf(trace, row) : [],
    };
  }

  private stacksOf(trace: Trace, row: number): readonly StackRequest[] {
    const exceptions = exceptionsOfSpan(trace.spans, row);
    if (exceptions.length === 0) {
      return [];
    }
    const service = this.serviceOf(trace, row);
    return exceptions.map(({ type, message, stack }) => ({
      text: stack,
      hint: { type, message },
      ...service,
    }));
  }

  private codeOf(trace: Trace, row: number): CodeRequest | undefined {
    const strings = stringsOf(trace.spans);
    const read = (...keys: readonly string[]): string | undefined => {
      for (const key of keys) {
        const value = attributeValue(strings, trace.spans.attributes, row, key);
        if (value !== undefined && value !== '') {
          return value;
        }
      }
      return undefined;
    };
    const file = read('code.file.path', 'code.filepath');
    if (file === undefined) {
      return undefined;
    }
    const line = Number(read('code.line.number', 'code.lineno'));
    const name = read('code.function.name', 'code.function');
    return {
      file,
      ...(Number.isSafeInteger(line) && line > 0 && { lineBase1: line }),
      ...(name !== undefined && { function: name }),
      ...this.serviceOf(trace, row),
    };
  }

  private serviceOf(
    trace: Trace,
    row: number,
  ): Pick<StackRequest, 'service' | 'serviceVersion' | 'mappings'> {
    const { spans } = trace;
    const strings = stringsOf(spans);
    const version = attributeValue(
      strings,
      spans.resources.attributes,
      spans.resource[row]!,
      'service.version',
    );
    return {
      service: strings.get(trace.service[row]!),
      ...(version !== undefined && { serviceVersion: version }),
      mappings: this.mappings,
    };
  }
}

function failureOf(
  { runs }: TraceAnalysis,
  groupId: string | undefined,
): { readonly entrySpanId: string; readonly originSpanId: string } | undefined {
  for (const { entrySpanId, failures } of runs) {
    const failure =
      groupId === undefined ? failures[0] : failures.find((candidate) => candidate.groupId === groupId);
    if (failure) {
      return { entrySpanId, originSpanId: failure.origin.spanId };
    }
  }
  return undefined;
}

function rowOf(trace: Trace, spanId: string): number {
  for (let row = 0; row < trace.spans.count; row++) {
    if (spanIdAt(trace.spans.spanIds, row) === spanId) {
      return row;
    }
  }
  return -1;
}
