import { attributeValue, stringsOf } from '../model/attributes';
import { SpanKind } from '../model/spanTable';
import type { Trace } from '../model/trace';
import { familyOfSdk, type Family } from './dialect';
import { routeSegments } from './routePath';
import { statementWords } from './statementWords';

/** A function by its name, as attributes tell it. */
export interface AskedSymbol {
  readonly name: string;
  /** Class or module: its last name. */
  readonly owner?: string;
}

/** What a span tells about the code that it ran, in the terms of the facts of files. */
export interface SpanQuestion {
  readonly service: string;
  readonly family?: Family;
  readonly name: string;
  readonly kind: number;
  /** Instrumentation scope of a program's own; libraries' are left out. */
  readonly scope?: string;
  /** The span is of the program itself, no library started it. */
  readonly isOwn: boolean;
  readonly symbol?: AskedSymbol;
  readonly entry?: string;
  readonly route?: { readonly method?: string; readonly segments: readonly string[]; readonly text: string };
  /** Sends a request. */
  readonly request?: { readonly method?: string; readonly segments: readonly string[] };
  readonly rpc?: { readonly service: string; readonly method: string };
  readonly statement?: string;
  readonly collection?: { readonly name: string; readonly operation: string };
  /** The table or collection of a database. */
  readonly table?: string;
  readonly destination?: string;
}

/** Instrumentation libraries name their scopes by their packages. */
const LIBRARY =
  /^(?:@opentelemetry\/|opentelemetry[.-]instrumentation|io\.opentelemetry\.|OpenTelemetry\.(?:Instrumentation|Api)|OpenTelemetry::Instrumentation|Microsoft\.|System\.|go\.opentelemetry\.io\/contrib|github\.com\/XSAM\/otelsql|gorm\.io|@fastify\/otel|@prisma\/|opentelemetry_(?:phoenix|ecto|bandit|cowboy)|io\.opentelemetry\.contrib\.php|next\.js|axum-tracing|actix-web-opentelemetry|tracing-opentelemetry|connectrpc\.com|google\.golang\.org)/;

/** Reads the attributes of a span, both generations of their names. */
export function spanQuestion(trace: Trace, row: number): SpanQuestion {
  const { spans } = trace;
  const strings = stringsOf(spans);
  const read = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = attributeValue(strings, spans.attributes, row, name);
      if (value !== undefined && value !== '') {
        return value;
      }
    }
    return undefined;
  };
  const resource = (name: string): string | undefined =>
    attributeValue(strings, spans.resources.attributes, spans.resource[row]!, name);
  const name = strings.get(spans.names[row]!);
  const kind = spans.kinds[row]!;
  const scope = strings.get(spans.scopes.names[spans.scope[row]!]!);
  const family = familyOfSdk(resource('telemetry.sdk.language'));
  const isOwn = scope === '' ? family === undefined : !LIBRARY.test(scope);
  const method = methodOf(read('http.request.method', 'http.method'));
  const route = routeOf(name, kind, read);
  const url = read('url.path', 'http.target', 'url.full', 'http.url');
  const isClient = kind === SpanKind.client;
  const symbol = symbolOf(read);
  const entry = read('faas.invoked_name', 'faas.name') ?? resource('faas.name');
  const rpc = rpcOf(read);
  const system = read('db.system.name', 'db.system');
  const collection = collectionOf(system, name, read);
  const text = read('db.query.text', 'db.statement');
  const statement = text !== undefined && /\s/.test(text.trim()) ? statementWords(text) : undefined;
  const table = read('db.collection.name', 'db.sql.table', 'db.mongodb.collection');
  const destination = read(
    'messaging.destination.template',
    'messaging.destination.name',
    'messaging.destination',
    'celery.task_name',
    'messaging.rabbitmq.destination.routing_key',
  );
  return {
    service: strings.get(trace.service[row]!),
    ...(family !== undefined && { family }),
    name,
    kind,
    ...(isOwn && scope !== '' && { scope }),
    isOwn,
    ...(symbol && { symbol }),
    ...(entry !== undefined && kind === SpanKind.server && { entry }),
    ...(route !== undefined && {
      route: { ...(method !== undefined && { method }), segments: routeSegments(route), text: route },
    }),
    ...(isClient &&
      method !== undefined && {
        request: { method, segments: routeSegments(url ?? '') },
      }),
    ...(rpc && { rpc }),
    ...(statement !== undefined && { statement }),
    ...(collection && { collection }),
    ...(table !== undefined && { table }),
    ...(destination !== undefined && { destination }),
  };
}

