import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { resolveCommand } from '../../../src/cli/resolve';
import type { ResolvedStack } from '../../../src/protocol/resolve';
import { fixturePath } from '../../kit/fixture';
import { withHistory } from '../../kit/gitHistory';
import { recordedStacks } from '../../kit/stackFixtures';
import { withWorkspace } from '../../kit/temporaryWorkspace';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function run(argv: readonly string[], input = ''): Promise<Run> {
  let out = '';
  let error = '';
  const code = await resolveCommand(argv, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (error += text) },
  });
  return { code, out, error };
}

const sampleApp = fixturePath('sampleApp');

describe('spanline resolve', () => {
  it('prints the lines of a stack as JSON', async () => {
    const stack = recordedStacks().find(
      ({ kinds, text }) => kinds.includes('shipping-type-error') && text.includes('server.js'),
    )!;
    const { code, out } = await run(['--workspace', sampleApp, '--service', 'gateway', '--json'], stack.text);
    assert.equal(code, 0);
    const { exceptions, problems } = JSON.parse(out) as ResolvedStack;
    assert.deepEqual(problems, []);
    assert.equal(exceptions[0]?.type, 'TypeError');
    assert.deepEqual(exceptions[0].frames[0], {
      raw: '    at W (/srv/app/gateway/dist/server.js:1:3303)',
      function: 'W',
      file: '/srv/app/gateway/dist/server.js',
      lineBase1: 1,
      columnBase1: 3303,
      inApp: true,
      location: {
        path: 'gateway/src/address.ts',
        lineBase1: 14,
        columnBase1: 46,
        grade: 'exact',
        reason: 'sourcesContentEqual',
      },
      via: ['path', 'sourceMap', 'sourcesContent'],
    });
  });

  it('prints the lines of a stack for people', async () => {
    const stack = recordedStacks().find(
      ({ kinds, service }) => kinds.includes('discount-key-error') && service === 'orders',
    )!;
    const { code, out } = await run(['--workspace', sampleApp], stack.text);
    assert.equal(code, 0);
    assert.match(out, /^\[context\] KeyError: 'c-/m);
    assert.match(
      out,
      /^ {2}rate_for {2}orders\/discounts\.py:14 {2}\(exact: the source line of the stack stands there\)$/m,
    );
  });

  it('reads a file and follows mappings', async () => {
    const files = {
      'a/src/index.ts': 'function f() {\n  g();\n}\n',
      'b/src/index.ts': 'function f() {\n  g();\n}\n',
    };
    await withWorkspace(files, async (folder) => {
      const file = path.join(folder, 'stack.txt');
      await writeFile(file, 'Error: x\n    at f (/app/src/index.ts:2:3)\n');
      const open = await run(['--workspace', folder, '--stack', file]);
      assert.match(open.out, /Several files/);
      assert.match(open.out, /^ {6}a\/src\/index\.ts:2$/m);
      const told = await run(['--workspace', folder, '--stack', file, '--mapping', '/app=b']);
      assert.match(told.out, /b\/src\/index\.ts:2:3 {2}\(exact/);
    });
  });

  it('prints of each part the promised keys alone, and problems as codes', async () => {
    const files = {
      'a/src/index.ts': 'function f() {\n  g();\n}\n',
      'b/src/index.ts': 'function f() {\n  g();\n}\n',
      'c/lib/only.ts': 'function k() {\n  g();\n}\n',
      'dist/server.js': 'h();\n//# sourceMappingURL=server.js.map\n',
    };
    const stack = [
      'Error: x',
      '    at async f (/app/src/index.ts:2:3)',
      '    at k (/opt/lib/only.ts:2:3)',
      '    at h (/app/dist/server.js:1:1)',
      '    at h (/app/dist/server.js:1:2)',
    ].join('\n');
    await withWorkspace(files, async (folder) => {
      const { code, out } = await run(['-', '--json', '--workspace', folder], stack);
      assert.equal(code, 0);
      const printed = JSON.parse(out) as {
        readonly exceptions: readonly { readonly frames: readonly Record<string, unknown>[] }[];
        readonly problems: unknown;
      };
      assert.deepEqual(printed.problems, ['mapMissing']);
      const [exception] = printed.exceptions;
      assert.ok(exception);
      assert.deepEqual(Object.keys(exception), ['language', 'type', 'message', 'relation', 'frames']);
      const [open, mapped] = exception.frames;
      assert.ok(open && mapped);
      const keys = ['raw', 'function', 'file', 'lineBase1', 'columnBase1', 'inApp'];
      assert.deepEqual(Object.keys(open), [...keys, 'candidates', 'via']);
      const [candidate] = open['candidates'] as readonly object[];
      assert.deepEqual(Object.keys(candidate ?? {}), ['path', 'lineBase1', 'evidence']);
      assert.deepEqual(Object.keys(mapped), [...keys, 'location', 'via']);
      const location = ['path', 'lineBase1', 'columnBase1', 'grade', 'reason'];
      assert.deepEqual(Object.keys(mapped['location'] as object), location);
    });
  });

  it('follows the lines of a revision, and explains them where asked', async () => {
    await withHistory(async (history) => {
      const text = 'function f() {\n  const order = load();\n  g(order);\n}\n';
      const old = await history.commit({ 'src/a.ts': text });
      await history.git('tag', 'v1.0.0');
      await history.commit({ 'src/a.ts': `// note\n${text.replace('g(order)', 'g(order, 1)')}` });
      const stack = 'Error: x\n    at f (/app/src/a.ts:2:17)\n    at f (/app/src/a.ts:3:3)\n';
      const arguments_ = ['--workspace', history.folder, '--revision', 'v1.0.0', '--explain'];
      const { code, out } = await run(arguments_, stack);
      assert.equal(code, 0);
      assert.equal(
        out,
        [
          'Error: x',
          '  f  src/a.ts:3:17  (moved: the line moved here since the deployed revision)',
          '      found by: path → changes since the deployed revision',
          '      speaks for it: only file with this path, line of the deployed revision, the function is in it',
          `      deployed: src/a.ts:2 in ${old.slice(0, 7)}`,
          '  f  /app/src/a.ts:3  (The line was changed or deleted in /app/src/a.ts since the deployed revision.)',
          `      deployed: src/a.ts:3 in ${old.slice(0, 7)}`,
          '      src/a.ts:4  (only file with this path, line of the deployed revision)',
          '',
        ].join('\n'),
      );
      const json = JSON.parse((await run([...arguments_, '--json'], stack)).out) as {
        readonly exceptions: readonly { readonly frames: readonly Record<string, unknown>[] }[];
      };
      assert.deepEqual(json.exceptions[0]?.frames[1]?.['explanation'], {
        reason: 'lineGone',
        deployed: { revision: old, path: 'src/a.ts', lineBase1: 3 },
      });
      const missing = await run(['--workspace', history.folder, '--revision', 'v9'], stack);
      assert.match(missing.out, /^The deployed revision v9 is not in the repository of repo; /m);
    });
  });

  it('exits 1 on a text without frames', async () => {
    const { code, error, out } = await run(
      ['--workspace', sampleApp, '--stack', '-', '--json'],
      'nothing here',
    );
    assert.equal(code, 1);
    assert.equal(error, 'The text has no stack frames.\n');
    assert.deepEqual(JSON.parse(out), { exceptions: [], problems: [] });
  });

  const bad: readonly (readonly [title: string, argv: readonly string[], error: RegExp])[] = [
    ['no workspace', [], /^--workspace is needed; see spanline resolve --help\.\n$/],
    ['an unknown option', ['--workspace', '.', '--wat'], /^--wat is no option here; see .*\.\n$/],
    ['a forgotten value', ['--workspace', '--json'], /^--workspace needs a value; see .*\.\n$/],
    ['a value where none is taken', ['--workspace', '.', '--json=yes'], /^--json takes no value\.\n$/],
    ['an argument too many', ['--workspace', '.', 'stack.txt'], /^stack\.txt is one argument too many; /],
    ['a mapping without =', ['--workspace', '.', '--mapping', '/app'], /FROM=TO: \/app/],
    ['a workspace that is no folder', ['--workspace', '/no/such/folder'], /is no folder/],
    ['a stack that cannot be read', ['--workspace', '.', '--stack', '/no/such/file'], /cannot be read/],
  ];
  for (const [title, argv, expected] of bad) {
    it(`exits 2 on ${title}`, async () => {
      const { code, error, out } = await run(argv);
      assert.equal(code, 2);
      assert.match(error, expected);
      assert.equal(error.trimEnd().split('\n').length, 1);
      assert.equal(out, '');
    });
  }
});
