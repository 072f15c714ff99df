import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stringsOf } from '../../../../src/core/model/attributes';
import {
  errorRoles,
  failedByOrigin,
  lastOrigin,
  originRows,
} from '../../../../src/core/timeline/errorOrigins';
import { traceFromDrawing } from '../../../kit/drawTrace';

describe('errorRoles', () => {
  it('finds where failures began, past spans that look sound, and counts what they took along', () => {
    const trace = traceFromDrawing(`
      gateway  POST /checkout      |===========| error
        orders   charge            | ========  | error
          payments  try 1          | ==        | error
          payments  try 2          |    ====   |
            payments  pool         |    ====   | error
        orders   cleanup           |         = |
    `);
    const roles = errorRoles(trace);
    assert.deepEqual([...roles], [1, 1, 2, 0, 2, 0]);
    assert.deepEqual(originRows(roles), [2, 4]);
    assert.equal(failedByOrigin(trace, roles, 2), 3);
    assert.equal(failedByOrigin(trace, roles, 4), 3);
    assert.equal(lastOrigin(trace, originRows(roles)), 4);
  });

  it('takes an error that spans beside the path recorded again for one', () => {
    const trace = traceFromDrawing(`
      gateway  POST /orders          |=========| error
        gateway  middleware          | ======= | error, exception KeyError: partner
        gateway  POST                | ======= | error
          orders   POST /orders      |  =====  | error, exception KeyError: partner
        gateway  GET /rates          |       = | error, exception TypeError: no rate
    `);
    const roles = errorRoles(trace);
    const strings = stringsOf(trace.spans);
    assert.deepEqual(
      originRows(roles).map((row) => strings.get(trace.spans.names[row]!)),
      ['POST /orders', 'GET /rates'],
    );
  });

  it('takes a thrown exception below a failed span for its cause, and one that was survived for nothing', () => {
    const failing = traceFromDrawing(`
      a  root    |=====| error
        a  throw | ==  | exception E: bad
    `);
    assert.deepEqual([...errorRoles(failing)], [1, 2]);
    const survived = traceFromDrawing(`
      a  root    |=====|
        a  throw | ==  | exception E: bad
    `);
    assert.deepEqual([...errorRoles(survived)], [0, 0]);
    assert.equal(lastOrigin(survived, []), undefined);
  });
});
