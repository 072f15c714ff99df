import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './install.mts';
import { isListening } from './ports.mts';
import { repositoryRoot } from './repository.mts';
import { startVscodeServer, type VscodeServer, type WindowOptions } from './vscodeServer.mts';
import type { VscodeVersion } from './vscodeInstall.mts';

/** The parts of `examples/shop` that the demo uses; the shop is a project of its own with its own packages. */
interface ShopModule {
  readonly startShop: (options: {
    readonly otlpEndpoint: string;
    readonly load: false;
    readonly log: Progress;
    readonly signal: AbortSignal;
  }) => Promise<{
    readonly urls: { readonly gateway: string; readonly inventory?: string };
    readonly python: 'started' | { readonly skipped: string };
    stop(): Promise<void>;
  }>;
}

interface LoadModule {
  readonly generateLoad: (
    target: { readonly gatewayUrl: string; readonly withInventory: boolean; readonly signal: AbortSignal },
    options: { readonly requestsPerSecond?: number },
  ) => Promise<unknown>;
}

/** The running services of the sample shop. */
export interface Shop {
  readonly python: 'started' | { readonly skipped: string };
  stop(): Promise<void>;
}

/** What a demo is started with. */
export interface DemoOptions {
  readonly version: VscodeVersion;
  readonly receiverPort: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** More than the light load of the shop's own default. */
  readonly requestsPerSecond?: number;
  /** Keeps the traces for the next start. */
  readonly dataFolder?: string;
}

/** The sample shop under load, and a VS Code that has its sources open and receives its traces. */
export interface Demo {
  readonly server: VscodeServer;
  readonly window: WindowOptions;
  readonly shop: Shop;
  stop(): Promise<void>;
}

/** Folder of the shop, which windows have open. */
export const shopFolder = path.join(repositoryRoot, 'examples', 'shop');

/** An extension that asks for the receiver, so that nobody has to. */
export const demoExtension = path.join(repositoryRoot, 'scripts', 'demo');

/** Settings of a window that receives on `port`. */
export function receiverSettings(port: number): Readonly<Record<string, unknown>> {
  return { 'spanline.receiver.port': port };
}

/** Starts the sample services. Their load begins when the receiver listens: half of a trace would be a failure of its own. */
export async function startShop(
  options: Pick<DemoOptions, 'receiverPort' | 'requestsPerSecond' | 'progress' | 'signal'>,
): Promise<Shop> {
  const { receiverPort, progress } = options;
  const { startShop: start } = (await importFromShop('run.mts')) as ShopModule;
  const { generateLoad } = (await importFromShop('runner/generateLoad.mts')) as LoadModule;
  const shop = await start({
    otlpEndpoint: `http://127.0.0.1:${receiverPort}`,
    load: false,
    log: progress,
    signal: options.signal,
  });
  const loadEnd = new AbortController();
  const signal = AbortSignal.any([options.signal, loadEnd.signal]);
  const load = (async () => {
    while (!(await isListening(receiverPort))) {
      if (signal.aborted) return;
      await delay(200);
    }
    progress('The receiver listens; visitors come.');
    await generateLoad(
      { gatewayUrl: shop.urls.gateway, withInventory: shop.urls.inventory !== undefined, signal },
      options.requestsPerSecond === undefined ? {} : { requestsPerSecond: options.requestsPerSecond },
    );
  })();
  return {
    python: shop.python,
    stop: async () => {
      loadEnd.abort();
      await load;
      await shop.stop();
    },
  };
}

async function importFromShop(file: string): Promise<unknown> {
  return import(pathToFileURL(path.join(shopFolder, file)).href);
}

/** Starts VS Code and the shop; if one does not start, or the signal aborts, nothing of the other stays. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const server = await startVscodeServer({
    version: options.version,
    progress: options.progress,
    settings: receiverSettings(options.receiverPort),
    ...(options.dataFolder === undefined ? {} : { dataFolder: options.dataFolder }),
    extensions: [repositoryRoot, demoExtension],
  });
  let shop: Shop;
  try {
    options.signal.throwIfAborted();
    shop = await startShop(options);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    server,
    shop,
    window: { workspace: shopFolder },
    stop: async () => {
      await shop.stop();
      await server.stop();
    },
  };
}
