import type { Call } from './callReader';
import type { ScanPlace, ScanRule } from './scanRule';

/** Rules for registrations of remote procedures that are calls; classes are read by {@link rpcClass}. */
export const rpcRules: ReadonlyMap<string, ScanRule> = new Map<string, ScanRule>([
  ['addService', addService],
  ['GrpcMethod', grpcMethod],
  ['GrpcStreamMethod', grpcMethod],
]);

/** `server.addService(shop.Orders.service, { place: placeOrder })` of Node. */
function addService(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const [first, second] = call.args;
  if (!first || !second) {
    return;
  }
  const names = reader.namesOf(first).filter((name) => name !== 'service');
  const service = names.at(-1)?.replace(/(?:Service)?(?:Definition|Client)$/, '');
  if (service === undefined) {
    return;
  }
  const isObject = reader.tokens.is(second.from, '{');
  const methods = isObject ? reader.properties(second) : new Map<string, never>();
  for (const [name, value] of methods) {
    const handler = reader.handlerOf(value);
    reader.facts.push({
      kind: 'destination',
      name: `rpc:${service}/${name}`,
      role: 'consumer',
      ...(handler !== undefined && handler !== 'inline' && { handler }),
      lineBase1: reader.tokens.lines[value.from]!,
    });
  }
  if (isObject) {
    // `{ place, cancel }` names methods by their functions.
    for (const argument of reader.argumentsIn(
      second.from + 1,
      Math.max(reader.tokens.mates[second.from]!, second.from + 1),
    )) {
      if (argument.name === undefined && argument.to - argument.from === 1) {
        const name = reader.tokens.word(argument.from);
        reader.facts.push({
          kind: 'destination',
          name: `rpc:${service}/${name}`,
          role: 'consumer',
          handler: { name },
          lineBase1: reader.tokens.lines[argument.from]!,
        });
      }
    }
    return;
  }
  const owner = reader.namesOf(second).at(-1);
  if (owner !== undefined) {
    reader.facts.push({ kind: 'rpc', service, owner, lineBase1: call.lineBase1 });
  }
}

/** `@GrpcMethod('Orders', 'Place')` of NestJS. */
function grpcMethod(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const handler = call.decorates ? reader.declaredAfter(call.end) : undefined;
  const service = reader.textOf(call.args[0]);
  if (handler && service !== undefined) {
    reader.facts.push({
      kind: 'destination',
      name: `rpc:${service}/${reader.textOf(call.args[1]) ?? handler.name}`,
      role: 'consumer',
      handler,
      lineBase1: call.lineBase1,
    });
  }
}

const IMPL_BASE = /^(\w{1,100}?)(?:Coroutine)?ImplBase$/;
const SERVICER = /^(\w{1,100})Servicer$/;
const BASE = /^(\w{1,100})Base$/;
const REGISTER = /^Register(\w{1,100})Server$/;
const ADD_SERVICER = /^add_(\w{1,100})Servicer_to_server$/;

/**
 * Classes that extend what a compiler of `.proto` files wrote: `AdImplBase` of Java, `CartBase` of C#, `RecommendationServicer` of
 * Python, `RegisterCheckoutServer` of Go, `impl Cart for` of Rust. Asked for every name of a file.
 */
export function rpcClass(word: string, at: number, { reader }: ScanPlace): void {
  const { tokens } = reader;
  const { family } = tokens.dialect;
  const lineBase1 = tokens.lines[at]!;
  const service =
    family === 'jvm'
      ? IMPL_BASE.exec(word)?.[1]
      : family === 'python'
        ? SERVICER.exec(word)?.[1]
        : family === 'dotnet'
          ? tokens.is(at - 1, '.')
            ? BASE.exec(word)?.[1]
            : undefined
          : undefined;
  if (service !== undefined) {
    const owner = classBefore(at, reader);
    if (owner !== undefined) {
      reader.facts.push({ kind: 'rpc', service, owner, lineBase1 });
    }
    return;
  }
  if (family === 'go' || family === 'python') {
    const registered = (family === 'go' ? REGISTER : ADD_SERVICER).exec(word)?.[1];
    const call = registered === undefined ? undefined : reader.call(at);
    const value = call?.args[family === 'go' ? 1 : 0];
    const owner = value && reader.namesOf(value).find((name) => name !== 'new');
    if (registered !== undefined && owner !== undefined) {
      reader.facts.push({ kind: 'rpc', service: registered, owner, lineBase1 });
    }
  }
  if (family === 'rust' && word === 'impl') {
    // `impl Cart for CartService`, also `impl cart_server::Cart for CartService`.
    for (let index = at + 1, last = ''; index < Math.min(tokens.count, at + 24); index++) {
      if (tokens.is(index, '{')) {
        return;
      }
      if (tokens.word(index) === 'for' && last !== '') {
        reader.facts.push({ kind: 'rpc', service: last, owner: tokens.word(index + 1), lineBase1 });
        return;
      }
      last = tokens.isName(index) ? tokens.word(index) : last;
    }
  }
}

/** The class in whose head a name stands. */
function classBefore(at: number, { tokens }: ScanPlace['reader']): string | undefined {
  for (let index = at - 1; index >= Math.max(0, at - 30); index--) {
    if (tokens.word(index) === 'class') {
      return tokens.word(index + 1);
    }
    if (tokens.is(index, ';') || tokens.is(index, '}') || tokens.is(index, '{')) {
      return undefined;
    }
  }
  return undefined;
}

/** Whether a method's name in code is the one of a `.proto` file: `GetAds` is `getAds`, `get_ads` and `GetAdsAsync` there. */
export function isSameMethod(written: string, method: string): boolean {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const own = plain(written);
  const asked = plain(method);
  return own === asked || own === `${asked}async`;
}
