import type { Call } from '../callReader';
import { addRouteFact } from './addRouteFact';
import type { ScanPlace } from '../scanRule';

/** `path("orders/<int:id>", views.show)`, `path("api/", include("shop.urls"))`. */
export function django(call: Call, place: ScanPlace): void {
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
    addRouteFact(place, call, undefined, path, handler);
  }
}
