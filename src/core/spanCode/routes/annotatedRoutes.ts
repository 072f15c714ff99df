import type { Call } from '../callReader';
import { HTTP_METHODS, addDecorated } from './addRouteFact';
import type { ScanPlace } from '../scanRule';

/** `[controller]` of ASP.NET Core stands for the class's name. */
export function classToken(path: string, call: Call, { reader }: ScanPlace): string {
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

/** `@RequestMapping` of Spring, on a class or a method. */
export function requestMapping(call: Call, place: ScanPlace): void {
  const { reader } = place;
  const path = reader.textOf(reader.argument(call, 0, 'value', 'path')) ?? '';
  if (reader.decoratesClass(call.end)) {
    place.setClassPrefix(call, path);
    return;
  }
  const method = call.args.find(({ name }) => name === 'method');
  const methods = method ? reader.namesOf(method).filter((name) => name !== 'RequestMethod') : [];
  (methods.length === 0 ? [undefined] : methods).forEach((one) => {
    addDecorated(call, place, one, path);
  });
}

/** `@Path` of JAX-RS; the method stands in an annotation beside it. */
export function jaxRs(call: Call, place: ScanPlace): void {
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
  addDecorated(
    call,
    place,
    near.find((name) => HTTP_METHODS.includes(name.toLowerCase())),
    path,
  );
}

/** `@Controller('orders')`, and its form with an object. */
export function controller(call: Call, place: ScanPlace): void {
  if (!call.decorates) {
    return;
  }
  const { reader } = place;
  const [first] = call.args;
  const object = first && reader.tokens.is(first.from, '{') ? reader.properties(first).get('path') : first;
  place.setClassPrefix(call, reader.textOf(object) ?? '');
}
