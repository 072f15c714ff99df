import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

/** A stack of `total`, called at line 2 of each file. */
const stackOf = (...files: readonly string[]): string =>
  `Error: x\n${files.map((file) => `    at total (${file}:2:9)`).join('\n')}`;
const total = 'export function total() {\n  throw new Error("x");\n}\n';
const other = 'export function other() {\n  throw new Error("x");\n}\n';

/** Two packages with `src/order.ts`, each with a file that only it has. */
const packagesWith = (payOrder: string): Readonly<Record<string, string>> => ({
  'packages/shop/src/order.ts': total,
  'packages/shop/src/cart.ts': total,
  'packages/pay/src/order.ts': payOrder,
  'packages/pay/src/card.ts': total,
});

/** The newest frame of `text`, after the service's other stacks were seen. */
async function topFrame(
  files: Readonly<Record<string, string>>,
  text: string,
  seen: readonly string[],
  service = 'shop',
): Promise<ResolvedFrame | undefined> {
  return withWorkspace(files, async (folder) => {
    const resolver = new StackResolver(await indexOf(folder));
    try {
      for (const one of seen) {
        resolver.learn({ text: one, service, mappings: [] });
      }
      return await resolver.resolveTopFrame({ text, service, mappings: [] });
    } finally {
      resolver.dispose();
    }
  });
}

function brief(frame: ResolvedFrame | undefined): string {
  const { location, reason } = frame ?? {};
  return location ? `${location.path} ${location.grade} ${location.reason}` : String(reason);
}

const shopsOther = stackOf('/app/src/cart.ts');
const order = stackOf('/app/src/order.ts');

describe('StackResolver, where only other stacks of the service tell the folder', () => {
  it('is likely, and lists the files that the frame fits as well', async () => {
    const frame = await topFrame(packagesWith(total), order, [shopsOther]);
    assert.equal(brief(frame), 'packages/shop/src/order.ts likely agreedElsewhere');
    assert.deepEqual(frame?.candidates, [
      { path: 'packages/pay/src/order.ts', lineBase1: 2, evidence: ['samePath'] },
    ]);
  });

  it('is exact where the frame fits no other file', async () => {
    const frame = await topFrame(packagesWith(other), order, [shopsOther]);
    assert.equal(brief(frame), 'packages/shop/src/order.ts exact functionEncloses');
    assert.equal(frame?.candidates, undefined);
  });

  it('is exact where the other file has no such line', async () => {
    const frame = await topFrame(packagesWith('// nothing'), order, [shopsOther]);
    assert.equal(brief(frame), 'packages/shop/src/order.ts exact functionEncloses');
  });

  it('is likely where only the other file has the function', async () => {
    const files = { ...packagesWith(total), 'packages/shop/src/order.ts': other };
    const frame = await topFrame(files, order, [shopsOther]);
    assert.equal(brief(frame), 'packages/shop/src/order.ts likely functionDiffers');
    assert.deepEqual(
      frame?.candidates?.map(({ path }) => path),
      ['packages/pay/src/order.ts'],
    );
  });

  it("believes this stack's own frames, whatever other stacks say", async () => {
    const own = stackOf('/app/src/order.ts', '/app/src/card.ts');
    const more = Object.fromEntries(['a', 'b', 'c'].map((name) => [`packages/shop/src/${name}.ts`, total]));
    const seen = ['a', 'b', 'c'].map((name) => stackOf(`/app/src/${name}.ts`));
    const frame = await topFrame({ ...packagesWith(total), ...more }, own, seen);
    assert.equal(brief(frame), 'packages/pay/src/order.ts exact functionEncloses');
  });

  it('takes one of many to fit, unread', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 13 }, (_, i) => [`packages/pkg-${i}/src/order.ts`, other]),
    );
    const frame = await topFrame({ ...packagesWith(other), ...many }, order, [shopsOther]);
    assert.equal(brief(frame), 'packages/shop/src/order.ts likely agreedElsewhere');
    assert.equal(frame?.candidates?.length, 14);
  });

  for (const service of ['', 'unknown_service', 'unknown_service:node']) {
    it(`learns nothing of other stacks of a service called "${service}"`, async () => {
      const frame = await topFrame(packagesWith(other), order, [shopsOther], service);
      assert.equal(brief(frame), 'ambiguous');
    });
  }
});
