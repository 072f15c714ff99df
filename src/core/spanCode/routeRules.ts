import type { HandlerName } from './codeFact';
import type { Argument, Call } from './codeReader';
import type { ScanPlace, ScanRule } from './scanRule';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'];

/** Objects whose `get` and `post` send requests or look something up. */
const NO_ROUTER =
  /^(?:axios|http|https|client|\w*Client|api|fetch|request|req|requests|res|response|session|httpx|\$http|ky|got|superagent|supertest|agent|rest|restTemplate|cache|params|headers|searchParams|config|map|URI|Net|HTTP|HTTParty|Faraday|reqwest|ureq)$/;

/** Rules for the names by which frameworks register routes; several languages share most of them. */
export const routeRules: ReadonlyMap<string, ScanRule> = new Map<string, ScanRule>([
  ...METHODS.flatMap((method): [string, ScanRule][] => {
    const rule = verb(method.toUpperCase());
    const capital = method.charAt(0).toUpperCase() + method.slice(1);
    return [
      [method, rule],
      [method.toUpperCase(), rule],
      [capital, rule],
      [`Map${capital}`, rule],
      [`${capital}Mapping`, rule],
      [`Http${capital}`, rule],
      [`add_${method}`, rule],
    ];
  }),
  ['del', verb('DELETE')],
  ['all', verb(undefined)],
  ['any', verb(undefined)],
  ['Any', verb(undefined)],
  ['All', verb(undefined)],
  ['api_route', verb(undefined)],
  ['createContext', verb(undefined)],
  ['WebServlet', verb(undefined)],
  ['route', route],
  ['Route', route],
  ['add_url_rule', route],
  ['add_api_route', route],
  ['add_route', addRoute],
  ['RequestMapping', requestMapping],
  ['Path', jaxRs],
  ['Controller', controller],
  ['JsonController', controller],
  ['HandleFunc', handle],
  ['Handle', handle],
  ['HandlerFunc', handle],
  ['path', django],
  ['re_path', django],
  ['url', django],
  ['use', mount],
  ['register', mount],
  ['register_blueprint', mount],
  ['include_router', mount],
  ['mount', mount],
  ['Mount', mount],
  ['nest', mount],
  ['scope', mount],
  ['namespace', mount],
  ['prefix', mount],
  ['group', mount],
  ['Group', mount],
  ['MapGroup', mount],
  ['PathPrefix', mount],
  ['setGlobalPrefix', mount],
  ['forward', mount],
  ['UsePathBase', mount],
  ['APIRouter', router],
  ['Blueprint', router],
  ['Router', router],
  ['resources', resources],
  ['resource', resources],
  ['apiResource', resources],
]);

function verb(method: string | undefined): ScanRule {
  return (call, place) => {
    const { reader } = place;
    if (call.decorates) {
      const path = reader.textOf(reader.argument(call, 0, 'value', 'path', 'urlPatterns', 'name')) ?? '';
      decorated(call, place, method, call.args.length === 0 ? '' : path);
      return;
    }
    const chained = call.receiver === '' ? routeOfChain(call, place) : undefined;
    const first = reader.textOf(reader.argument(call, 0, 'path')) ?? (chained === undefined ? undefined : '');
    if (first === undefined || (call.receiver !== undefined && NO_ROUTER.test(call.receiver))) {
      return;
    }
    if (chained !== undefined && call.args.length > 0 && reader.textOf(call.args[0]) === undefined) {
      add(place, call, method, chained, reader.handlerOf(call.args.at(-1)) ?? 'inline');
      return;
    }
    if (
      first !== '' &&
      !isPath(first, reader.tokens.dialect.family === 'php' || reader.tokens.dialect.hasCommands)
    ) {
      return;
    }
    const handler = commandHandler(call, place) ?? lastHandler(call, place);
    if (handler !== undefined) {
      add(place, call, method, first, handler);
    }
  };
}

/** `route('/x').get(…)`, also after other methods of the same chain. */
function routeOfChain(call: Call, place: ScanPlace): string | undefined {
  const { reader } = place;
  const { tokens } = reader;
  let close = call.at - 2;
  for (let steps = 0; steps < 8 && tokens.is(close, ')'); steps++) {
    const open = tokens.mates[close]!;
    const name = tokens.word(open - 1);
    if (open < 1 || !tokens.isName(open - 1)) {
      return undefined;
    }
    if (name === 'route' || name === 'Route') {
      return reader.textOf(reader.argumentsIn(open + 1, close)[0]);
    }
    close = open - 3;
  }
  return undefined;
}

