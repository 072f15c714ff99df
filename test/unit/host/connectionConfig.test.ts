import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectionFromUnknown, urlProblem } from '../../../src/host/connections/connectionConfig';

const connection = { id: 'a', kind: 'jaeger', name: 'Jaeger', url: 'http://127.0.0.1:16686' };

describe('connection out of the settings', () => {
  it('is taken as it stands', () => {
    const whole = { ...connection, tenant: 't', headers: { 'x-team': 'blue' } };
    assert.deepEqual(connectionFromUnknown(whole), whole);
  });

  it('is named for its host where it has no name', () => {
    assert.equal(connectionFromUnknown({ ...connection, name: '' })?.name, '127.0.0.1:16686');
  });

  it('drops what has the wrong type', () => {
    assert.deepEqual(connectionFromUnknown({ ...connection, tenant: 7, headers: { a: 1, b: 'x' } }), {
      ...connection,
      headers: { b: 'x' },
    });
  });

  it('is none without id, address or a known kind, or with credentials in its address', () => {
    const wrong: readonly unknown[] = [
      undefined,
      7,
      [],
      { ...connection, id: '' },
      { ...connection, kind: 'other' },
      { ...connection, url: 'localhost:16686' },
      { ...connection, url: 'http://user:secret@127.0.0.1:16686' },
    ];
    assert.deepEqual(
      wrong.map((value) => connectionFromUnknown(value)),
      wrong.map(() => undefined),
    );
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        connectionFromUnknown(value);
      }),
    );
  });

  it('says what is wrong with an address', () => {
    assert.equal(urlProblem('http://127.0.0.1:16686/jaeger'), undefined);
    assert.equal(urlProblem('not an address'), 'notUrl');
    assert.equal(urlProblem('file:///etc/passwd'), 'notHttp');
    assert.equal(urlProblem('https://a:b@c'), 'hasCredentials');
  });
});
