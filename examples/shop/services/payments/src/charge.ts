import { inSpan } from '../../kit/src/inSpan.ts';
import { borrowSession, returnSession, sessionsInUse } from './ledgerPool.ts';
import type { Booking, BookingReply } from './ledgerSession.ts';

export type Charge =
  | { readonly state: 'booked'; readonly entryId: string }
  | { readonly state: 'in-review'; readonly caseId: string };

/** Books a charge in the ledger. Large amounts may come back as a case that the bank reviews first. */
export async function charge(booking: Booking): Promise<Charge> {
  const session = await inSpan('acquire ledger session', {}, (span) => {
    span.setAttribute('ledger.sessions_in_use', sessionsInUse());
    return borrowSession();
  });

  let reply: BookingReply;
  try {
    reply = await inSpan('book charge', { 'shop.amount_cents': booking.amountCents }, () =>
      session.book(booking),
    );
  } catch (error) {
    returnSession(session);
    throw error;
  }

  if (reply.status === 'review') {
    // Nothing is booked yet: the bank calls back when the case is decided.
    return { state: 'in-review', caseId: reply.caseId };
  }

  returnSession(session);
  return { state: 'booked', entryId: reply.entryId };
}
