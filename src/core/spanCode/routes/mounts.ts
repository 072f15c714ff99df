import type { Call } from '../callReader';
import { joinedPath } from './addRouteFact';
import type { ScanPlace } from '../scanRule';

/** A literal that a router is mounted under; of `g := r.Group("/x")` the variable keeps it. */
export function mount(call: Call, place: ScanPlace): void {
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
  const whole = joinedPath(around ?? '', path);
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
export function router(call: Call, place: ScanPlace): void {
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
