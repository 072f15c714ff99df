import type { ConnectionConfig } from '../../protocol/backend';

/** A connection out of a setting, which may hold anything; `undefined` where it is none. */
export function connectionFromUnknown(value: unknown): ConnectionConfig | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const fields = new Map(Object.entries(value));
  const id: unknown = fields.get('id');
  const url: unknown = fields.get('url');
  const name: unknown = fields.get('name');
  const tenant: unknown = fields.get('tenant');
  const headers = stringRecordFromUnknown(fields.get('headers'));
  if (fields.get('kind') !== 'jaeger' || typeof id !== 'string' || id === '' || typeof url !== 'string') {
    return undefined;
  }
  if (urlProblem(url) !== undefined) {
    return undefined;
  }
  return {
    id,
    kind: 'jaeger',
    name: typeof name === 'string' && name !== '' ? name : hostOfUrl(url),
    url,
    ...(typeof tenant === 'string' && tenant !== '' ? { tenant } : {}),
    ...(headers ? { headers } : {}),
  };
}

/** An object whose values are all text; `undefined` for anything else. */
export function stringRecordFromUnknown(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** Why a text cannot be a connection's address. */
export type UrlProblem = 'notUrl' | 'notHttp' | 'hasCredentials';

/** What is wrong with an address; `undefined` where nothing is. */
export function urlProblem(text: string): UrlProblem | undefined {
  const url = URL.parse(text);
  if (!url) {
    return 'notUrl';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'notHttp';
  }
  return url.username !== '' || url.password !== '' ? 'hasCredentials' : undefined;
}

/** Host and port of an address. */
export function hostOfUrl(text: string): string {
  return URL.parse(text)?.host ?? text;
}
