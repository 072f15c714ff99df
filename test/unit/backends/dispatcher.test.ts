import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isWithoutProxy } from '../../../src/backends/dispatcher';

describe('isWithoutProxy', () => {
  const cases: readonly (readonly [url: string, noProxy: readonly string[], without: boolean])[] = [
    ['http://localhost:16686', [], true],
    ['http://127.0.0.1:16686', [], true],
    ['http://127.9.9.9', [], true],
    ['http://[::1]:16686', [], true],
    ['http://127.0.0.1.example', [], false],
    ['https://jaeger.example', [], false],
    ['https://jaeger.example', ['example'], true],
    ['https://jaeger.example', ['.example'], true],
    ['https://jaeger.example', ['*.example'], true],
    ['https://jaeger.example', ['JAEGER.example '], true],
    ['https://notexample', ['example'], false],
    ['https://jaeger.example', ['jaeger.example:443'], true],
    ['https://jaeger.example:8443', ['jaeger.example:443'], false],
    ['https://jaeger.example', ['*'], true],
    ['https://jaeger.example', ['', ' '], false],
  ];
  for (const [url, noProxy, without] of cases) {
    it(`${url} with [${noProxy.join(', ')}]: ${without ? 'direct' : 'through the proxy'}`, () => {
      assert.equal(isWithoutProxy(new URL(url), noProxy), without);
    });
  }
});
