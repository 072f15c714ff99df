import type { Event } from '../../base/emitter';
import type { Result } from '../../base/result';
import type { Trace } from '../../core/model/trace';
import type { AnalysisContract } from '../../protocol/analysis';
import type { BackendError } from '../../protocol/backend';
import type { ResolvedException, ResolvedFrame } from '../../protocol/resolve';
import type { Receiver } from '../receiver/receiver';
import type { WorkerHandle } from '../workers';

/** Where timelines get traces and lines from. */
export interface TimelineModel {
  trace(traceId: string, signal: AbortSignal): Promise<Result<Trace, BackendError>>;
  spanFrames(
    traceId: string,
    rows: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly { readonly row: number; readonly frame: ResolvedFrame }[]>;
  spanExceptions(traceId: string, row: number, signal: AbortSignal): Promise<readonly ResolvedException[]>;
  /** Something that lines depend on changed. */
  readonly onDidChangeLines: Event<undefined>;
  /** Something was stored: traces may have grown. */
  readonly onDidCommit: Event<undefined>;
}

/** Traces and lines from the analysis worker; what is stored, the receiver tells. */
export function timelineModel(
  analysis: WorkerHandle<AnalysisContract>,
  receiver: Pick<Receiver, 'onDidCommit'>,
): TimelineModel {
  return {
    trace: (traceId, signal) => analysis.call('trace', { traceId }, signal),
    spanFrames: (traceId, rows, signal) => analysis.call('spanFrames', { traceId, rows }, signal),
    spanExceptions: (traceId, row, signal) => analysis.call('spanExceptions', { traceId, row }, signal),
    onDidCommit: receiver.onDidCommit,
    onDidChangeLines: (listener) => analysis.on('linesChanged', listener),
  };
}
