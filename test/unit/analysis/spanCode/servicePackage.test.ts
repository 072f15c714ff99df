import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import path from 'node:path';
import { WorkspaceLines } from '../../../../src/analysis/lines/workspaceLines';
import { traceOf } from '../../../kit/spanSpec';
import { withWorkspace } from '../../../kit/temporaryWorkspace';

/** Grade and evidence of the route of a span of the service `orders`. */
async function answer(
  files: Readonly<Record<string, string>>,
  language = 'nodejs',
): Promise<string | undefined> {
  let found: string | undefined;
  await withWorkspace(files, async (folder) => {
    const lines = new WorkspaceLines({
      folders: [{ name: path.basename(folder), path: folder }],
      mappings: [],
      revisions: [],
      chosenMaps: [],
      trusted: false,
    });
    const attributes = { 'http.request.method': 'GET', 'http.route': '/carts/:id' };
    const trace = traceOf([
      { name: 'GET /carts/:id', kind: 'server', service: 'orders', language, attributes },
    ]);
    const frame = await lines.ofSpan(trace, 0);
    found = frame?.location && `${frame.location.grade} ${frame.location.evidence.join(' ')}`;
    lines.dispose();
  });
  return found;
}

const script = "app.get('/carts/:id', (request) => request);\n";
const named = (name: string): string => JSON.stringify({ name });

describe('the package of a service', () => {
  it('proves a route in it, whatever its folder is called', async () => {
    const files = {
      'packages/checkout/package.json': named('@acme/orders'),
      'packages/checkout/src/server.js': script,
    };
    assert.equal(await answer(files), 'exact route servicePackage');
  });

  it('is told by the module of Go, whose version counts for nothing', async () => {
    const files = {
      'checkout/go.mod': 'module example.com/shop/orders/v2\n\ngo 1.26\n',
      'checkout/main.go':
        'package main\n\nfunc main() {\n\tr := gin.Default()\n\tr.GET("/carts/:id", show)\n}\n\nfunc show(c *gin.Context) {\n\tc.Status(200)\n}\n',
    };
    assert.equal(await answer(files, 'go'), 'exact route servicePackage');
  });

  it('proves nothing where it is called otherwise', async () => {
    const files = {
      'packages/checkout/package.json': named('carts'),
      'packages/checkout/src/server.js': script,
    };
    assert.equal(await answer(files), 'likely route');
  });

  it('proves nothing where two packages have the name', async () => {
    const files = {
      'a/package.json': named('@acme/orders'),
      'a/src/server.js': script,
      'b/package.json': named('@other/orders'),
    };
    assert.equal(await answer(files), 'likely route');
  });

  it('proves nothing in a package further in, which is another one', async () => {
    const files = {
      'package.json': named('orders'),
      'packages/carts/package.json': named('carts'),
      'packages/carts/src/server.js': script,
    };
    assert.equal(await answer(files), 'likely route');
  });
});