type Read = (...names: readonly string[]) => string | undefined;

/** A route is said of requests that come in; a layer below, as Express's handler, may repeat it. */
function routeOf(name: string, kind: number, read: Read): string | undefined {
  if (kind === SpanKind.client || kind === SpanKind.producer) {
    return undefined;
  }
  const route = read('http.route', 'next.route');
  if (route !== undefined) {
    const type = read('express.type', 'fastify.type', 'koa.type', 'hapi.type');
    const isHandler =
      kind === SpanKind.server ||
      (type !== undefined ? /handler|router/i.test(type) : name.includes('handler'));
    return isHandler ? route : undefined;
  }
  // Some servers tell the route by the span's name alone.
  return kind === SpanKind.server ? /^[A-Z]{3,7} (\/\S{0,400})$/.exec(name.slice(0, 420))?.[1] : undefined;
}

function methodOf(method: string | undefined): string | undefined {
  return method !== undefined && /^[A-Z]{3,7}$/.test(method) ? method : undefined;
}

function symbolOf(read: Read): AskedSymbol | undefined {
  const plug = read('phoenix.plug');
  const action = read('phoenix.action');
  if (plug !== undefined && action !== undefined) {
    return named(action, plug);
  }
  const callback = read('nestjs.callback');
  if (callback !== undefined) {
    return named(callback, read('nestjs.controller'));
  }
  const whole = read('code.function.name', 'code.function');
  const namespace = read('code.namespace');
  if (whole === undefined) {
    const controller = read('laravel.controller', 'symfony.controller', '_controller');
    return controller === undefined ? undefined : named(controller, undefined);
  }
  return named(whole, namespace);
}

/** `com.shop.Orders.place`, `Shop\Orders::place`, `Orders#place`, `(*Server).Place`. */
function named(whole: string, namespace: string | undefined): AskedSymbol | undefined {
  const parts = whole
    .slice(0, 600)
    .replaceAll(/[()*&]/g, '')
    .split(/::|->|[.\\/#@:]/)
    .filter((part) => part !== '');
  const name = parts.at(-1);
  if (name === undefined || /[<>\s]/.test(name)) {
    return undefined;
  }
  const owner = (namespace ?? '').split(/::|[.\\/]/).findLast((part) => part !== '') ?? parts.at(-2);
  return { name, ...(owner !== undefined && { owner }) };
}

function rpcOf(read: Read): SpanQuestion['rpc'] {
  const whole = read('rpc.method');
  if (whole === undefined || read('rpc.system', 'rpc.system.name') === 'aws-api') {
    return undefined;
  }
  const slash = whole.lastIndexOf('/');
  const service = slash === -1 ? read('rpc.service') : whole.slice(0, slash);
  return service === undefined
    ? undefined
    : { service: service.slice(service.lastIndexOf('.') + 1), method: whole.slice(slash + 1) };
}

/** A database of documents says what was done to which collection, and no statement. */
function collectionOf(system: string | undefined, name: string, read: Read): SpanQuestion['collection'] {
  const collection = read('db.collection.name', 'db.mongodb.collection', 'db.sql.table');
  if (collection === undefined) {
    return undefined;
  }
  const said =
    read('db.operation.name', 'db.operation') ?? (system === 'mongodb' ? read('db.statement') : undefined);
  const operation =
    said !== undefined && /^\w{1,40}$/.test(said) ? said : /\.(\w{1,40})$/.exec(name.slice(-120))?.[1];
  return operation === undefined ? undefined : { name: collection, operation: operation.toLowerCase() };
}
