import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { failuresCommand } from '../../../src/cli/failures';
import { windowFrom } from '../../../src/cli/timeArguments';
import { traceCommand } from '../../../src/cli/trace';
import { networkFromEnvironment } from '../../../src/cli/traceSource';
import { spansFromOtlpJson } from '../../../src/core/codecs/otlpJson';
import {
  jaegerAnswers,
  recordedJaegerTraces,
  serve,
  startOf,
  type FakeServer,
} from '../../contract/fakeJaeger';
import { storeOfRecordings } from '../../contract/recordedStore';
import { fixturePath } from '../../kit/fixture';

interface Printed {
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly complete: boolean;
  readonly groups: readonly {
    readonly id: string;
    readonly type: string;
    readonly failing: number;
    readonly recovered: number;
    readonly state: string;
    readonly location?: { readonly path: string; readonly lineBase1: number; readonly grade: string };
    readonly traceIds: readonly string[];
  }[];
}

type Command = typeof failuresCommand;

async function run(
  command: Command,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await command(argv, {
    stdin: (async function* () {
      // Nothing is read from standard input.
    })(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

const workspace = fixturePath('sampleApp');
const truth = JSON.parse(readFileSync(fixturePath('groundTruth.json'), 'utf8')) as {
  readonly kinds: Readonly<
    Record<
      string,
      {
        readonly file: string;
        readonly line: number;
        readonly seenAt?: { readonly file: string; readonly line: number };
      }
    >
  >;
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly failed: readonly {
          readonly traceId: string;
          readonly kind: string;
          readonly rootFailed: boolean;
        }[];
      }
    >
  >;
};

describe('spanline failures and spanline trace', () => {
  let folder: string;
  let db: string;
  let window: { readonly fromMs: number; readonly toMs: number };
  let jaeger: FakeServer;
  let all: Printed;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'spanline-cli-'));
    db = path.join(folder, 'store.db');
    const store = await storeOfRecordings(db);
    store.backend.dispose();
    ({ window } = store);
    jaeger = await serve(jaegerAnswers(recordedJaegerTraces()));
    const { out, code } = await run(failuresCommand, ...source(), '--workspace', workspace, '--json');
    assert.equal(code, 0);
    all = JSON.parse(out) as Printed;
  });

  after(async () => {
    await jaeger.close();
    await rm(folder, { recursive: true, force: true });
  });

  function source(): readonly string[] {
    return ['--db', db, '--from', String(window.fromMs), '--to', new Date(window.toMs).toISOString()];
  }

  it('lead every failed run of the recordings to the line of its kind', () => {
    const kindOf = new Map(
      ['a', 'b'].flatMap((name) => truth.runs[name]!.failed).map((item) => [item.traceId, item]),
    );
    let failing = 0;
    for (const group of all.groups) {
      for (const traceId of group.traceIds) {
        const { kind, rootFailed } = kindOf.get(traceId)!;
        const { seenAt, file, line } = truth.kinds[kind]!;
        const { path: found, lineBase1, grade } = group.location!;
        assert.equal(`${found}:${lineBase1}`, `${seenAt?.file ?? file}:${seenAt?.line ?? line}`, kind);
        assert.ok(grade === 'exact' || grade === 'likely', grade);
        assert.equal(rootFailed, group.failing > 0, kind);
      }
      failing += group.failing;
    }
    assert.equal(failing, 58);
  });

  it('print JSON of exactly the promised shape', async () => {
    assert.deepEqual(Object.keys(all), ['window', 'complete', 'groups']);
    assert.deepEqual(all.window, window);
    const keys = [
      'id',
      'type',
      'message',
      'service',
      'entryService',
      'operation',
      'failing',
      'runs',
      'recovered',
      'state',
      'firstSeenMs',
      'lastSeenMs',
      'location',
      'traceIds',
    ];
    for (const group of all.groups) {
      assert.deepEqual(Object.keys(group), keys);
    }
    const { out } = await run(failuresCommand, ...source(), '--json');
    for (const group of (JSON.parse(out) as Printed).groups) {
      assert.deepEqual(
        Object.keys(group),
        keys.filter((key) => key !== 'location'),
      );
    }
  });

  it('take --to as now', async () => {
    const later = String(window.toMs + 20 * 60_000);
    const { out } = await run(failuresCommand, '--db', db, '--since', '1h', '--to', later, '--json');
    const states = new Set((JSON.parse(out) as Printed).groups.map(({ state }) => state));
    assert.ok(!states.has('new'));
    assert.ok(all.groups.some(({ state }) => state === 'new'));
  });

  it('print one row a group, without control characters of the trace', async () => {
    const { out } = await run(failuresCommand, ...source(), '--workspace', workspace);
    const rows = out.split('\n').filter((line) => /^[●◐○]/.test(line));
    assert.equal(rows.length, all.groups.length);
    assert.ok(
      rows.some((row) => row.startsWith('● KeyError  orders/discounts.py:14 · 8 of 192 (4.2 %) · new · ')),
      out,
    );
    assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f]/);
  });

  it('read a Jaeger as well, into the same groups', async () => {
    const starts = recordedJaegerTraces().map(startOf);
    const { code, out } = await run(
      failuresCommand,
      '--jaeger',
      jaeger.url,
      '--from',
      String(Math.floor(Math.min(...starts) / 1000)),
      '--to',
      String(Math.ceil(Math.max(...starts) / 1000) + 1),
      '--json',
    );
    assert.equal(code, 0);
    const ids = new Set((JSON.parse(out) as Printed).groups.map(({ id }) => id));
    const shared = all.groups.filter(({ id }) => ids.has(id));
    assert.ok(shared.length >= 10, `${shared.length}`);
  });

  it('print a trace as OTLP JSON that reads back, and as a tree', async () => {
    const [id] = all.groups.find(({ type }) => type === 'KeyError')!.traceIds;
    for (const from of [
      ['--db', db],
      ['--jaeger', jaeger.url],
    ] as const) {
      const wanted = from[0] === '--db' ? id! : '32dc45561a928d766da83a8bd99b6b5d';
      const { code, out } = await run(traceCommand, wanted.toUpperCase(), ...from, '--json');
      assert.equal(code, 0);
      const decoded = spansFromOtlpJson(out);
      assert.ok(decoded.ok && decoded.value.spans.count === 11);
    }
    const { out } = await run(traceCommand, id!, '--db', db, '--workspace', workspace);
    assert.match(out, /✖ orders {2}GET \/orders\/<order_id> · /);
    assert.match(out, /KeyError · orders\/discounts\.py:14 · 'partner'/);
  });

  it('exit with 1 and a sentence where nothing is found', async () => {
    const empty = await run(
      failuresCommand,
      '--db',
      db,
      '--from',
      '2020-01-01',
      '--to',
      '2020-01-02',
      '--json',
    );
    assert.deepEqual([empty.code, empty.err], [1, 'No failures in 0 traces.\n']);
    assert.deepEqual((JSON.parse(empty.out) as Printed).groups, []);
    const missing = await run(traceCommand, 'ff', '--db', db);
    assert.deepEqual([missing.code, missing.out], [1, '']);
    assert.match(missing.err, /^[^\n]+\n$/);
  });

  it('exit with 2 and one sentence on bad use', async () => {
    const noStore = path.join(folder, 'none.db');
    const otherProgram = path.join(folder, 'other.db');
    const other = new DatabaseSync(otherProgram);
    other.exec('CREATE TABLE notes (text)');
    other.close();
    const notStore = path.join(folder, 'text.db');
    await writeFile(notStore, 'this is no database'.repeat(100));
    const cases: readonly (readonly [Command, readonly string[]])[] = [
      [failuresCommand, []],
      [failuresCommand, ['--db', db, '--jaeger', jaeger.url]],
      [failuresCommand, ['--db', db, 'more']],
      [failuresCommand, ['--db', db, '--unknown']],
      [failuresCommand, ['--db', db, '--since', 'yesterday']],
      [failuresCommand, ['--db', db, '--from', '2026-02-01', '--to', '2026-01-01']],
      [failuresCommand, ['--db', noStore]],
      [failuresCommand, ['--db', otherProgram]],
      [failuresCommand, ['--db', notStore]],
      [failuresCommand, ['--db', db, '--workspace', path.join(folder, 'none')]],
      [failuresCommand, ['--jaeger', 'localhost']],
      [failuresCommand, ['--jaeger', `${jaeger.url}/nowhere`]],
      [traceCommand, ['--db', db]],
      [traceCommand, ['no-id', '--db', db]],
      [traceCommand, ['1', '2', '--db', db]],
      [traceCommand, ['1', '--db']],
      [failuresCommand, ['--db', '--json']],
    ];
    for (const [command, argv] of cases) {
      const { code, out, err } = await run(command, ...argv);
      assert.deepEqual([code, out], [2, ''], `${argv.join(' ')}: ${err}`);
      assert.match(err, /^[^\n]+\.\n$/, argv.join(' '));
    }
  });
});