function isPath(text: string, mayBeBare: boolean): boolean {
  return text.startsWith('/') || text === '*' || (mayBeBare && /^[\w{:][\w\-./{}:?]{0,300}$/.test(text));
}

/** `get '/x', to: 'orders#show'`, `get "/x", Controller, :show`, `get '/x' do`. */
function commandHandler({ args, end }: Call, { reader }: ScanPlace): HandlerName | 'inline' | undefined {
  const { tokens } = reader;
  if (!tokens.dialect.hasCommands) {
    // A block behind the arguments, as Kotlin's.
    return tokens.is(end + 1, '{') && args.length === 1 && tokens.dialect.family === 'jvm'
      ? 'inline'
      : undefined;
  }
  const to = args.find(({ name }) => name === 'to') ?? args.find(({ from }) => tokens.is(from + 1, '='));
  const text = to && (reader.textOf(to) ?? reader.textsOf(to).at(-1));
  if (text?.includes('#') === true) {
    const [owner, name] = text.split('#');
    return { name: name!, owner: controllerClass(owner!) };
  }
  if (args.length >= 3 && tokens.dialect.family === 'beam') {
    const owner = reader.namesOf(args[1]!).at(-1);
    const name = reader.namesOf(args[2]!).at(-1);
    return name === undefined ? undefined : { name, ...(owner !== undefined && { owner }) };
  }
  if (tokens.word(end + 1) === 'do' || tokens.is(end + 1, '{')) {
    return 'inline';
  }
  // Rails reads `get 'orders/recent'` as `orders#recent`.
  const first = args.length === 1 ? reader.textOf(args[0]) : undefined;
  const short = first === undefined ? null : /^\/?(\w{1,100})\/(\w{1,100})$/.exec(first);
  return short ? { name: short[2]!, owner: controllerClass(short[1]!) } : undefined;
}

/** `admin/orders` → `OrdersController`. */
export function controllerClass(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return `${last
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Controller`;
}

function lastHandler({ args }: Call, { reader }: ScanPlace): HandlerName | 'inline' | undefined {
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

function decorated(call: Call, place: ScanPlace, method: string | undefined, path: string): void {
  const { reader } = place;
  const handler = reader.declaredAfter(call.end);
  if (handler) {
    add(place, call, method, withToken(path, handler, place), handler);
  }
}

/** `[action]` of ASP.NET Core. */
function withToken(path: string, { name }: HandlerName, { reader }: ScanPlace): string {
  return reader.tokens.dialect.family === 'dotnet' ? path.replace(/\[action\]/i, name) : path;
}

function add(
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
    path: join(prefix, path.replace(/^~/, '')),
    ...(handler !== 'inline' && { handler }),
    lineBase1: call.lineBase1,
  });
}

