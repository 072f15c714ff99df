import type { AddressInfo, Server } from 'node:net';
import { parseArgs } from 'node:util';
import { stopOnSignals } from './stopOnSignals.ts';

interface Listening {
  readonly service: string;
  readonly server: Server;
  readonly beforeExit: () => Promise<unknown>;
}

/** The port of `--port` or `PORT`; 0 lets the system choose. */
export function portFromArguments(): number {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  return Number(values.port ?? process.env['PORT'] ?? 0);
}

/** Announces the port as one line of JSON and stops the service on a signal, or with the process that started it. */
export function announce({ service, server, beforeExit }: Listening): void {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'listening', service, port })}\n`);

  stopOnSignals(() => {
    server.close();
    void beforeExit().finally(() => process.exit(0));
  });
}

/** The value of an environment variable that the service cannot do without. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set`);
  }
  return value;
}
