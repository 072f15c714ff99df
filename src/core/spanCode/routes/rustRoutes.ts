import type { Argument, Call } from '../callReader';
import { HTTP_METHODS, addRouteFact } from './addRouteFact';
import type { ScanPlace } from '../scanRule';

/** `get(show).post(create)` of axum, `web::get().to(show)` of actix. */
export function rustMethods(call: Call, argument: Argument, path: string, place: ScanPlace): void {
  const { reader } = place;
  const { tokens } = reader;
  for (let at = argument.from, steps = 0; at < argument.to && steps < 80; at++, steps++) {
    const method = tokens.word(at);
    if (tokens.isName(at) && (HTTP_METHODS.includes(method) || method === 'any') && tokens.is(at + 1, '(')) {
      const close = tokens.mates[at + 1]!;
      const [inner] = close > at + 2 ? reader.argumentsIn(at + 2, close) : [];
      const handler = inner && reader.handlerOf(inner);
      if (handler !== undefined) {
        addRouteFact(place, call, method === 'any' ? undefined : method.toUpperCase(), path, handler);
      }
      at = Math.max(close, at);
    }
  }
}
