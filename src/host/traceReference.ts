import { traceIdFromHex, type TraceId } from '../core/model/ids';

/**
 * The trace that a text means: an id in hex (with dashes or a prefix, or in base64), a `traceparent`, or the address of a page of Jaeger,
 * Grafana or Zipkin. `undefined` where it means none. An address is only read, never asked.
 */
export function traceIdFromReference(text: string): TraceId | undefined {
  const reference = text.trim().slice(0, 10_000);
  return (
    traceIdFromTraceparent(reference) ??
    traceIdFromPlainId(reference) ??
    traceIdFromXray(reference) ??
    traceIdFromBase64(reference) ??
    traceIdFromAddress(reference)
  );
}

function traceIdFromTraceparent(text: string): TraceId | undefined {
  const match = /^(?:traceparent\s*[:=]\s*)?[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i.exec(text);
  return match ? traceIdFromHex(match[1]!) : undefined;
}

function traceIdFromPlainId(text: string): TraceId | undefined {
  const hex = text.replace(/^0x/i, '');
  // A UUID is an id with dashes; fewer than eight digits are more likely a typing error than an id.
  const bare = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(hex) ? hex.replaceAll('-', '') : hex;
  return bare.length >= 8 ? traceIdFromHex(bare) : undefined;
}

function traceIdFromXray(text: string): TraceId | undefined {
  const match = /^(?:root=)?1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i.exec(text);
  return match ? traceIdFromHex(match[1]! + match[2]!) : undefined;
}

function traceIdFromBase64(text: string): TraceId | undefined {
  if (!/^[A-Za-z0-9+/_-]{22}(?:==)?$/.test(text)) {
    return undefined;
  }
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
  return traceIdFromHex(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

function traceIdFromAddress(text: string): TraceId | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return undefined;
  }
  const fromPath = idAfter(url.pathname.split('/'), new Set(['trace', 'traces']));
  const hashPath = url.hash.replace(/^#!?/, '');
  return (
    fromPath ??
    idAfter(hashPath.split('/'), new Set(['trace', 'traces'])) ??
    [url.searchParams.get('traceId'), url.searchParams.get('traceID'), url.searchParams.get('trace')]
      .map((value) => (value === null ? undefined : traceIdFromPlainId(value)))
      .find((id) => id !== undefined) ??
    idInGrafanaState(url)
  );
}

function idAfter(segments: readonly string[], names: ReadonlySet<string>): TraceId | undefined {
  const at = segments.findLastIndex((segment) => names.has(segment));
  const next = at < 0 ? undefined : segments[at + 1];
  return next === undefined ? undefined : traceIdFromPlainId(next.split(/[?&]/)[0]!);
}

/** Grafana's Explore keeps its queries as JSON in `panes`, before that in `left`; a Tempo query for one trace is its id. */
function idInGrafanaState(url: URL): TraceId | undefined {
  for (const name of ['panes', 'left']) {
    const state = url.searchParams.get(name);
    const found = state === null ? undefined : queryId(state);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function queryId(state: string): TraceId | undefined {
  let found: TraceId | undefined;
  try {
    JSON.parse(state, (key, value: unknown) => {
      if ((key === 'query' || key === 'traceId') && typeof value === 'string') {
        found ??= traceIdFromPlainId(value);
      }
      return value;
    });
  } catch {
    return undefined;
  }
  return found;
}
