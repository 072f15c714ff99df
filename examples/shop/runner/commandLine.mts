import { parseArgs } from 'node:util';
import type { Shop, ShopOptions } from '../run.mts';
import type { LoadOptions } from './generateLoad.mts';

/** `node run.mts`: progress on standard error, a line of JSON on standard output when the shop runs and when a bounded load is done. */
export async function commandLine(startShop: (options: ShopOptions) => Promise<Shop>): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  try {
    const { otlpEndpoint, load } = readArguments();
    const log = (message: string): void => console.error(message);
    const shop = await startShop({ otlpEndpoint, load, log, signal: interrupted.signal });
    console.log(JSON.stringify({ event: 'ready', urls: shop.urls, python: shop.python }));
    const report = await shop.loadDone;
    await shop.stop();
    console.log(JSON.stringify({ event: 'done', ...report }));
  } catch (error) {
    if (!interrupted.signal.aborted) {
      console.error(`shop: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
}

function readArguments(): { otlpEndpoint: string; load: LoadOptions } {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string', default: 'http://127.0.0.1:4318' },
      requests: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string' },
    },
  });
  const load = {
    ...(values.requests !== undefined && { requests: positive('--requests', values.requests) }),
    ...(values.seed !== undefined && { seed: positive('--seed', values.seed) }),
    ...(values.rate !== undefined && { requestsPerSecond: positive('--rate', values.rate) }),
  };
  return { otlpEndpoint: values.endpoint, load };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) {
    throw new Error(`${option} takes a number above 0, not ${text}`);
  }
  return value;
}
