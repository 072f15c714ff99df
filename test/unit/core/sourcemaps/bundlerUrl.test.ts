import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { remotePathFrom } from '../../../../src/core/locate/remotePath';
import { isBundlerCode, isEvalModule } from '../../../../src/core/sourcemaps/bundlerUrl';
import { assertLinear } from '../../../kit/growth';

describe('URLs of bundlers', () => {
  const cases: readonly (readonly [url: string, path: string])[] = [
    ['webpack://shop/./src/order.ts', 'src/order.ts'],
    ['webpack:///./src/order.ts?a1b2', 'src/order.ts'],
    ['webpack:///src/order.vue?vue&type=script', 'src/order.vue'],
    ['webpack-internal:///(rsc)/./app/page.tsx', 'app/page.tsx'],
    ['webpack-internal:///(app-pages-browser)/./app/page.tsx', 'app/page.tsx'],
    ['rsc://React/Server/webpack-internal:///(rsc)/./app/page.tsx?7', 'app/page.tsx'],
    ['rsc://React/Server/file:///app/.next/server/chunks/ssr/a.js?12', '/app/.next/server/chunks/ssr/a.js'],
    ['about://React/Server/webpack-internal:///(rsc)/./app/page.tsx?7', 'app/page.tsx'],
    ['turbopack:///[project]/app/page.tsx', 'app/page.tsx'],
    ['turbopack://[project]/app/page.tsx', 'app/page.tsx'],
    ['[project]/app/page.tsx [app-rsc] (ecmascript)', 'app/page.tsx'],
    ['turbopack:///[project]/app/page.tsx [app-ssr] (ecmascript, async loader) <locals>', 'app/page.tsx'],
    ['http://localhost:5173/src/order.ts?t=1700000000', 'src/order.ts'],
    ['http://localhost:5173/@fs/home/me/shop/src/order.ts', '/home/me/shop/src/order.ts'],
    ['app:///src/order.js', 'src/order.js'],
  ];
  for (const [url, path] of cases) {
    it(`lead to ${path}: ${url}`, () => {
      assert.equal(remotePathFrom(url)?.path, path);
    });
  }

  it('tell code of the bundler itself', () => {
    const own = [
      'webpack://shop/webpack/bootstrap',
      'webpack://shop/external node-commonjs "fs"',
      '\0commonjsHelpers.js',
    ];
    const more = [
      '__prelude__',
      'turbopack:///[turbopack]/shared/runtime-utils.ts',
      'vite/preload-helper.js',
    ];
    for (const url of [...own, ...more]) {
      assert.ok(isBundlerCode(url), url);
    }
    for (const url of [
      'webpack://shop/./src/webpack/runtime.ts',
      'src/vite/preload-helper.ts',
      'external.ts',
    ]) {
      assert.ok(!isBundlerCode(url), url);
    }
  });

  it('tell modules that are evaluated', () => {
    assert.ok(isEvalModule('webpack-internal:///./src/order.ts'));
    assert.ok(isEvalModule('webpack://shop/./src/order.ts?'));
    assert.ok(isEvalModule('rsc://React/Server/webpack-internal:///(rsc)/./app/page.tsx?7'));
    assert.ok(!isEvalModule('webpack://shop/./src/order.ts'));
  });

  it('are read in time linear in their length', function () {
    this.timeout(60_000);
    assertLinear('suffixes', (n) => `a${' (a)'.repeat(n / 4)}`, isBundlerCode);
    assertLinear('prefixes', (n) => 'rsc://React/Server/'.repeat(n / 19), isEvalModule);
  });
});
