import { Pool, TimeoutError } from 'tarn';
import { Problem } from '../../kit/src/problem.ts';
import { required } from '../../kit/src/serve.ts';
import { LedgerSession } from './ledgerSession.ts';

/** The contract with the bank allows this many sessions at once. */
const MAX_SESSIONS = 3;
/** A little more than our callers wait: whoever still listens gets a clear answer. */
const ACQUIRE_TIMEOUT_MS = 820;

/** Every session was in use for too long. */
export class LedgerBusyError extends Problem {
  override name = 'LedgerBusyError';
}

const pool = new Pool<LedgerSession>({
  create: openSession,
  destroy: (session) => session.close(),
  validate: (session) => session.isOpen,
  min: 0,
  max: MAX_SESSIONS,
  acquireTimeoutMillis: ACQUIRE_TIMEOUT_MS,
});

async function openSession(): Promise<LedgerSession> {
  const session = await LedgerSession.open('127.0.0.1', Number(required('LEDGER_PORT')));
  // The ledger ends sessions that stay idle. The pool drops a closed session when it is asked for the next one.
  session.onClose(() => pool.release(session));
  return session;
}

/** A session of one's own, to be given back with `returnSession`. */
export async function borrowSession(): Promise<LedgerSession> {
  try {
    return await pool.acquire().promise;
  } catch (cause) {
    if (cause instanceof TimeoutError) {
      const message = `no ledger session became free within ${ACQUIRE_TIMEOUT_MS} ms`;
      throw new LedgerBusyError(503, 'ledger-busy', message, { cause });
    }
    throw cause;
  }
}

export function returnSession(session: LedgerSession): void {
  pool.release(session);
}

export function sessionsInUse(): number {
  return pool.numUsed();
}
