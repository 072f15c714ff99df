import { err, type Result } from '../base/result';
import type { BackendError, BackendErrorReason } from '../protocol/backend';

/** Characters of a server's own words that are kept. */
const MAX_DETAIL_CHARS = 500;

/** Builds the errors of requests to one target; takes care that no secret gets into them. */
export class ErrorMaker {
  /** Host and port. */
  readonly target: string;
  private readonly secrets: readonly string[];

  constructor(target: string, secrets: readonly string[]) {
    this.target = target;
    this.secrets = secrets.filter((secret) => secret.length > 0);
  }

  make(
    kind: BackendError['kind'],
    facts: {
      readonly status?: number | undefined;
      readonly reason?: BackendErrorReason | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly detail?: string | undefined;
    } = {},
  ): Result<never, BackendError> {
    const detail = facts.detail === undefined ? '' : this.redact(facts.detail);
    return err({
      kind,
      target: this.target,
      ...(facts.status !== undefined && { status: facts.status }),
      ...(facts.reason !== undefined && { reason: facts.reason }),
      ...(facts.retryAfterMs !== undefined && { retryAfterMs: facts.retryAfterMs }),
      ...(detail !== '' && { detail }),
    });
  }

  /** The error of a request that got no answer, or lost it half-way. */
  fromThrown(error: unknown, hasAnswer: boolean): Result<never, BackendError> {
    const code = codeOf(error);
    if (code.includes('TIMEOUT')) {
      return this.make('timeout', { detail: code });
    }
    if (hasAnswer) {
      return this.make('badResponse', { reason: 'truncated', detail: code });
    }
    const reason = /^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)
      ? 'hostUnknown'
      : /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ALTNAME/.test(code)
        ? 'certificate'
        : undefined;
    return this.make('unreachable', { reason, detail: code });
  }

  /** The error that an answer's status stands for. `text` is the body. */
  fromStatus(status: number, text: string, retryAfterMs: number | undefined): Result<never, BackendError> {
    const facts = { status, detail: text };
    if (status === 401 || status === 403 || status === 407) {
      return this.make('unauthorized', facts);
    }
    if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
      return this.make('rateLimited', { ...facts, retryAfterMs });
    }
    if (status === 404) {
      return this.make('notFound', facts);
    }
    return this.make('badResponse', { ...facts, reason: status >= 500 ? 'serverError' : undefined });
  }

  private redact(text: string): string {
    let safe = text;
    for (const secret of this.secrets) {
      safe = safe.replaceAll(secret, '•••');
    }
    return safe.slice(0, MAX_DETAIL_CHARS).trim();
  }
}

/** Error code of a thrown value, of its cause, or of the first of several attempts. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string') {
      return at.code;
    }
    at = at instanceof AggregateError ? (at.errors[0] as unknown) : at.cause;
  }
  return error instanceof Error ? error.name : 'unknown';
}
