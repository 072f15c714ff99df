import type { Call } from '../callReader';
import { addRouteFact } from './addRouteFact';
import type { ScanPlace } from '../scanRule';

/** `HandleFunc("GET /x/{id}", show)`, `HandleFunc("/x", show).Methods("GET")`. */
export function handle(call: Call, place: ScanPlace): void {
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
      addRouteFact(place, call, method?.toUpperCase(), path.slice(slash).replace(/\{\$\}$/, ''), handler);
    });
  }
}
