import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Progress } from './install.mts';
import { repositoryRoot } from './repository.mts';
import { startVscodeServer, type VscodeServer, type WindowOptions } from './vscodeServer.mts';
import type { VscodeVersion } from './vscodeInstall.mts';

/** The part of `examples/shop/run.mts` that the demo uses; the shop is a project of its own with its own packages. */
interface ShopModule {
  startShop(options: {
    readonly otlpEndpoint: string;
    readonly load?: { readonly requestsPerSecond?: number; readonly seed?: number };
    readonly log?: Progress;
    readonly signal?: AbortSignal;
  }): Promise<Shop>;
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

/** Starts the sample services; they send to the receiver's port whether or not it listens yet. */
export async function startShop(
  options: Pick<DemoOptions, 'receiverPort' | 'requestsPerSecond' | 'progress' | 'signal'>,
): Promise<Shop> {
  const file = pathToFileURL(path.join(shopFolder, 'run.mts')).href;
  const shop = (await import(file)) as ShopModule;
  return shop.startShop({
    otlpEndpoint: `http://127.0.0.1:${options.receiverPort}`,
    ...(options.requestsPerSecond === undefined
      ? {}
      : { load: { requestsPerSecond: options.requestsPerSecond } }),
    log: options.progress,
    signal: options.signal,
  });
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
