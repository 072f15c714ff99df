import type { AnalysisContract } from '../protocol/analysis';
import type { EngineContract } from '../protocol/engine';
import type { WorkerHandle } from './workers';

/** The analysis worker as views see it: calls and events, whatever happens to the thread behind. */
export type AnalysisCalls = Pick<WorkerHandle<AnalysisContract>, 'call' | 'on'>;

/** The engine worker as views see it. */
export type EngineCalls = Pick<WorkerHandle<EngineContract>, 'call' | 'on' | 'onDidStart' | 'isRunning'>;
