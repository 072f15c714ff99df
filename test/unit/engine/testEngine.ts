import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Engine } from '../../../src/engine/engine';
import { defaultBounds } from '../../../src/engine/openEngineStore';
import { storeFileName } from '../../../src/protocol/storeSchema';
import { LocalStore } from '../../../src/engine/store/localStore';
import { receiverProblemText } from '../../../src/words';

/** A folder below the system's temporary one, removed by {@link TestFolder.remove}. */
export class TestFolder {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'spanline-engine-'));

  get store(): string {
    return path.join(this.path, storeFileName);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An engine over a store file, as the worker builds it. */
export function engineOver(
  file: string,
  nowMs: () => number = Date.now,
): { engine: Engine; store: LocalStore } {
  const store = new LocalStore({ file, nowMs }, defaultBounds);
  return { engine: new Engine({ store, textOf: receiverProblemText }), store };
}

/** Options that take a free port. */
export const anyPort = { port: 0, allowedHosts: [], ...defaultBounds } as const;

/** Starts an engine and gives its port. */
export async function startOnFreePort(engine: Engine): Promise<number> {
  const status = await engine.start(anyPort);
  if (status.state !== 'listening') {
    throw new Error(`not listening: ${JSON.stringify(status)}`);
  }
  return status.port;
}

/** What a receiver answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request to a port of this machine. Without `content-length` in `headers` the body is chunked. */
export function send(
  port: number,
  route: string,
  body: Uint8Array | string | undefined,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path: route, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
