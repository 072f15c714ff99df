import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { commands, extensions, type TreeItem } from 'vscode';
import type { App } from '../../src/app.ts';
import type { Exports } from '../../src/extension.ts';

/** The running extension; `undefined` where the packaged one runs, which shows nothing of its inside. */
export async function runningApp(): Promise<App | undefined> {
  const extension = extensions.getExtension<Exports>('spanline.spanline');
  assert.ok(extension, 'the extension is not installed');
  return (await extension.activate())?.app;
}

/** A port of the loopback interface that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert.ok(typeof address === 'object' && address);
  return address.port;
}

/** What `probe` gives as soon as it gives something: asked again after each event, and at last after 20 s. */
export async function eventually<T>(
  what: string,
  onDidChange: (listener: () => void) => { dispose(): void },
  probe: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    const changed = new Promise<void>((resolve, reject) => {
      const subscription = onDidChange(() => {
        subscription.dispose();
        resolve();
      });
      deadline.addEventListener('abort', () => {
        subscription.dispose();
        reject(new Error(`waited in vain for ${what}`));
      });
    });
    // The probe comes after the subscription, so that no event falls between them.
    const found = await probe();
    if (found !== undefined) {
      changed.catch(() => undefined);
      return found;
    }
    await changed;
  }
}

/** A row as a user reads it: `label | description`. */
export function textOfItem({ label, description }: TreeItem): string {
  const text = typeof label === 'object' ? label.label : label;
  return `${text ?? ''} | ${typeof description === 'string' ? description : ''}`;
}

/** Accepts the quick pick that comes some time after the start, until what asks is done. */
export async function acceptUntil(done: Thenable<unknown>): Promise<void> {
  const answered = done.then(() => true);
  const accept = (): Thenable<false> =>
    commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem').then(() => false);
  while (!(await Promise.race([answered, accept()])));
}
