import type { HandlerName } from '../codeFact';
import type { Call } from '../callReader';
import { addRouteFact } from './addRouteFact';
import type { ScanPlace } from '../scanRule';

/** `get '/x', to: 'orders#show'`, `get "/x", Controller, :show`, `get '/x' do`. */
export function commandHandler(
  { args, end }: Call,
  { reader }: ScanPlace,
): HandlerName | 'inline' | undefined {
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
function controllerClass(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return `${last
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Controller`;
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

const OTHER_ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  php: { create: 'store', new: 'create' },
  beam: { destroy: 'delete' },
};

/** `resources :orders` of Rails, `resources "/orders", OrderController` of Phoenix, `Route::resource('orders', C::class)`. */
export function resources(call: Call, place: ScanPlace): void {
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
    addRouteFact(place, call, method, `/${name.replace(/^\//, '')}${path}`, { name: own, owner });
  }
}
