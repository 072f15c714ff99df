import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse as parseWithOracle } from 'stacktrace-parser';
import type { Frame } from '../../../../src/core/frames/frame';
import { parseStack } from '../../../../src/core/frames/parseStack';
import { assertLinear } from '../../../kit/growth';
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
    const hostile: Readonly<Record<string, (length: number) => string>> = {
      'open parentheses': (n) => `Error: x\n    at ${'('.repeat(n)}`,
      'closed parentheses': (n) => `Error: x\n    at f ${'(a'.repeat(n / 4)}${')'.repeat(n / 4)}`,
      colons: (n) => `Error: x\n    at f (/a.js${':1'.repeat(n / 2)})`,
      'nested evals': (n) =>
        `    at f (${'eval at f ('.repeat(n / 14)}/a.js:1:2${')'.repeat(n / 14)}, <anonymous>:1:2)`,
      'digits in a frame': (n) => `Error: x\n    at f (/a.js:${'1'.repeat(n)}:2)`,
      spaces: (n) => `Error: x\n${' '.repeat(n)}at f (/a.js:1:2)`,
      'spaces in a name': (n) => `    at ${'a '.repeat(n / 2)}(/a.js:1:2)`,
      aliases: (n) => `    at f${' [as x]'.repeat(n / 7)} (/a.js:1:2)`,
      causes: (n) => 'Error: x\n  [cause]: Error: y\n'.repeat(n / 30),
      'nested groups': (n) => 'Error: x\n    at f (/a.js:1:2) {\n  [errors]: [\n'.repeat(n / 45),
      'one-letter lines': (n) => 'a\n'.repeat(n / 2),
      frames: (n) => '    at f (/a.js:1:2)\n'.repeat(n / 21),
      slashes: (n) => `    at f (${'/'.repeat(n)}a.js:1:2)`,
      'wasm marks': (n) => `    at f (${':wasm-function['.repeat(n / 15)})`,
      'Python file quotes': (n) => `  File "${'", line '.repeat(n / 8)}1`,
      'Python margins': (n) => '| '.repeat(n / 2),
      'Python tracebacks': (n) => 'Traceback (most recent call last):\n'.repeat(n / 36),
      'Python frames': (n) => '  File "/a.py", line 1, in f\n    x\n'.repeat(n / 36),
      'Python members': (n) =>
        '  +-+---------------- 1 ----------------\n    | ValueError: a\n'.repeat(n / 60),
      'Python carets': (n) => `  File "/a.py", line 1, in f\n    ${'^~'.repeat(n / 2)}`,
      'escaped lines': (n) => 'at f (/a.js:1:2)\\n'.repeat(n / 18),
      quotes: (n) => `"${'\\"'.repeat(n / 2)}"`,
      'escaped tabs': (n) => `x\\n${'\\t'.repeat(n / 2)}`,
      backslashes: (n) => '\\'.repeat(n),
      'Java parentheses': (n) => `\tat a.b${'('.repeat(n)}A.java:1)`,
      'Java dots': (n) => `\tat ${'a.'.repeat(n / 2)}b(A.java:1)`,
      'Java slashes': (n) => `\tat ${'a/1'.repeat(n / 3)}.b(A.java:1)`,
      'Java headers': (n) => 'a.b.Exception: c\n'.repeat(n / 17) + '\tat a.B.c(B.java:1)',
      'Java header dots': (n) => `${'a.'.repeat(n / 2)}:\n\tat a.B.c(B.java:1)`,
      'Java log line': (n) => `${'a.b '.repeat(n / 4)}\n\tat a.B.c(B.java:1)`,
      'Java causes': (n) => `\tat a.B.c(B.java:1)\n${'Caused by: a.B: x\n'.repeat(n / 18)}`,
      'Java suppressed': (n) =>
        `\tat a.B.c(B.java:1)\n${Array.from({ length: Math.sqrt(n / 2) }, (_, i) => `${'\t'.repeat(i)}Suppressed: a.B: x\n`).join('')}`,
      'Java packaging': (n) => `\tat a.B.c(B.java:1)${' ~['.repeat(n / 3)}]`,
      'Java stack on one line': (n) => `a.B: x ${' at a.B.c(B.java:1)'.repeat(n / 19)}`,
      'the word at': (n) => ' at a'.repeat(n / 5),
      'words that begin frames': (n) => ` at a.b(${' ---> Caused by: '.repeat(n / 17)}`,
      'Go parentheses': (n) =>
        `goroutine 1 [running]:\na.b${'('.repeat(n / 2)}${')'.repeat(n / 2)}\n\t/a.go:1 +0x1`,
      'Go functions': (n) => `goroutine 1 [running]:\n${'a.b()\n\t/a.go:1 +0x1\n'.repeat(n / 20)}`,
      'Go places': (n) => '\t/a.go:1\n'.repeat(n / 10),
      'Go panics': (n) =>
        `${'\tpanic: x [recovered]\n'.repeat(n / 22)}goroutine 1 [running]:\na.b()\n\t/a.go:1 +0x1\n`,
      'Go panic calls': (n) =>
        `${'panic: x [recovered]\n'.repeat(20)}goroutine 1 [running]:\n${'panic(0)\n\t/go/src/runtime/panic.go:1 +0x1\n'.repeat(n / 46)}`,
      'Go goroutines': (n) => 'goroutine 1 [running]:\n'.repeat(n / 23),
      'Go wrapped errors': (n) => 'x\na.b\n\t/a/b.go:1\n'.repeat(n / 17),
      'Go offsets': (n) => `goroutine 1 [running]:\na.b()\n\t/a.go:1${' +0x1'.repeat(n / 5)}`,
      '.NET brackets': (n) => `   at A.${'['.repeat(n)}b() in /a.cs:line 1`,
      '.NET parentheses': (n) => `   at A.b${'('.repeat(n)} in /a.cs:line 1`,
      '.NET arrows': (n) => `A.B: x${' ---> A.B: y'.repeat(n / 12)}\n   at A.B.c() in /a.cs:line 1`,
      '.NET members': (n) =>
        `A.AggregateException: x\n   at A.B.c() in /a.cs:line 1\n${' ---> (Inner Exception #1) A.B: x\n   at A.B.c() in /a.cs:line 1<---\n'.repeat(n / 65)}`,
      '.NET ends': (n) => `   at A.B.c() in /a.cs:line 1\n${'   --- End of inner ---\n'.repeat(n / 24)}`,
      'PHP calls': (n) => `#0 /a.php(1): ${'a('.repeat(n / 2)}`,
      'PHP marks': (n) => `#0 /a.php${'(x): '.repeat(n / 5)}`,
      'PHP lines': (n) => '#0 /a.php(1): a()\n'.repeat(n / 18),
      'PHP headers': (n) => `${'A in /a.php:1\n'.repeat(n / 14)}#0 /a.php(1): a()`,
      'PHP words': (n) => `E: x${' in /'.repeat(n / 5)}\n#0 /a.php(1): a()`,
      'PHP next': (n) => 'Next E: x in /a.php:1\n#0 {main}\n'.repeat(n / 32),
      'Rust brackets': (n) => `   0: ${'<'.repeat(n)}a::b`,
      'Rust panics': (n) => "thread 'a' panicked at a.rs:1:1:\nx\n".repeat(n / 35),
      'Rust quotes': (n) => `thread 'a' panicked at '${"', ".repeat(n / 3)}`,
      'Rust messages': (n) => `thread 'a' panicked at a.rs:1:1:\n${'x\n'.repeat(n / 2)}`,
      'Rust frames': (n) => '   0: a::b\n             at ./a.rs:1:1\n'.repeat(n / 38),
      'Rust debug form': (n) => `Backtrace [${'{ fn: "a::b", file: "a.rs", line: 1 }, '.repeat(n / 40)}]`,
      'Rust debug marks': (n) => `Backtrace [${'{ fn: "'.repeat(n / 7)}`,
      'languages in turn': (n) =>
        '    at f (/a.js:1:2)\n\tat a.B.c(B.java:1)\n#0 /a.php(1): a()\n   0: a::b\n   at A.B.c() in /a.cs:line 1\n'.repeat(
          n / 110,
        ),
    };
    for (const [name, make] of Object.entries({ ...hostile, ...hostileScripts })) {
      assertLinear(name, make, (text) => parseStack(text));
    }
  });
});

