import { stopTelemetry } from '../../kit/src/telemetry.ts';
import { trace } from '@opentelemetry/api';
import express, { type Request } from 'express';
import { inSpan } from '../../kit/src/inSpan.ts';
import { answerProblem } from '../../kit/src/problem.ts';
import { announce, portFromArguments } from '../../kit/src/serve.ts';
import { checkout, type Cart } from './checkout.ts';
import { quote, type QuoteRequest } from './quote.ts';
import { getFromOrders, postToOrders, stockOf } from './upstreams.ts';

const app = express();
app.use(express.json());

app.use((request, _response, next) => {
  trace.getActiveSpan()?.setAttribute('shop.tenant', tenantOf(request));
  next();
});

app.get('/products/:sku', async (request, response) => {
  const { sku } = request.params;
  const stock = await inSpan('look up stock', { 'shop.sku': sku }, () => stockOf(tenantOf(request), sku));
  response.json({ sku, availability: availability(stock?.daysOfCover) });
});

app.post('/quotes', async (request, response) => {
  const body = request.body as QuoteRequest;
  const attributes = { 'shop.lines': body.lines.length, 'shop.locale': body.locale };
  response.json(await inSpan('price cart', attributes, () => quote(body)));
});

app.post('/checkout', async (request, response) => {
  response.status(201).json(await checkout(tenantOf(request), request.body as Cart));
});

app.get('/orders/:id', async (request, response) => {
  const { id } = request.params;
  response.json(await getFromOrders(tenantOf(request), `/orders/${encodeURIComponent(id)}/tracking`));
});

app.post('/orders/:id/refund', async (request, response) => {
  const path = `/orders/${encodeURIComponent(request.params.id)}/refunds`;
  response.status(201).json(await postToOrders(tenantOf(request), path, request.body));
});

app.use(answerProblem);

const server = app.listen(portFromArguments(), '127.0.0.1', () =>
  announce({ service: 'gateway', server, beforeExit: stopTelemetry }),
);

function tenantOf(request: Request): string {
  return request.get('x-tenant') ?? 'house';
}

function availability(daysOfCover: number | undefined): 'unknown' | 'low' | 'in-stock' {
  if (daysOfCover === undefined) {
    return 'unknown';
  }
  return daysOfCover < 7 ? 'low' : 'in-stock';
}
