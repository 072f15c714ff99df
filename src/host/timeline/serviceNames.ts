import { stringsOf } from '../../core/model/attributes';
import type { Trace } from '../../core/model/trace';

/** The service of each row, without holding on to the trace. */
export function serviceNames({ service, spans }: Trace): (row: number) => string | undefined {
  const strings = stringsOf(spans);
  const names = new Map<number, string>();
  for (const number of service) {
    if (!names.has(number)) {
      names.set(number, strings.get(number));
    }
  }
  // The trace's own columns move to the page.
  const numbers = service.slice();
  return (row) => names.get(numbers[row] ?? -1);
}
