import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom, shuffledDeck } from '../services/kit/src/shuffledDeck.ts';

export interface LoadOptions {
  /** The same seed sends the same requests in the same order. */
  readonly seed?: number;
  /** Ends after this many requests; without it the load goes on until it is stopped. */
  readonly requests?: number;
  readonly requestsPerSecond?: number;
}

export interface LoadReport {
  readonly sent: number;
  /** How many answers had each status, 0 for no answer. */
  readonly answers: Readonly<Record<number, number>>;
}

interface Target {
  readonly gatewayUrl: string;
  readonly withInventory: boolean;
  /** Ends the load; requests that are under way get their answers. */
  readonly signal: AbortSignal;
}

type Visit = 'product' | 'checkout' | 'tracking' | 'quote' | 'refund';

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly tenant: string;
  readonly body?: unknown;
}

const REQUESTS_PER_SECOND = 8;
const REQUEST_TIMEOUT_MS = 5000;
/** What visitors do, out of twenty visits. */
const VISITS: readonly Visit[] = [
  ...Array<Visit>(5).fill('product'),
  ...Array<Visit>(6).fill('checkout'),
  ...Array<Visit>(4).fill('tracking'),
  ...Array<Visit>(3).fill('quote'),
  ...Array<Visit>(2).fill('refund'),
];
const TENANTS = [
  { tenant: 'nordwind', currency: 'EUR', locale: 'de-DE' },
  { tenant: 'nordwind', currency: 'EUR', locale: 'de-AT' },
  { tenant: 'petit-bazar', currency: 'EUR', locale: 'fr-FR' },
  { tenant: 'petit-bazar', currency: 'CHF', locale: 'fr-CH' },
  { tenant: 'tea-and-co', currency: 'GBP', locale: 'en-GB' },
  { tenant: 'tea-and-co', currency: 'EUR', locale: 'en-IE' },
  { tenant: 'bodega', currency: 'EUR', locale: 'es-ES' },
  { tenant: 'bodega', currency: 'MXN', locale: 'es-MX' },
  { tenant: 'kissaten', currency: 'JPY', locale: 'ja-JP' },
  { tenant: 'polarlys', currency: 'NOK', locale: 'nb-NO' },
  { tenant: 'polarlys', currency: 'SEK', locale: 'sv-SE' },
  { tenant: 'loja-sul', currency: 'BRL', locale: 'pt_BR' },
];
const ARTICLES = Array.from({ length: 24 }, (_, index) => `sku-${100 + index}`);
const TRACKED_ORDERS = Array.from({ length: 48 }, (_, index) => `o-${1001 + index}`);
/** A purchasing department sends its bulk orders together, every now and then. */
const BULK_EVERY_REQUESTS = 170;
const BULK_FIRST_AT = 24;
const BULK_ORDERS = 3;

/** Sends light, seeded traffic to the gateway and reports what came back. */
export async function generateLoad(
  target: Target,
  options: LoadOptions & { readonly seed: number },
): Promise<LoadReport> {
  const { requests = Infinity, requestsPerSecond = REQUESTS_PER_SECOND } = options;
  const nextRequest = visitors(options.seed, target.withInventory);
  const answers: Record<number, number> = {};
  const open = new Set<Promise<void>>();
  const startMs = performance.now();
  let sent = 0;
  while (sent < requests && !target.signal.aborted) {
    const answered = send(target.gatewayUrl, nextRequest(sent)).then((status) => {
      answers[status] = (answers[status] ?? 0) + 1;
      open.delete(answered);
    });
    open.add(answered);
    sent++;
    const dueMs = startMs + (sent * 1000) / requestsPerSecond;
    await delay(Math.max(0, dueMs - performance.now()), undefined, { signal: target.signal }).catch(
      () => undefined,
    );
  }
  await Promise.all(open);
  return { sent, answers };
}

function visitors(seed: number, withInventory: boolean): (index: number) => Request {
  const random = seededRandom(seed);
  const visit = shuffledDeck(withInventory ? VISITS : VISITS.filter((kind) => kind !== 'product'), seed + 1);
  const visitor = shuffledDeck(TENANTS, seed + 2);
  const storefront = shuffledDeck(TENANTS, seed + 5);
  const article = shuffledDeck(ARTICLES, seed + 3);
  const tracked = shuffledDeck(TRACKED_ORDERS, seed + 4);
  const cart = (): object[] => [
    {
      sku: article(),
      quantity: 1 + Math.floor(random() * 3),
      unitCents: 990 + Math.floor(random() * 40) * 100,
    },
    { sku: ARTICLES[Math.floor(random() * ARTICLES.length)], quantity: 1, unitCents: 490 },
  ];

  return (index) => {
    const { tenant } = visitor();
    const sinceBulk = (index - BULK_FIRST_AT) % BULK_EVERY_REQUESTS;
    if (index >= BULK_FIRST_AT && sinceBulk < BULK_ORDERS) {
      const lines = [{ sku: 'sku-104', quantity: 200 + 20 * sinceBulk, unitCents: 2490 }];
      return { method: 'POST', path: '/checkout', tenant: 'nordwind', body: { lines } };
    }
    switch (visit()) {
      case 'product':
        return { method: 'GET', path: `/products/${article()}`, tenant };
      case 'checkout':
        return { method: 'POST', path: '/checkout', tenant, body: { lines: cart() } };
      case 'tracking':
        return { method: 'GET', path: `/orders/${tracked()}`, tenant };
      case 'quote': {
        const { tenant: quoted, currency, locale } = storefront();
        return { method: 'POST', path: '/quotes', tenant: quoted, body: { lines: cart(), currency, locale } };
      }
      case 'refund':
        return {
          method: 'POST',
          path: `/orders/${tracked()}/refund`,
          tenant,
          body: { refundId: `f-${seed}-${index}` },
        };
    }
  };
}

async function send(gatewayUrl: string, request: Request): Promise<number> {
  const init: RequestInit = {
    method: request.method,
    headers: { 'content-type': 'application/json', 'x-tenant': request.tenant },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  };
  if (request.body !== undefined) {
    init.body = JSON.stringify(request.body);
  }
  try {
    const response = await fetch(gatewayUrl + request.path, init);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
