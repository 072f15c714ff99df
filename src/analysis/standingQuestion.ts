import type { Disposable } from '../base/disposable';
import { err, type Result } from '../base/result';
import type { TimeWindow } from '../core/failures/failureGroup';
import type { BackendError } from '../protocol/backend';

/** Answers from a moment ago count while traces stream in locally; the user's own question is always asked. */
const keepAnswerMs = 15_000;
/** A window that ends now moves with the clock, which two clocks tell to within this. */
const clockToleranceMs = 2_000;

/** What is asked: an equal key over the same stretch of time is the same question. */
export interface Question {
  readonly key: string;
  readonly window: TimeWindow;
}

/** A request that outlives its asker. */
export interface StandingRequest<T> {
  readonly settled: Promise<void>;
  /** Absent until it came, and for ever where the request was called off. */
  answer: Result<T, BackendError> | undefined;
  /** Somebody went on without the answer: they are told when it comes. */
  isLate: boolean;
}

/** What is known of a question at once. */
export interface Standing<T> {
  /** The newest answer, be it an old one. */
  readonly answer: Result<T, BackendError> | undefined;
  /** The request under way; absent where `answer` is new enough. */
  readonly request?: StandingRequest<T>;
  /** The request began with this call. */
  readonly isAskedNow: boolean;
}

interface Asked {
  readonly question: Question;
  readonly askedMs: number;
}

interface Running<T> extends Asked {
  readonly abort: AbortController;
  readonly request: StandingRequest<T>;
}

interface Kept<T> extends Asked {
  readonly answeredMs: number;
  readonly answer: Result<T, BackendError>;
}

/**
 * One question at a time to one connection. Its request goes on when the asker no longer waits, so that a slow server holds nobody up and is
 * not asked the same twice; another question, or the user's own, aborts the request before.
 */
export class StandingQuestion<T> implements Disposable {
  private readonly answeredLate: () => void;
  private running: Running<T> | undefined;
  private kept: Kept<T> | undefined;

  /** `answeredLate` is called when an answer comes that somebody went on without. */
  constructor(answeredLate: () => void) {
    this.answeredLate = answeredLate;
  }

  /** What is known now; sends the question unless it is under way or was just answered. `fresh`: sends it in any case. */
  ask(
    question: Question,
    fresh: boolean,
    send: (signal: AbortSignal) => Promise<Result<T, BackendError>>,
  ): Standing<T> {
    const nowMs = performance.now();
    const kept = this.kept && isSame(this.kept, question, nowMs) ? this.kept : undefined;
    const { running } = this;
    if (running && !fresh && isSame(running, question, nowMs)) {
      return { answer: kept?.answer, request: running.request, isAskedNow: false };
    }
    running?.abort.abort();
    this.running = undefined;
    if (kept && !fresh && nowMs - kept.answeredMs < keepAnswerMs) {
      return { answer: kept.answer, isAskedNow: false };
    }
    return { answer: kept?.answer, request: this.begin(question, nowMs, send), isAskedNow: true };
  }

  dispose(): void {
    this.running?.abort.abort();
    this.running = undefined;
  }

  private begin(
    question: Question,
    askedMs: number,
    send: (signal: AbortSignal) => Promise<Result<T, BackendError>>,
  ): StandingRequest<T> {
    const abort = new AbortController();
    const settled = send(abort.signal).then(
      (answer) => {
        this.take(running, answer);
      },
      (error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error);
        this.take(running, err({ kind: 'badResponse', target: '', detail: detail.slice(0, 500) }));
      },
    );
    const running: Running<T> = {
      question,
      askedMs,
      abort,
      request: { settled, answer: undefined, isLate: false },
    };
    this.running = running;
    return running.request;
  }

  private take(running: Running<T>, answer: Result<T, BackendError>): void {
    // An answer to a question that was called off is none.
    if (this.running !== running) {
      return;
    }
    this.running = undefined;
    const { question, askedMs, request } = running;
    this.kept = { question, askedMs, answeredMs: performance.now(), answer };
    request.answer = answer;
    if (request.isLate) {
      this.answeredLate();
    }
  }
}

/** The same stretch of time, or one of the same length that moved on with the clock. */
function isSame({ question: { key, window }, askedMs }: Asked, asked: Question, nowMs: number): boolean {
  const movedMs = asked.window.toMs - window.toMs;
  const lengthsEqual = asked.window.toMs - asked.window.fromMs === window.toMs - window.fromMs;
  return (
    asked.key === key &&
    lengthsEqual &&
    (movedMs === 0 || Math.abs(movedMs - (nowMs - askedMs)) < clockToleranceMs)
  );
}
