import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stringsOf } from '../../../../src/core/model/attributes';
import { findQueryFromText } from '../../../../src/core/timeline/findQuery';
import { findSpans } from '../../../../src/core/timeline/findSpans';
import { traceFromDrawing } from '../../../kit/drawTrace';

const trace = traceFromDrawing(`
  gateway  POST /checkout  |==========| error
    orders   orders.find   | ===      | error, db.host=mongo-2
    orders   cache0[get    |    ==    | db.host=mongo-1
    cache0   get           |    ==    | key=a b
`);

function found(text: string): string[] {
  const strings = stringsOf(trace.spans);
  return Array.from(findSpans(trace, strings, findQueryFromText(text)), (row) =>
    strings.get(trace.spans.names[row]!),
  );
}

describe('find', () => {
  const table: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['', []],
    ['   ', []],
    ['FIND', ['orders.find']],
    ['orders', ['orders.find', 'cache0[get']],
    ['service:orders', ['orders.find', 'cache0[get']],
    ['service:orders error:true', ['orders.find']],
    ['error:false service:orders', ['cache0[get']],
    ['name:get', ['cache0[get', 'get']],
    ['db.host=mongo', ['orders.find', 'cache0[get']],
    ['db.host=mongo-2', ['orders.find']],
    ['mongo-1', ['cache0[get']],
    ['db.host', ['orders.find', 'cache0[get']],
    ['"key=a b"', ['get']],
    // What could be a pattern or a broken term is text like any other.
    ['service:cache0[', []],
    ['cache0[', ['cache0[get']],
    ['.*', []],
    ['service:', []],
    ['error:maybe', []],
    ['"', []],
    ['=mongo', []],
  ];
  for (const [text, names] of table) {
    it(`finds ${names.length} spans for ${JSON.stringify(text)}`, () => {
      assert.deepEqual(found(text), names);
    });
  }
});
