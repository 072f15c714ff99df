import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import { SpanlineBundle } from './receiveProcess';

describe('spanline', () => {
  const bundle = new SpanlineBundle();

  before(() => bundle.build());
  after(() => {
    bundle.remove();
  });

  const cases: readonly {
    readonly argv: readonly string[];
    readonly code: number;
    readonly stdout?: RegExp;
    readonly stderr?: RegExp;
  }[] = [
    { argv: ['--help'], code: 0, stdout: /spanline receive .*\n.*spanline failures /s },
    { argv: ['receive', '--help'], code: 0, stdout: /^spanline receive \[--port N\] \[--db FILE\]\n$/ },
    { argv: [], code: 2, stderr: /^Usage: spanline COMMAND/ },
    { argv: ['record'], code: 2, stderr: /^record is no command.*\.\n$/ },
    { argv: ['toString'], code: 2, stderr: /is no command/ },
    { argv: ['receive', '--port', '65536'], code: 2, stderr: /^65536 is no port.*\.\n$/ },
    { argv: ['receive', '--port', ''], code: 2, stderr: /is no port/ },
    { argv: ['receive', '--colour', 'red'], code: 2, stderr: /--colour/ },
  ];
  for (const { argv, code, stdout = /^$/, stderr = /^$/ } of cases) {
    it(`answers "${argv.join(' ')}" with exit code ${code}`, () => {
      const run = spawnSync(process.execPath, [bundle.file, ...argv], { encoding: 'utf8' });
      assert.equal(run.status, code);
      assert.match(run.stdout, stdout);
      assert.match(run.stderr, stderr);
    });
  }
});
