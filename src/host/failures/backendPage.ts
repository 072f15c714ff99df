import type { ConnectionConfig } from '../../protocol/backend';

/** Address of a connection's own UI; `undefined` where it has none. */
export function pageUrlOfConnection(connection: ConnectionConfig | undefined): string | undefined {
  return connection?.url.replace(/\/+$/, '');
}

/** Address of a trace's page in the connection's own UI. */
export function pageUrlOfTrace(
  connection: ConnectionConfig | undefined,
  traceId: string,
): string | undefined {
  const base = pageUrlOfConnection(connection);
  return base === undefined ? undefined : `${base}/trace/${traceId}`;
}
