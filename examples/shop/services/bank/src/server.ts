// Stands in for the bank outside the shop. It has no telemetry of its own, as a bank would have none for us.
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { shuffledDeck } from '../../kit/src/shuffledDeck.ts';
import { stopOnSignals } from '../../kit/src/stopOnSignals.ts';

/** A session without traffic is closed, as documented in the bank's handbook. */
const SESSION_IDLE_MS = 3000;
const REVIEW_FROM_CENTS = 250_000;
const REFUND_MS = 25;
/** How often the bank answers 503 to one refund before it takes it: overload comes and goes. */
const OVERLOAD = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 5];

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const overload = shuffledDeck(OVERLOAD, Number(values.seed));
const refusalsLeft = new Map<string, number>();

const refunds = createHttpServer((request, response) => {
  const key = String(request.headers['idempotency-key']);
  const left = refusalsLeft.get(key) ?? overload();
  refusalsLeft.set(key, left - 1);
  request.resume();
  void delay(REFUND_MS).then(() => {
    if (left > 0) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    refusalsLeft.delete(key);
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ receiptId: `r-${key}` }));
  });
});

let entries = 0;
const ledger = createTcpServer((socket) => {
  socket.setTimeout(SESSION_IDLE_MS, () => socket.end());
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    const { amountCents } = JSON.parse(line) as { amountCents: number };
    entries++;
    const reply =
      amountCents >= REVIEW_FROM_CENTS
        ? { status: 'review', caseId: `c-${entries}` }
        : { status: 'booked', entryId: `e-${entries}` };
    void delay(15 + (entries % 5) * 6).then(() => socket.write(`${JSON.stringify(reply)}\n`));
  });
});

const [port, ledgerPort] = await Promise.all([listen(refunds), listen(ledger)]);
process.stdout.write(`${JSON.stringify({ event: 'listening', service: 'bank', port, ledgerPort })}\n`);
stopOnSignals(() => process.exit(0));

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