describe('windows of the command line', () => {
  const nowMs = Date.parse('2026-11-24T12:00:00Z');
  const hour = 3_600_000;

  it('are the last hour, a stretch up to now or --to, or from and to', () => {
    assert.deepEqual(windowFrom({}, nowMs), { fromMs: nowMs - hour, toMs: nowMs });
    assert.deepEqual(windowFrom({ since: '15m' }, nowMs), { fromMs: nowMs - hour / 4, toMs: nowMs });
    assert.deepEqual(windowFrom({ since: '2d', to: '1000000000' }, nowMs), {
      fromMs: 1_000_000_000 - 48 * hour,
      toMs: 1_000_000_000,
    });
    assert.deepEqual(windowFrom({ from: '2026-11-24T10:00:00Z', to: '2026-11-24T12:30:00+01:00' }, nowMs), {
      fromMs: nowMs - 2 * hour,
      toMs: nowMs - hour / 2,
    });
  });

  it('name what is no time', () => {
    for (const [values, bad] of [
      [{ since: '0h' }, '0h'],
      [{ since: '1 week' }, '1 week'],
      [{ from: 'Tuesday' }, 'Tuesday'],
      [{ to: '11/24/2026' }, '11/24/2026'],
      [{ from: '5', to: '5' }, '5'],
      [{ from: '5', since: '1h' }, '5'],
    ] as const) {
      assert.deepEqual(windowFrom(values, nowMs), { bad });
    }
  });
});

describe('the proxy of the environment', () => {
  it('is that of the protocol, in either case, unless it is empty', () => {
    const environment = { http_proxy: 'http://p:1', HTTPS_PROXY: 'http://p:2', NO_PROXY: 'a,b:1' };
    assert.deepEqual(networkFromEnvironment('http:', environment), {
      proxy: 'http://p:1',
      noProxy: ['a', 'b:1'],
      proxyStrictSsl: true,
    });
    assert.equal(networkFromEnvironment('https:', environment).proxy, 'http://p:2');
    assert.equal(networkFromEnvironment('http:', { http_proxy: '' }).proxy, undefined);
  });
});
