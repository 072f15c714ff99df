import type { Argument, Call } from './callReader';
import { classToken, controller, jaxRs, requestMapping } from './routes/annotatedRoutes';
import { django } from './routes/djangoRoutes';
import { handle } from './routes/goRoutes';
import { mount, router } from './routes/mounts';
import { commandHandler, resources } from './routes/railsRoutes';
import { addDecorated, addRouteFact, HTTP_METHODS, lastHandler } from './routes/addRouteFact';
import { rustMethods } from './routes/rustRoutes';
import type { ScanPlace, ScanRule } from './scanRule';

/** Objects whose `get` and `post` send requests or look something up. */
const NO_ROUTER =
  /^(?:axios|http|https|client|\w*Client|api|fetch|request|req|requests|res|response|session|httpx|\$http|ky|got|superagent|supertest|agent|rest|restTemplate|cache|params|headers|searchParams|config|map|URI|Net|HTTP|HTTParty|Faraday|reqwest|ureq)$/;

/** Rules for the names by which frameworks register routes; several languages share most of them. */
export const routeRules: ReadonlyMap<string, ScanRule> = new Map<string, ScanRule>([
  ...HTTP_METHODS.flatMap((method): [string, ScanRule][] => {
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
      addDecorated(call, place, method, call.args.length === 0 ? '' : path);
      return;
    }
    const chained = call.receiver === '' ? routeOfChain(call, place) : undefined;
    const first = reader.textOf(reader.argument(call, 0, 'path')) ?? (chained === undefined ? undefined : '');
    if (first === undefined || (call.receiver !== undefined && NO_ROUTER.test(call.receiver))) {
      return;
    }
    if (chained !== undefined && call.args.length > 0 && reader.textOf(call.args[0]) === undefined) {
      addRouteFact(place, call, method, chained, reader.handlerOf(call.args.at(-1)) ?? 'inline');
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
      addRouteFact(place, call, method, first, handler);
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
      addDecorated(call, place, method?.toUpperCase(), path ?? '');
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
      addRouteFact(place, call, method?.toUpperCase(), path, handler);
    });
  }
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
    addRouteFact(place, call, method === '*' ? undefined : method?.toUpperCase(), path, found ?? 'inline');
  });
}

/** `add_route('GET', '/x', show)` of aiohttp, `add_route('/x', Resource())` of Falcon. */
function addRoute(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const [first, second] = call.args.map((argument) => reader.textOf(argument));
  if (first !== undefined && second?.startsWith('/') === true) {
    addRouteFact(place, call, first.toUpperCase(), second, reader.handlerOf(call.args[2]) ?? 'inline');
  } else if (first?.startsWith('/') === true) {
    const handler = reader.handlerOf(call.args[1]);
    if (handler !== undefined) {
      addRouteFact(place, call, undefined, first, handler);
    }
  }
}
