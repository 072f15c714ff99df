import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { err, ok, type Result } from '../../base/result';

/** Servers bound to one port on the loopback addresses of this machine. */
export interface Listening {
  readonly port: number;
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

/** Why no server could be bound. */
export type ListenProblem =
  { readonly code: 'portTaken' } | { readonly code: 'failed'; readonly message: string };

/** What is called for requests, and for connections that do not speak HTTP/1. */
export interface ListenHandlers {
  readonly request: RequestListener;
  readonly clientError: (error: Error & { rawPacket?: Buffer }, socket: Socket) => void;
}

/** A free port of 127.0.0.1 may be taken on ::1: so often another one is tried. */
const freePortTries = 8;

/** Binds 127.0.0.1 and, where the machine has it, ::1, on one port; port 0 takes a free one. */
export async function listen(
  port: number,
  handlers: ListenHandlers,
): Promise<Result<Listening, ListenProblem>> {
  let outcome = await listenOnce(port, handlers);
  for (let tries = 1; port === 0 && isTaken(outcome) && tries < freePortTries; tries++) {
    outcome = await listenOnce(port, handlers);
  }
  return outcome;
}

function isTaken(outcome: Result<Listening, ListenProblem>): boolean {
  return !outcome.ok && outcome.error.code === 'portTaken';
}

async function listenOnce(port: number, handlers: ListenHandlers): Promise<Result<Listening, ListenProblem>> {
  const servers: Server[] = [];
  const hosts: string[] = [];
  let bound = port;
  for (const host of ['127.0.0.1', '::1']) {
    const server = newServer(handlers);
    const problem = await bind(server, bound, host);
    if (problem === undefined) {
      bound = (server.address() as AddressInfo).port;
      servers.push(server);
      hosts.push(host);
    } else if (host !== '::1' || !['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(problem.code ?? '')) {
      await Promise.all(servers.map(close));
      return err(
        problem.code === 'EADDRINUSE' ? { code: 'portTaken' } : { code: 'failed', message: problem.message },
      );
    }
  }
  return ok({
    port: bound,
    hosts,
    close: async () => {
      await Promise.all(servers.map(close));
    },
  });
}

function newServer(handlers: ListenHandlers): Server {
  const server = createServer({
    // A sender that trickles bytes holds its socket this long and no longer.
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 5_000,
    // Above the usual 60 s between two exports of metrics, so that senders keep their connection.
    keepAliveTimeout: 65_000,
    noDelay: true,
  });
  server.maxConnections = 512;
  server.on('request', handlers.request);
  // Headers are judged before the body is asked for.
  server.on('checkContinue', handlers.request);
  server.on('clientError', handlers.clientError);
  return server;
}

function bind(server: Server, port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ port, host, ipv6Only: host === '::1', exclusive: true }, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
    // Requests under way get a moment to be answered.
    setTimeout(() => {
      server.closeAllConnections();
    }, 1000).unref();
  });
}
