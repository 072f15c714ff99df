import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { fixturePath } from '../../../kit/fixture';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

async function topFrame(folder: string, text: string): Promise<ResolvedFrame | undefined> {
  const resolver = new StackResolver(await indexOf(folder));
  try {
    return await resolver.resolveTopFrame({ text, service: 'own', mappings: [] });
  } finally {
    resolver.dispose();
  }
}

function brief(frame: ResolvedFrame | undefined): string | undefined {
  const at = frame?.location;
  return at ? `${at.path}:${at.lineBase1} ${at.grade} ${at.reason}` : frame?.reason;
}

function traceback(file: string, line: number, name: string, source?: string): string {
  const printed = source === undefined ? '' : `    ${source}\n`;
  return `Traceback (most recent call last):\n  File "${file}", line ${line}, in ${name}\n${printed}KeyError: 'sku-9'`;
}

describe('Stacks of programs that are not open', () => {
  const shop = fixturePath('shop/workspace');

  it('lead to no line of a file that has only its name in common, which is the candidate', async () => {
    const frame = await topFrame(
      shop,
      traceback('/tmp/own/py/app.py', 9, 'stock_of', 'return SHELVES[sku]["on_hand"]'),
    );
    assert.equal(brief(frame), 'otherProgram');
    assert.deepEqual(frame?.candidates, [
      { path: 'services/inventory/app.py', lineBase1: 9, evidence: ['sameName'] },
    ]);
  });

  it('are told by the function alone where no source line is printed', async () => {
    assert.equal(brief(await topFrame(shop, traceback('/tmp/own/py/app.py', 9, 'stock_of'))), 'otherProgram');
  });

  it('are told by the source line alone outside of functions', async () => {
    const frame = await topFrame(shop, traceback('/tmp/own/py/app.py', 9, '<module>', 'serve(SHELVES)'));
    assert.equal(brief(frame), 'otherProgram');
  });

  it('are not taken for it by a line that any file has', async () => {
    await withWorkspace({ 'a/app.py': 'def pay():\n    x()\n    return None\n' }, async (folder) => {
      const frame = await topFrame(folder, traceback('/tmp/own/app.py', 2, 'stock_of', 'return None'));
      assert.equal(brief(frame), 'otherProgram');
    });
  });

  it('keep the line where the file has the function, however its line was changed', async () => {
    const changed = traceback('/home/jo/app.py', 25, 'stock', 'if article == None:');
    assert.equal(
      brief(await topFrame(shop, changed)),
      'services/inventory/app.py:25 likely sourceTextDiffers',
    );
  });

  it('keep the line where the source line stands there, whatever the function is called by now', async () => {
    const files = { 'a/app.py': 'def refund(order):\n    charge(order)\n' };
    await withWorkspace(files, async (folder) => {
      const frame = await topFrame(folder, traceback('/srv/own/app.py', 2, 'pay', 'charge(order)'));
      assert.equal(brief(frame), 'a/app.py:2 likely functionDiffers');
    });
  });

  it('are told in a file at the root of the workspace, too', async () => {
    await withWorkspace({ 'app.py': 'def pay():\n    x()\n' }, async (folder) => {
      const frame = await topFrame(
        folder,
        traceback('/tmp/own/app.py', 2, 'stock_of', 'return SHELVES[sku]'),
      );
      assert.equal(brief(frame), 'otherProgram');
    });
  });

  it('keep their doubt where a folder of the path agrees', async () => {
    const frame = await topFrame(
      shop,
      traceback('/tmp/own/inventory/app.py', 25, 'stock_of', 'return SHELVES[sku]["on_hand"]'),
    );
    assert.equal(brief(frame), 'services/inventory/app.py:25 likely sourceTextDiffers');
  });

  const others: readonly (readonly [language: string, file: string, text: string, stack: string])[] = [
    [
      'JavaScript',
      'a/cart.js',
      'function total() {\n  return 1;\n}\n',
      'Error: x\n    at stockOf (/tmp/own/cart.js:2:3)',
    ],
    [
      'Go',
      'a/cart.go',
      'package cart\n\nfunc total() int {\n\treturn 1\n}\n',
      'panic: x\n\ngoroutine 1 [running]:\nmain.stockOf(...)\n\t/tmp/own/cart.go:4 +0x1d\n',
    ],
    [
      'Ruby',
      'a/cart.rb',
      'def total\n  1\nend\n',
      "/tmp/own/cart.rb:2:in `stock_of': x (RuntimeError)\n\tfrom /tmp/own/main.rb:3:in `<main>'",
    ],
  ];
  for (const [language, file, text, stack] of others) {
    it(`are told in ${language}`, async () => {
      await withWorkspace({ [file]: text }, async (folder) => {
        assert.equal(brief(await topFrame(folder, stack)), 'otherProgram');
      });
    });
  }

  it('are not certain in a file at the root where only a function of any program encloses the line', async () => {
    const files = { 'main.go': 'package main\n\nfunc main() {\n\trun()\n}\n\nfunc run() {\n\tpanic(1)\n}\n' };
    const stack = (name: string, line: number): string =>
      `panic: x\n\ngoroutine 1 [running]:\nmain.${name}()\n\t/tmp/own/main.go:${line} +0x1d\n`;
    await withWorkspace(files, async (folder) => {
      assert.equal(brief(await topFrame(folder, stack('main', 4))), 'main.go:4 likely nameOnly');
      assert.equal(brief(await topFrame(folder, stack('run', 8))), 'main.go:8 exact functionEncloses');
    });
  });

  it('keep a function without a name of its own, which is printed as the property that holds it', async () => {
    const files = { 'a/cart.js': 'setTimeout(() => {\n  run();\n}, 1);\n' };
    await withWorkspace(files, async (folder) => {
      const frame = await topFrame(folder, 'Error: x\n    at Timeout._onTimeout (/tmp/own/cart.js:2:3)');
      assert.equal(brief(frame), 'a/cart.js:2 likely notVerified');
    });
  });
});
