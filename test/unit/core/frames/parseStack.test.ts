import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse as parseWithOracle } from 'stacktrace-parser';
import type { Frame } from '../../../../src/core/frames/frame';
import { parseStack } from '../../../../src/core/frames/parseStack';
import { assertLinear } from '../../../kit/growth';
import { hostileStacks } from '../../../kit/hostileStacks';
import {
  drawStack,
  golden,
  recordedStacks,
  runtimeStacks,
  type StackFixture,
} from '../../../kit/stackFixtures';

function draw(stacks: readonly StackFixture[]): string {
  return stacks.map((stack) => `# ${stack.name}\n${drawStack(parseStack(stack.text, stack))}`).join('\n');
}

function frames(text: string): readonly Frame[] {
  return parseStack(text).exceptions.flatMap((exception) => exception.frames);
}

function only(text: string): Frame {
  const found = frames(text);
  assert.equal(found.length, 1, text);
  return found[0]!;
}

describe('parseStack', () => {
  for (const runtime of ['node20', 'node24', 'python311'] as const) {
    it(`reads every stack of ${runtime} as its golden says`, () => {
      const actual = draw(runtimeStacks(runtime));
      assert.equal(actual, golden(`frames/${runtime}.txt`, actual));
    });
  }

  it('reads every recorded stack as its golden says', () => {
    const actual = draw(recordedStacks());
    assert.equal(actual, golden('frames/recorded.txt', actual));
  });

  it('reads the files, lines and columns that stacktrace-parser reads, where that understands the line', () => {
    const javascript = [...runtimeStacks('node20'), ...runtimeStacks('node24'), ...recordedStacks()].filter(
      ({ text }) => !text.includes('Traceback (most recent call last)'),
    );
    let compared = 0;
    for (const { text, name } of javascript) {
      for (const frame of frames(text)) {
        const [theirs] = parseWithOracle(frame.raw);
        if (
          frame.kind === 'eval' ||
          theirs === undefined ||
          theirs.column === null ||
          /\(a:1:2\)|my script/.test(frame.raw)
        ) {
          continue;
        }
        assert.deepEqual(
          [frame.file, frame.lineBase1, frame.columnBase1],
          [theirs.file, theirs.lineNumber, theirs.column],
          `${name}: ${frame.raw}`,
        );
        compared++;
      }
    }
    assert.ok(compared > 500, `compared ${compared}`);
  });

  const v8: readonly (readonly [line: string, expected: Partial<Frame>])[] = [
    ['at /srv/app/a.js:8:22', { file: '/srv/app/a.js', lineBase1: 8 as Frame['lineBase1'] & number }],
    [
      'at f (C:\\Users\\me\\my app (x86)\\src\\a.js:10:5)',
      { function: 'f', file: 'C:\\Users\\me\\my app (x86)\\src\\a.js' },
    ],
    ['at f (file:///C:/Users/me/a.mjs:10:5)', { file: 'file:///C:/Users/me/a.mjs' }],
    ['at f (\\\\srv\\share\\a.js:3:4)', { file: '\\\\srv\\share\\a.js' }],
    [
      'at module.exports (/srv/sp ace (x)rN/m d.js:1:33)',
      { function: 'module.exports', file: '/srv/sp ace (x)rN/m d.js' },
    ],
    ['at f (/srv/a (b/x.js:1:2)', { function: 'f', file: '/srv/a (b/x.js' }],
    ['at f (/srv/a)b/x.js:1:2)', { function: 'f', file: '/srv/a)b/x.js' }],
    ['at fn(/srv/a.js:1:2)', { function: 'fn', file: '/srv/a.js' }],
    [
      'at Timeout.onTimeout [as _onTimeout] (/a/b.js:37:49)',
      { function: 'Timeout.onTimeout', className: 'Timeout' },
    ],
    ['at async Promise.all (index 0)', { function: 'Promise.all', kind: 'runtime', async: true }],
    ['at async /srv/a.js:28:3', { file: '/srv/a.js', async: true }],
    [
      'at Object.callback (async http://localhost:5000/x.js:25:7)',
      { file: 'http://localhost:5000/x.js', async: true },
    ],
    ['at f (webpack-internal:///(rsc)/./src/x.ts:18:19)', { file: 'webpack-internal:///(rsc)/./src/x.ts' }],
    ['at f (webpack:///./src/index.ts?:12:7)', { file: 'webpack:///./src/index.ts?' }],
    [
      'at <anonymous> (wasm://wasm/0543fef2:wasm-function[0]:0x21)',
      { kind: 'wasm', file: 'wasm://wasm/0543fef2' },
    ],
    ['at Array.map (<anonymous>)', { function: 'Array.map', kind: 'runtime' }],
    ['at [eval]:1:20', { kind: 'eval' }],
    ['at g (/srv/app/node_modules/express/lib/router.js:1:2)', { kind: 'dependency', inApp: false }],
    ['at g (/srv/app/node_modules/@opentelemetry/api/build/x.js:1:2)', { kind: 'sdk', inApp: false }],
  ];
  for (const [line, expected] of v8) {
    it(`reads ${line}`, () => {
      const frame = only(`Error: x\n    ${line}`);
      for (const [key, value] of Object.entries(expected)) {
        assert.equal(frame[key as keyof Frame], value, key);
      }
    });
  }

  it('takes the minified class of util.inspect for what it is', () => {
    const [exception] = parseStack('c [UpstreamError]: no\n    at C (/srv/app/server.js:1:2)').exceptions;
    assert.equal(exception?.type, 'UpstreamError');
    assert.equal(exception.message, 'no');
  });

  it('finds no frames in prose, logs and half sentences', () => {
    const prose = [
      'The order was refused.',
      'See you at noon\n    at 12:30:45 sharp\n    at the station (platform 3)',
      'Error: no frames at all',
      'at line 3',
      '{"message":"at home"}',
      'mail shop@example.com:25:10\nclone git@host.example:acme/shop.git',
      '#1 in the charts (for 3 weeks) at home\n#2  second place',
      'see (chapter 3) line 4: order/2\n  1. Order.total: the sum',
      'stack of plates\nmet at noon, line 3.',
      '  in function of time\n  in call from home',
      '0 errors + 3 warnings in shop',
      "It was printed:in 'bold' and at 12:30:in `haste'",
      'ld@2.1.0 node_modules/@acme/price/index.js:2:132',
      '-price@1.0.0/lib/index.js:1:2\n+price@1.0.1/lib/index.js:1:2\nprice@1.0.1/lib/index.js:1:2',
      '    rows = [row for row\n            in self.shop.items()]',
      '\t// from shop/order/total.go:90\n\t//\t/home/jo/shop/order.go:23 +0xf',
      '',
    ];
    for (const text of prose) {
      assert.deepEqual(frames(text), [], text);
    }
  });

  it('skips frame look-alikes inside a message that is known', () => {
    const message = 'first\n    at fake (/srv/app/fake.js:1:1)';
    const text = `Error: ${message}\n    at real (/srv/app/real.js:2:3)`;
    const parsed = parseStack(text, { type: 'Error', message });
    assert.deepEqual(
      parsed.exceptions.map(({ frames: own }) => own.map((frame) => frame.function)),
      [['real']],
    );
    assert.equal(parsed.exceptions[0]?.message, message);
  });

  it('keeps the frames when an SDK put the whole stack into the message', () => {
    const text = 'Error: x\n    at real (/srv/app/real.js:2:3)';
    assert.equal(parseStack(`Error: ${text}`, { message: text }).exceptions[0]?.frames.length, 1);
  });

  it('reads a Python traceback inside a JavaScript error as a section of its own', () => {
    const python =
      'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\n    g()\nValueError: x';
    const text = `Error: python failed\n${python}\n    at run (/srv/app/run.js:1:2)`;
    const languages = parseStack(text).exceptions.map(({ language, frames: own }) => [language, own.length]);
    assert.deepEqual(languages, [
      ['python', 1],
      ['javascript', 1],
    ]);
  });

  it('reads quoted, escaped, coloured and CRLF texts like the plain one', () => {
    const plain = 'TypeError: x\n    at f (/srv/app/a.js:1:2)\n    at g (/srv/app/b.js:3:4)';
    const expected = drawStack(parseStack(plain));
    const disguises = [
      JSON.stringify(plain),
      plain.replaceAll('\n', '\\n'),
      plain.replaceAll('\n', '\r\n'),
      plain.replaceAll('/srv', '\u001b[31m/srv\u001b[0m'),
    ];
    for (const text of disguises) {
      assert.equal(drawStack(parseStack(text)), expected, text);
    }
  });

  it('reads the first and last 512 Ki of a longer text and says so', () => {
    const line = '    at f (/srv/app/a.js:1:2)\n';
    const text = `Error: x\n${line.repeat(60_000)}    at last (/srv/app/z.js:9:9)`;
    const parsed = parseStack(text);
    assert.deepEqual(parsed.problems, [
      { code: 'stackTooLong', params: { chars: text.length, readChars: 1 << 20 } },
    ]);
    const last = parsed.exceptions.flatMap((exception) => exception.frames).at(-1);
    assert.equal(last?.function, 'last');
    assert.equal(last.rawLine, 60_001);
  });

  it('takes any cut, join and repetition of real stacks', () => {
    const texts = [...runtimeStacks('node24'), ...runtimeStacks('python311'), ...recordedStacks()].map(
      ({ text }) => text,
    );
    const piece = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat()).map(([text, a, b]) => {
      const from = a % text.length;
      return text.slice(from, from + (b % (text.length - from)) + 1);
    });
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', '\n', '\\n'),
        (pieces, glue) => {
          const text = pieces.join(glue);
          const { exceptions } = parseStack(text);
          for (const [i, exception] of exceptions.entries()) {
            const { parent } = exception;
            assert.ok(parent === undefined || (parent !== i && exceptions[parent] !== undefined));
            for (const frame of exception.frames) {
              assert.ok((frame.lineBase1 ?? 1) >= 1 && (frame.columnBase1 ?? 1) >= 1);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes ten times as long for ten times as much of the worst input, and no more', function () {
    this.timeout(120_000);
    for (const [name, make] of Object.entries(hostileStacks)) {
      assertLinear(name, make, (text) => parseStack(text));
    }
  });
});
