import { stopTelemetry } from '../../kit/src/telemetry.ts';
import express from 'express';
import { inSpan } from '../../kit/src/inSpan.ts';
import { answerProblem, Problem } from '../../kit/src/problem.ts';
import { announce, portFromArguments } from '../../kit/src/serve.ts';
import type { Line } from './order.ts';
import { keepOrder, newOrder, orderById } from './orderStore.ts';
import { chargeOrder, refundOrder } from './payments.ts';
import { trackingOf } from './tracking.ts';

const app = express();
app.use(express.json());

app.post('/orders', async (request, response) => {
  const { lines } = request.body as { lines: Line[] };
  if (lines.length === 0) {
    throw new Problem(400, 'empty-cart', 'the cart has no lines');
  }
  const order = newOrder(request.get('x-tenant') ?? 'house', lines);
  const charge = await chargeOrder(order);
  await inSpan('store order', { 'shop.order_id': order.id }, () => keepOrder(order));
  response.status(201).json({ orderId: order.id, totalCents: order.totalCents, payment: charge.state });
});

app.get('/orders/:id/tracking', async (request, response) => {
  const order = await inSpan('load order', { 'shop.order_id': request.params.id }, () =>
    orderById(request.params.id),
  );
  const tracking = await inSpan('work out tracking', { 'shop.parcels': order.parcels.length }, () =>
    trackingOf(order),
  );
  response.json(tracking);
});

app.post('/orders/:id/refunds', async (request, response) => {
  const { refundId } = request.body as { refundId: string };
  const order = orderById(request.params.id);
  response.status(201).json(await refundOrder(order, refundId));
});

app.use(answerProblem);

const server = app.listen(portFromArguments(), '127.0.0.1', () =>
  announce({ service: 'orders', server, beforeExit: stopTelemetry }),
);
