import type { NextFunction, Request, Response } from 'express';

/** An error that has an answer of its own; everything else is answered 500. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

/** Express error handler: turns an error into a JSON answer. Express knows it by its four parameters. */
export function answerProblem(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof Problem) {
    response.status(error.status).json({ reason: error.reason, message: error.message });
    return;
  }
  response.status(500).json({ reason: 'internal', message: 'internal error' });
}