/** The worst input that the parsers of further languages can meet. */
const hostileScripts: Readonly<Record<string, (length: number) => string>> = {
  'Ruby labels': (n) => `a.rb:1:in \`${"': ".repeat(n / 3)}`,
  'Ruby headers': (n) => "a.rb:1:in `f': x (E)\n".repeat(n / 21),
  'Ruby calls without places': (n) => ':in `'.repeat(n / 5),
  'Ruby messages': (n) => `a.rb:1:in \`f': x (E)\n${'y\n'.repeat(n / 2)}`,
  'Ruby numbered calls': (n) =>
    `Traceback (most recent call last):\n${"\t1: from a.rb:1:in `f'\n".repeat(n / 24)}`,
  'Ruby titles': (n) => "Traceback (most recent call last):\n\t1: from a.rb:1:in `f'\n".repeat(n / 60),
  'Rails parentheses': (n) => `E (${'): ('.repeat(n / 4)}\na.rb:1:in 'f'`,
  'Elixir dots': (n) => `    (a 1.0) lib/a.ex:1: A${'.a'.repeat(n / 2)}/1`,
  'Elixir headers': (n) => `${'** (A) b\n'.repeat(n / 9)}    a.ex:1: A.b/1`,
  'Elixir nested headers': (n) => `** (A) b\n    a.ex:1: A.b/1\n${'    ** (A) b\n'.repeat(n / 13)}`,
  'Elixir calls without places': (n) => `${'    A.b(1)\n'.repeat(n / 11)}    a.ex:1: A.b/1`,
  'Erlang calls': (n) => '  in call from a:b/1 (a.erl, line 3)\n'.repeat(n / 36),
  'Erlang quotes': (n) => `  in function  ${"'a':".repeat(n / 4)}b/1`,
  'Dart places': (n) => `#0 a (package:${'a.dart:'.repeat(n / 7)}1:2)`,
  'Dart stacks': (n) => 'a\n#0 a (package:a/a.dart:1:2)\n'.repeat(n / 30),
  'Swift frames': (n) => `0 ${'a + 1 in '.repeat(n / 9)}b at /a.swift:1:2`,
  'Swift code': (n) => `0 a() + 1 in b at /a.swift:1:2\n${' 1│ a\n'.repeat(n / 6)}`,
  'gdb arguments': (n) => `#1  0x0000 in f ${'('.repeat(n)}) at a.c:1`,
  'gdb quotes': (n) => `#1  0x0000 in f (${'"('.repeat(n / 2)}) at a.c:1`,
  'gdb stacks': (n) => '#0  f (a=1) at a.c:1\nfreed by thread T0 here:\n'.repeat(n / 46),
  'sanitizer paths': (n) => `    #0 0x55b2cee593df in f${' a'.repeat(n / 2)}.c:1:2`,
  'symbols of glibc': (n) => `./a(${'a'.repeat(n)}+0x1)[0x55938991e162]`,
  'parentheses of glibc': (n) => `./a${'('.repeat(n)})[0x55938991e162]`,
  'native code lines': (n) => `#0  f (a=1) at a.c:1\n${'        1: a\n'.repeat(n / 13)}`,
  'Lua titles': (n) => 'stack traceback:\n'.repeat(n / 17),
  'Lua calls': (n) => `stack traceback:\n\t${'a: in '.repeat(n / 6)}:1: in function 'f'`,
  'Perl calls': (n) => `\ta(${' called at '.repeat(n / 11)}b line 1`,
  'Perl evals': (n) => "\teval 'a\n".repeat(n / 9),
  'Perl places': (n) => `a${' at b.pl line 1'.repeat(n / 15)}.`,
  'Perl errors': (n) => 'a at b.pl line 1.\n'.repeat(n / 18),
  'Perl blocks': (n) => '\teval {...} called at b.pl line 1\n'.repeat(n / 34),
  'Perl code': (n) => '\tA::b() called at (eval 1) line 1\n'.repeat(n / 35),
  'names of Gecko': (n) => `${'@'.repeat(n)}a.js:1:2`,
  'places of Gecko': (n) => `f@http://a${' line 1 > eval'.repeat(n / 14)}:1:2`,
  'frames of Gecko': (n) => 'f@http://a/b.js:1:2\n'.repeat(n / 20),
  'placeless frames of Gecko': (n) => `${'f@\n'.repeat(n / 3)}f@[native code]`,
  'headers of Gecko': (n) => 'TypeError: x\nf@http://a/b.js:1:2\n\n'.repeat(n / 34),
  "Bun's evals": (n) => 'at f (file:///a.js:1:2)\nat f (/a.js:1:2)\n'.repeat(n / 42),
  'open place of V8': (n) => `at ${'(a '.repeat(n / 3)}:1:2`,
};