function join(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

/** `@app.route`, `Route::…` attributes of PHP and C#, `fastify.route({…})`, `.route("/x", get(h))` of axum, `Route("/x", endpoint)`. */
function route(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const { family } = reader.tokens.dialect;
  const path = reader.textOf(reader.argument(call, 0, 'path', 'rule', 'value'));
  if (call.decorates) {
    if (reader.decoratesClass(call.end)) {
      place.setClassPrefix(call, classToken(path ?? '', call, place));
      return;
    }
    const methods = reader.textsOf(call.args.find(({ name }) => name === 'methods'));
    // ASP.NET's `[Route]` says no method; `[HttpGet]` beside it has none of its own path.
    (methods.length === 0 ? [family === 'python' ? 'GET' : undefined] : methods).forEach((method) => {
      decorated(call, place, method?.toUpperCase(), path ?? '');
    });
    return;
  }
  const [first, second] = call.args;
  if (first && reader.tokens.is(first.from, '{')) {
    routeObject(call, first, place);
    return;
  }
  if (path === undefined || !second) {
    return;
  }
  if (family === 'rust') {
    rustMethods(call, second, path, place);
    return;
  }
  const handler = lastHandler(call, place) ?? reader.handlerOf(second);
  const methods = reader.textsOf(call.args.find(({ name }) => name === 'methods'));
  if (handler !== undefined) {
    (methods.length === 0 ? [undefined] : methods).forEach((method) => {
      add(place, call, method?.toUpperCase(), path, handler);
    });
  }
}

/** `[controller]` of ASP.NET Core stands for the class's name. */
function classToken(path: string, call: Call, { reader }: ScanPlace): string {
  if (!/\[controller\]/i.test(path)) {
    return path;
  }
  const { tokens } = reader;
  for (let at = call.end + 1, steps = 0; at < tokens.count && steps < 120; at++, steps++) {
    if (tokens.word(at) === 'class') {
      return path.replace(/\[controller\]/i, tokens.word(at + 1).replace(/Controller$/, ''));
    }
  }
  return path;
}

function routeObject(call: Call, object: Argument, place: ScanPlace): void {
  const { reader } = place;
  const properties = reader.properties(object);
  const path = reader.textOf(properties.get('url') ?? properties.get('path'));
  const handler = properties.get('handler');
  if (path === undefined || !handler) {
    return;
  }
  const methods = reader.textsOf(properties.get('method'));
  const found = reader.tokens.is(handler.to - 1, '}') ? 'inline' : reader.handlerOf(handler);
  (methods.length === 0 ? [undefined] : methods).forEach((method) => {
    add(place, call, method === '*' ? undefined : method?.toUpperCase(), path, found ?? 'inline');
  });
}

/** `get(show).post(create)` of axum, `web::get().to(show)` of actix. */
function rustMethods(call: Call, argument: Argument, path: string, place: ScanPlace): void {
  const { reader } = place;
  const { tokens } = reader;
  for (let at = argument.from, steps = 0; at < argument.to && steps < 80; at++, steps++) {
    const method = tokens.word(at);
    if (tokens.isName(at) && (METHODS.includes(method) || method === 'any') && tokens.is(at + 1, '(')) {
      const close = tokens.mates[at + 1]!;
      const [inner] = close > at + 2 ? reader.argumentsIn(at + 2, close) : [];
      const handler = inner && reader.handlerOf(inner);
      if (handler !== undefined) {
        add(place, call, method === 'any' ? undefined : method.toUpperCase(), path, handler);
      }
      at = Math.max(close, at);
    }
  }
}

/** `add_route('GET', '/x', show)` of aiohttp, `add_route('/x', Resource())` of Falcon. */
function addRoute(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const [first, second] = call.args.map((argument) => reader.textOf(argument));
  if (first !== undefined && second?.startsWith('/') === true) {
    add(place, call, first.toUpperCase(), second, reader.handlerOf(call.args[2]) ?? 'inline');
  } else if (first?.startsWith('/') === true) {
    const handler = reader.handlerOf(call.args[1]);
    if (handler !== undefined) {
      add(place, call, undefined, first, handler);
    }
  }
}

function requestMapping(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const path = reader.textOf(reader.argument(call, 0, 'value', 'path')) ?? '';
  if (reader.decoratesClass(call.end)) {
    place.setClassPrefix(call, path);
    return;
  }
  const method = call.args.find(({ name }) => name === 'method');
  const methods = method ? reader.namesOf(method).filter((name) => name !== 'RequestMethod') : [];
  (methods.length === 0 ? [undefined] : methods).forEach((one) => {
    decorated(call, place, one, path);
  });
}

/** `@Path` of JAX-RS; the method stands in an annotation beside it. */
function jaxRs(call: Call, place: ScanPlace): void {
  if (!call.decorates) {
    return;
  }
  const { reader } = place;
  const path = reader.textOf(call.args[0]) ?? '';
  if (reader.decoratesClass(call.end)) {
    place.setClassPrefix(call, path);
    return;
  }
  const { tokens } = reader;
  const near: string[] = [];
  for (let at = Math.max(0, call.at - 8); at < Math.min(tokens.count, call.end + 8); at++) {
    if (tokens.is(at - 1, '@')) {
      near.push(tokens.word(at));
    }
  }
  decorated(
    call,
    place,
    near.find((name) => METHODS.includes(name.toLowerCase())),
    path,
  );
}

/** `@Controller('orders')`, and its form with an object. */
function controller(call: Call, place: ScanPlace): void {
  if (!call.decorates) {
    return;
  }
  const { reader } = place;
  const [first] = call.args;
  const object = first && reader.tokens.is(first.from, '{') ? reader.properties(first).get('path') : first;
  place.setClassPrefix(call, reader.textOf(object) ?? '');
}

/** `HandleFunc("GET /x/{id}", show)`, `HandleFunc("/x", show).Methods("GET")`. */
function handle(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const { tokens } = reader;
  const pattern = reader.textOf(call.args[0]);
  if (pattern === undefined) {
    return;
  }
  const split = /^([A-Z]{3,7}) +(.*)$/.exec(pattern.slice(0, 500));
  const isMethods =
    tokens.is(call.end + 1, '.') && tokens.word(call.end + 2) === 'Methods' && tokens.is(call.end + 3, '(');
  const methods = isMethods
    ? reader.argumentsIn(call.end + 4, Math.max(tokens.mates[call.end + 3]!, call.end + 4)).map(
        (argument) =>
          reader.textOf(argument) ??
          reader
            .namesOf(argument)
            .at(-1)
            ?.replace(/^Method/, ''),
      )
    : [split?.[1]];
  const path = split?.[2] ?? pattern;
  // A host may stand before the path.
  const slash = path.indexOf('/');
  const handler = slash === -1 ? undefined : reader.handlerOf(call.args[1]);
  if (handler !== undefined) {
    methods.forEach((method) => {
      add(place, call, method?.toUpperCase(), path.slice(slash).replace(/\{\$\}$/, ''), handler);
    });
  }
}

/** `path("orders/<int:id>", views.show)`, `path("api/", include("shop.urls"))`. */
function django(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const { dialect } = reader.tokens;
  const path = reader.textOf(call.args[0]);
  const [, second] = call.args;
  if (dialect.family !== 'python' || call.receiver !== undefined || path === undefined || !second) {
    return;
  }
  if (reader.tokens.word(second.from) === 'include') {
    const target = reader.textsOf(second)[0] ?? reader.namesOf(second).at(-1);
    reader.facts.push({
      kind: 'prefix',
      path,
      ...(target !== undefined && { target }),
      lineBase1: call.lineBase1,
    });
    return;
  }
  const handler = reader.handlerOf(second);
  if (handler !== undefined) {
    add(place, call, undefined, path, handler);
  }
}

/** A literal that a router is mounted under; of `g := r.Group("/x")` the variable keeps it. */
function mount(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const { tokens } = reader;
  const named = call.args.find(({ name }) => name === 'prefix' || name === 'url_prefix' || name === 'path');
  const object = call.args.find(({ from }) => tokens.is(from, '{'));
  const property = object && reader.properties(object).get('prefix');
  const first = call.args[0];
  const word = first && tokens.is(first.from, ':') ? tokens.word(first.from + 1) : undefined;
  const path = reader.textOf(named ?? property) ?? reader.textOf(first) ?? word;
  if (path === undefined || path === '' || path === '/' || path.length > 300) {
    return;
  }
  const around = call.receiver === undefined ? undefined : place.prefixes.get(call.receiver);
  const whole = join(around ?? '', path);
  const target = mounted(call, place);
  reader.facts.push({
    kind: 'prefix',
    path,
    ...(target !== undefined && { target }),
    lineBase1: call.lineBase1,
  });
  const variable = reader.assignedTo(call.at);
  if (variable !== undefined) {
    place.prefixes.set(variable, whole);
  }
}

/** What a prefix is given to: the last name among the arguments, with the module before it. */
function mounted({ args }: Call, { reader }: ScanPlace): string | undefined {
  const argument = args.findLast(
    ({ name, from }) => name === undefined && (reader.tokens.isName(from) || reader.tokens.is(from, '&')),
  );
  const handler = argument && reader.handlerOf(argument);
  return handler === undefined || handler === 'inline'
    ? undefined
    : [handler.owner, handler.name].filter(Boolean).join('.');
}

/** `router = APIRouter(prefix="/x")`, `bp = Blueprint("x", __name__, url_prefix="/x")`. */
function router(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const { tokens } = reader;
  const named = call.args.find(({ name }) => name === 'prefix' || name === 'url_prefix');
  const object = call.args.find(({ from }) => tokens.is(from, '{'));
  const path = reader.textOf(named ?? (object && reader.properties(object).get('prefix')));
  const variable = reader.assignedTo(call.at);
  if (path !== undefined && variable !== undefined) {
    place.prefixes.set(variable, path);
  }
}

const RESOURCE: readonly (readonly [method: string, path: string, action: string])[] = [
  ['GET', '', 'index'],
  ['POST', '', 'create'],
  ['GET', '/new', 'new'],
  ['GET', '/:id', 'show'],
  ['GET', '/:id/edit', 'edit'],
  ['PATCH', '/:id', 'update'],
  ['PUT', '/:id', 'update'],
  ['DELETE', '/:id', 'destroy'],
];

/** `resources :orders` of Rails, `resources "/orders", OrderController` of Phoenix, `Route::resource('orders', C::class)`. */
function resources(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const { tokens } = reader;
  const [first, second] = call.args;
  if (!first) {
    return;
  }
  const name = tokens.is(first.from, ':') ? tokens.word(first.from + 1) : reader.textOf(first);
  if (name === undefined || !/^[\w/-]{1,100}$/.test(name)) {
    return;
  }
  const { family } = tokens.dialect;
  if (family !== 'ruby' && family !== 'php' && family !== 'beam') {
    return;
  }
  const written =
    second && second.name === undefined
      ? reader
          .namesOf(second)
          .filter((word) => word !== 'class')
          .at(-1)
      : undefined;
  const owner = family === 'ruby' ? controllerClass(name) : written;
  if (owner === undefined) {
    return;
  }
  for (const [method, path, action] of RESOURCE) {
    const own = family === 'ruby' ? action : (OTHER_ACTIONS[family]?.[action] ?? action);
    add(place, call, method, `/${name.replace(/^\//, '')}${path}`, { name: own, owner });
  }
}

const OTHER_ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  php: { create: 'store', new: 'create' },
  beam: { destroy: 'delete' },
};
