import { Problem } from '../../kit/src/problem.ts';
import { required } from '../../kit/src/serve.ts';
import { withRetries } from './withRetries.ts';

const TIMEOUT_MS = 1500;
const ATTEMPTS = 3;

export interface Refund {
  readonly refundId: string;
  readonly orderId: string;
  readonly amountCents: number;
}

export interface Receipt {
  readonly receiptId: string;
}

/** The bank is overloaded or in maintenance; the same request may succeed a moment later. */
export class BankUnavailableError extends Problem {
  override name = 'BankUnavailableError';
}

/** Asks the bank to pay back. Safe to repeat: the refund id is the idempotency key. */
export function refundAtBank(refund: Refund): Promise<Receipt> {
  return withRetries('request refund', ATTEMPTS, isTemporary, () => requestRefund(refund));
}

async function requestRefund(refund: Refund): Promise<Receipt> {
  const response = await fetch(`${required('BANK_URL')}/refunds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': refund.refundId },
    body: JSON.stringify(refund),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status === 503) {
    throw new BankUnavailableError(503, 'bank-unavailable', 'the bank answered 503 to POST /refunds');
  }
  if (!response.ok) {
    throw new Problem(502, 'bank-refused', `the bank answered ${response.status} to POST /refunds`);
  }
  return (await response.json()) as Receipt;
}

function isTemporary(error: unknown): boolean {
  return error instanceof BankUnavailableError;
}
