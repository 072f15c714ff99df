import { stopTelemetry } from '../../kit/src/telemetry.ts';
import express from 'express';
import { inSpan } from '../../kit/src/inSpan.ts';
import { answerProblem } from '../../kit/src/problem.ts';
import { announce, portFromArguments } from '../../kit/src/serve.ts';
import { refundAtBank, type Refund } from './bank.ts';
import { charge } from './charge.ts';
import type { Booking } from './ledgerSession.ts';

const app = express();
app.use(express.json());

app.post('/charges', async (request, response) => {
  const booking = request.body as Booking;
  const result = await inSpan('charge', { 'shop.order_id': booking.orderId }, () => charge(booking));
  response.status(result.state === 'booked' ? 201 : 202).json(result);
});

app.post('/refunds', async (request, response) => {
  const refund = request.body as Refund;
  const receipt = await inSpan('refund', { 'shop.order_id': refund.orderId }, () => refundAtBank(refund));
  response.status(201).json(receipt);
});

app.use(answerProblem);

const server = app.listen(portFromArguments(), '127.0.0.1', () =>
  announce({ service: 'payments', server, beforeExit: stopTelemetry }),
);
