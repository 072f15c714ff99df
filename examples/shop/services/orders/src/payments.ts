import { callService } from '../../kit/src/callService.ts';
import { inSpan } from '../../kit/src/inSpan.ts';
import { required } from '../../kit/src/serve.ts';
import type { Order } from './order.ts';

const CHARGE_TIMEOUT_MS = 800;
const REFUND_TIMEOUT_MS = 2000;

export type Charge =
  | { readonly state: 'booked'; readonly entryId: string }
  | { readonly state: 'in-review'; readonly caseId: string };

export function chargeOrder(order: Order): Promise<Charge> {
  return inSpan('charge order', { 'shop.order_id': order.id, 'shop.amount_cents': order.totalCents }, () =>
    callService<Charge>({
      service: 'payments',
      url: `${required('PAYMENTS_URL')}/charges`,
      method: 'POST',
      body: { orderId: order.id, amountCents: order.totalCents, currency: order.currency },
      tenant: order.tenant,
      timeoutMs: CHARGE_TIMEOUT_MS,
    }),
  );
}

export function refundOrder(order: Order, refundId: string): Promise<{ receiptId: string }> {
  return inSpan('refund order', { 'shop.order_id': order.id, 'shop.refund_id': refundId }, () =>
    callService<{ receiptId: string }>({
      service: 'payments',
      url: `${required('PAYMENTS_URL')}/refunds`,
      method: 'POST',
      body: { refundId, orderId: order.id, amountCents: order.totalCents },
      tenant: order.tenant,
      timeoutMs: REFUND_TIMEOUT_MS,
    }),
  );
}
