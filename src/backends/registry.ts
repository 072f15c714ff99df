import type { OpenConnection } from '../protocol/analysis';
import type { ConnectionConfig, TraceBackend } from '../protocol/backend';
import type { HttpClient } from './http';
import { JaegerBackend } from './jaeger/jaegerBackend';

type Factory = (http: HttpClient, connection: OpenConnection) => TraceBackend;

const FACTORIES: Readonly<Record<ConnectionConfig['kind'], Factory>> = {
  jaeger: (http, connection) => new JaegerBackend(http, connection),
};

/** The backend of a connection; throws where its URL is none, which whoever stores connections checks. */
export function openBackend(http: HttpClient, connection: OpenConnection): TraceBackend {
  return FACTORIES[connection.kind](http, connection);
}
