import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
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
    { argv: ['--help'], code: 0, stdout: /^Usage: spanline COMMAND.*\n {2}receive .*\n {2}failures /s },
    { argv: ['-h'], code: 0, stdout: /^Usage: spanline COMMAND/ },
    { argv: ['help'], code: 0, stdout: /^Usage: spanline COMMAND/ },
    { argv: ['--version'], code: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { argv: ['-V'], code: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    {
      argv: ['receive', '--help'],
      code: 0,
      stdout: /^Usage: spanline receive \[--port N\] \[--db FILE\]\n\n.*\n {2}--port N /s,
    },
    {
      argv: ['failures', '--db', '-h'],
      code: 0,
      stdout: /^Usage: spanline failures \(--db FILE .*--since D/s,
    },
    { argv: ['trace', '--help'], code: 0, stdout: /^Usage: spanline trace ID \(/ },
    {
      argv: ['resolve', '-h'],
      code: 0,
      stdout: /^Usage: spanline resolve --workspace DIR .*--mapping FROM=TO /s,
    },
    { argv: [], code: 2, stderr: /^A command is needed: receive, failures, trace, resolve; see .*\.\n$/ },
    { argv: ['--colour'], code: 2, stderr: /^--colour is no option here; see spanline --help\.\n$/ },
    { argv: ['record'], code: 2, stderr: /^record is no command.*\.\n$/ },
    { argv: ['toString'], code: 2, stderr: /is no command/ },
    { argv: ['receive', '--port', '65536'], code: 2, stderr: /^65536 is no port.*\.\n$/ },
    { argv: ['receive', '--port', ''], code: 2, stderr: /is no port/ },
    {
      argv: ['receive', '--colour', 'red'],
      code: 2,
      stderr: /^--colour is no option here; see spanline receive --help\.\n$/,
    },
    { argv: ['receive', '--port'], code: 2, stderr: /^--port needs a value; see .*\.\n$/ },
    { argv: ['receive', '-p', '1'], code: 2, stderr: /^-p is no option here; .*\.\n$/ },
    { argv: ['receive', '--toString'], code: 2, stderr: /^--toString is no option here; .*\.\n$/ },
    { argv: ['receive', '--', '--help'], code: 2, stderr: /^--help is one argument too many; .*\.\n$/ },
    { argv: ['trace', '--db', 'x'], code: 2, stderr: /^A trace id is needed; .*\.\n$/ },
    { argv: ['failures'], code: 2, stderr: /^--db or --jaeger is needed; see spanline failures --help\.\n$/ },
  ];
  for (const { argv, code, stdout = /^$/, stderr = /^$/ } of cases) {
    it(`answers "${argv.join(' ')}" with exit code ${code}`, () => {
      const run = spawnSync(process.execPath, [bundle.file, ...argv], { encoding: 'utf8' });
      assert.equal(run.status, code);
      assert.match(run.stdout, stdout);
      assert.match(run.stderr, stderr);
    });
  }

  it('ends quietly with its own exit code where nobody reads its output', async () => {
    const child = spawn(process.execPath, [bundle.file, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([code, errors], [0, '']);
  });
});
