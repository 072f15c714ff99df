import type { HandlerName } from '../codeFact';
import type { Call } from '../callReader';
import type { ScanPlace } from '../scanRule';

/** Methods of HTTP that frameworks have functions or annotations for, in lower case. */
export const HTTP_METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'];

/** Takes down a route, behind the prefix of its class or of the variable that it is registered on. */
export function addRouteFact(
  place: ScanPlace,
  call: Call,
  method: string | undefined,
  path: string,
  handler: HandlerName | 'inline',
): void {
  const { reader } = place;
  const own = call.receiver === undefined ? undefined : place.prefixes.get(call.receiver);
  const isAbsolute =
    path.startsWith('~/') || (path.startsWith('/') && reader.tokens.dialect.family === 'dotnet');
  const prefix = isAbsolute ? '' : ((call.decorates ? place.classPrefix : undefined) ?? own ?? '');
  reader.facts.push({
    kind: 'route',
    ...(method !== undefined && { method }),
    path: joinedPath(prefix, path.replace(/^~/, '')),
    ...(handler !== 'inline' && { handler }),
    lineBase1: call.lineBase1,
  });
}

/** A path behind a prefix, with one slash between. */
export function joinedPath(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

/** Takes down the route of what is declared behind an annotation or decorator. */
export function addDecorated(call: Call, place: ScanPlace, method: string | undefined, path: string): void {
  const { reader } = place;
  const handler = reader.declaredAfter(call.end);
  if (handler) {
    addRouteFact(place, call, method, withToken(path, handler, place), handler);
  }
}

/** `[action]` of ASP.NET Core. */
function withToken(path: string, { name }: HandlerName, { reader }: ScanPlace): string {
  return reader.tokens.dialect.family === 'dotnet' ? path.replace(/\[action\]/i, name) : path;
}

/** What a registration hands its requests to. */
export function lastHandler({ args }: Call, { reader }: ScanPlace): HandlerName | 'inline' | undefined {
  if (args.length < 2) {
    return undefined;
  }
  const named = args.find(({ name }) => name === 'handler' || name === 'endpoint' || name === 'view_func');
  if (named) {
    return reader.handlerOf(named);
  }
  // The handler is the last one in most frameworks, the second one in Echo, Fastify's options stand before it.
  for (let at = args.length - 1; at > 0; at--) {
    const handler = args[at]!.name === undefined ? reader.handlerOf(args[at]) : undefined;
    if (handler !== undefined) {
      const isEcho = at > 1 && reader.tokens.dialect.family === 'go';
      return isEcho ? (reader.handlerOf(args[1]) ?? handler) : handler;
    }
  }
  return undefined;
}
