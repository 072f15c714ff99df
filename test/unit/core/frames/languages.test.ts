import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Frame, ParsedException, StackLanguageId } from '../../../../src/core/frames/frame';
import type { StackHint } from '../../../../src/core/frames/language';
import { parseStack } from '../../../../src/core/frames/parseStack';
import { fixturePath } from '../../../kit/fixture';
import {
  documentedStacks,
  drawStack,
  golden,
  languageStacks,
  recordedStacks,
  runtimeStacks,
  type LanguageStack,
} from '../../../kit/stackFixtures';

const LANGUAGES = [
  'jvm',
  'go',
  'dotnet',
  'php',
  'rust',
  'engines',
  'ruby',
  'perl',
  'lua',
  'elixir',
  'erlang',
  'cpp',
] as const;
const DOCUMENTED = ['documented', 'documentedMore'] as const;

function draw(stacks: readonly LanguageStack[]): string {
  return stacks
    .map((stack) => `# ${stack.name}\n${drawStack(parseStack(stack.text, stack.hint))}`)
    .join('\n');
}

function ownStacks(): LanguageStack[] {
  return [...LANGUAGES.flatMap(languageStacks), ...DOCUMENTED.flatMap(documentedStacks)];
}

/** Every stack of the fixtures with the language it is in. */
function allStacks(): Pick<LanguageStack, 'name' | 'language' | 'text'>[] {
  const plain = (language: StackLanguageId) => (stack: { name: string; text: string }) => ({
    name: stack.name,
    text: stack.text,
    language,
  });
  return [
    ...ownStacks(),
    ...(['node20', 'node24'] as const).flatMap((name) => runtimeStacks(name).map(plain('javascript'))),
    ...runtimeStacks('python311').map(plain('python')),
    ...recordedStacks().map((stack) =>
      plain(stack.text.includes('  File "') ? 'python' : 'javascript')(stack),
    ),
  ];
}

function framesOf(text: string, hint?: StackHint): readonly Frame[] {
  return parseStack(text, hint).exceptions.flatMap((exception) => exception.frames);
}

describe('stack languages', () => {
  for (const language of LANGUAGES) {
    it(`reads every stack of ${language} as its golden says`, () => {
      const actual = draw(languageStacks(language));
      assert.equal(actual, golden(`frames/${language}.txt`, actual));
    });
  }

  for (const name of DOCUMENTED) {
    it(`reads every form of ${name} as its golden says`, () => {
      const actual = draw(documentedStacks(name));
      assert.equal(actual, golden(`frames/${name}.txt`, actual));
    });
  }

  it('finds frames of no language but its own in any stack', () => {
    let checked = 0;
    for (const { name, text, language } of allStacks()) {
      const others = parseStack(text).exceptions.filter((exception) => exception.language !== language);
      assert.deepEqual(others, [], `${language}: ${name}`);
      checked++;
    }
    assert.ok(checked > 100, `checked ${checked}`);
  });

  it('keeps two stacks of different languages in one text apart, in either order', () => {
    const samples = sampleOfEach();
    for (const first of samples) {
      for (const second of samples) {
        if (first.language === second.language) {
          continue;
        }
        const text = `${first.text.trimEnd()}\n${second.text.trimEnd()}\n`;
        const places = (language: StackLanguageId): string[] =>
          parseStack(text)
            .exceptions.filter((exception) => exception.language === language)
            .flatMap((exception) => exception.frames.map(placeOf));
        for (const sample of [first, second]) {
          assert.deepEqual(
            places(sample.language),
            framesOf(`${sample.text.trimEnd()}\n`).map(placeOf),
            `${sample.language} of ${first.language} before ${second.language}`,
          );
        }
      }
    }
  });

  it('reads a Java exception that a Python error or a JavaScript error tells of', () => {
    const java = 'java.lang.IllegalStateException: closed\n\tat com.acme.shop.Cart.add(Cart.java:7)\n';
    const python = `Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\n    g()\npy4j.protocol.Py4JJavaError: An error occurred while calling o42.add.\n: ${java}`;
    const javascript = `Error: bridge failed\n    at call (/srv/app/a.js:1:2)\nCaused by: ${java}`;
    const chains = [python, javascript].map((text) =>
      parseStack(text).exceptions.map(({ language, type, relation, parent, frames }) => [
        language,
        type,
        relation,
        parent,
        frames.map(placeOf).join(),
      ]),
    );
    const place = 'com.acme.shop.Cart.add @ Cart.java:7';
    const type = 'java.lang.IllegalStateException';
    assert.deepEqual(chains, [
      [
        ['python', 'py4j.protocol.Py4JJavaError', 'root', undefined, 'f @ /srv/a.py:3'],
        ['jvm', type, 'root', undefined, place],
      ],
      [
        ['javascript', 'Error', 'root', undefined, 'call @ /srv/app/a.js:1'],
        ['jvm', type, 'cause', 0, place],
      ],
    ]);
  });

  it('says where a text was cut, and keeps what is certain of the last frame', () => {
    const cases = [
      [
        'java.lang.Error: x\n\tat com.acme.Cart.add(Cart.java:7)\n\tat com.acme.Cart.all(Cart.java:1',
        'com.acme.Cart.all @ Cart.java:-',
      ],
      [
        'java.lang.Error: x\n\tat com.acme.Cart.add(Cart.java:7)\n\tat com.acme.Cart.all(Car',
        'com.acme.Cart.all @ -:-',
      ],
      [
        'goroutine 1 [running]:\nmain.add(...)\n\t/srv/a.go:7\nmain.(*Cart).all(0xc00',
        'main.(*Cart).all @ -:-',
      ],
    ] as const;
    for (const [text, expected] of cases) {
      const [exception] = parseStack(text).exceptions;
      const last = exception?.frames.at(-1);
      assert.deepEqual([last && placeOf(last), last?.cut, exception?.truncated], [expected, true, true]);
    }
    const [complete] = parseStack('java.lang.Error: x\n\tat com.acme.Cart.add(Cart.java:7)').exceptions;
    assert.deepEqual([complete?.frames[0]?.cut, complete?.truncated], [undefined, undefined]);
  });

  it('tells own code from packages, runtimes, generated code and tracing', () => {
    const lines: readonly (readonly [line: string, kind: Frame['kind']])[] = [
      ['\tat java.base/java.util.Optional.map(Optional.java:260)', 'runtime'],
      ['\tat javax.persistence.Query.run(Query.java:1)', 'runtime'],
      ['\tat javaland.Shop.open(Shop.java:1)', 'app'],
      ['\tat scalable.Shop.open(Shop.scala:1)', 'app'],
      ['\tat com.sunrise.Shop.open(Shop.java:1)', 'app'],
      ['\tat org.springframework.beans.Bean.get(Bean.java:1)', 'dependency'],
      ['\tat io.opentelemetry.sdk.trace.SdkSpan.end(SdkSpan.java:1)', 'sdk'],
      ['\tat com.acme.Cart$$SpringCGLIB$$0.add(<generated>)', 'generated'],
      ['   at System.Linq.Enumerable.Sum() in /_/src/Sum.cs:line 3', 'runtime'],
      ['   at Systematic.Shop.Open() in /src/Shop.cs:line 3', 'app'],
      ['   at Npgsql.NpgsqlCommand.Run(Int32 id) in /src/Command.cs:line 3', 'dependency'],
      ['   at OpenTelemetry.Trace.Tracer.Start(String name)', 'sdk'],
    ];
    for (const [line, kind] of lines) {
      const [frame] = framesOf(`x\n${line}\n`);
      assert.equal(frame?.kind, kind, line);
      assert.equal(frame.inApp, kind === 'app', line);
    }
    const go = (path: string, name: string): string | undefined =>
      framesOf(`goroutine 1 [running]:\n${name}()\n\t${path}:7 +0x1d\n`)[0]?.kind;
    assert.equal(go('/usr/local/go/src/net/http/server.go', 'net/http.serve'), 'runtime');
    assert.equal(go('net/http/server.go', 'net/http.serve'), 'runtime');
    assert.equal(go('/srv/app/net/http/server.go', 'github.com/acme/shop/net/http.serve'), 'app');
    assert.equal(go('/home/ci/go/pkg/mod/github.com/x/y@v1.2.3/z.go', 'github.com/x/y.z'), 'dependency');
    assert.equal(go('github.com/x/y@v1.2.3/z.go', 'github.com/x/y.z'), 'dependency');
    assert.equal(go('/srv/app/vendor/github.com/x/y/z.go', 'github.com/x/y.z'), 'dependency');
    assert.equal(go('<autogenerated>', 'main.(*T).M'), 'generated');
  });

  it('reads quoted, escaped, coloured and CRLF texts like the plain one', () => {
    for (const { name, text } of ownStacks()) {
      const expected = framesOf(text).map(placeOf);
      const disguises = [
        JSON.stringify(text),
        text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
        text.replaceAll('\n', '\r\n'),
        text.replace(/(\d+)/g, '\u001b[33m$1\u001b[0m'),
      ];
      for (const disguise of disguises) {
        assert.deepEqual(framesOf(disguise).map(placeOf), expected, name);
      }
    }
  });

  it('never takes a line from a place where the text was cut without saying so', () => {
    let cuts = 0;
    for (const { name, text, hint } of ownStacks()) {
      if (isKnownOnlyWhole(name, hint)) {
        continue;
      }
      const whole = new Set(framesOf(text, hint).flatMap((frame) => [placeOf(frame), lineOf(frame)]));
      const step = text.length > 2_000 ? 13 : 1;
      for (let length = 1; length < text.length; length += step) {
        for (const frame of framesOf(text.slice(0, length), hint)) {
          const isKnown = frame.lineBase1 === undefined || frame.cut === true || isIn(whole, frame);
          assert.ok(isKnown, `${name} cut at ${length}: ${placeOf(frame)}`);
        }
        cuts++;
      }
    }
    assert.ok(cuts > 10_000, `cut ${cuts} times`);
  });

  it('marks the frame of the last line wherever the text was cut inside that line', () => {
    let marked = 0;
    for (const { name, text } of allStacks()) {
      const step = text.length > 1_000 ? 29 : 3;
      for (let length = 1; length < text.length; length += step) {
        const cut = text.slice(0, length);
        const last = cut.slice(cut.lastIndexOf('\n') + 1);
        if (text.charAt(length) === '\n' || /(?:[)\]>}]|[^ ]')\s*[{,]?\s*$/.test(last)) {
          continue;
        }
        for (const frame of framesOf(cut)) {
          if (frame.raw === last && frame.lineBase1 !== undefined) {
            assert.equal(frame.cut ?? isComplete(last), true, `${name} cut at ${length}: ${last}`);
            marked++;
          }
        }
      }
    }
    assert.ok(marked > 1_000, `marked ${marked}`);
  });

  it('marks the frame of the first line where its beginning is missing', () => {
    const cases: readonly (readonly [text: string, first: string | undefined])[] = [
      ["/lib/shop/order.rb:14:in `charge'\n\tfrom /srv/shop/lib/shop/order.rb:3:in `pay'\n", 'charge'],
      ["rom app.rb:14:in `charge'\n\tfrom app.rb:3:in `pay'\n", 'charge'],
      [') called at /srv/lib/Order.pm line 17\n\tmain::run() called at /srv/app.pl line 3\n', 'main::run'],
      [
        '::parse("x") called at /srv/lib/Order.pm line 17\n\tmain::run() called at a.pl line 3\n',
        'main::run',
      ],
      ['ed at /srv/lib/Order.pm line 17\n\tmain::run() called at /srv/app.pl line 3\n', 'main::run'],
      ['line at /srv/lib/Order.pm line 17.\n\tmain::run() called at /srv/app.pl line 3\n', 'main::run'],
      ['Order::sum at /srv/lib/Order.pm line 17.\n\tmain::run() called at a.pl line 3\n', 'main::run'],
      ["services/order.rb:14:in `charge'\nbin/api.rb:3:in `pay'\n", 'charge'],
      ["/srv/shop/order.rb:14:in `charge': no (E)\n\tfrom /home/ci/srv/shop/api.rb:3:in `pay'\n", 'charge'],
      ['@https://shop.example/order.js:14:7\npay@https://shop.example/api.js:3:1\n', undefined],
      ['tal/<@https://shop.example/order.js:14:7\npay@https://shop.example/api.js:3:1\n', 'tal/<'],
      ['e*@https://shop.example/order.js:14:7\npay@https://shop.example/api.js:3:1\n', undefined],
      ['Exception: no in /srv/order.php:14\n#0 /srv/api.php(3): charge()\n#1 {main}\n', 'charge'],
      [
        '  File "/srv/api.py", line 3, in pay\n  |     charge()\n  |   File "/srv/order.py", line 14, in charge\n',
        'pay',
      ],
      ['0# charge at /srv/order.cpp:14\n11# main at /srv/api.cpp:3\n', 'charge'],
    ];
    for (const [text, name] of cases) {
      const [first, second] = framesOf(text);
      const marked = [first, second].find((frame) => frame?.rawLine === 0);
      const other = [first, second].find((frame) => frame?.rawLine !== 0);
      assert.deepEqual([marked?.function, marked?.cut, other?.cut], [name, true, undefined], text);
    }
    const whole = [
      "/srv/order.rb:14:in `charge': no (Shop::Error)\n\tfrom /srv/order.rb:3:in `pay'\n",
      "/srv/order.rb:14:in `charge'\n/srv/order.rb:3:in `pay'\n",
      "bin/order.rb:14:in `charge'\nbin/api.rb:3:in `pay'\n",
      "\tfrom bin/order.rb:14:in `charge'\n\tfrom /srv/api.rb:3:in `pay'\n",
      'No order at /srv/lib/Order.pm line 17.\n\tmain::run() called at /srv/app.pl line 3\n',
      'total@https://shop.example/order.js:14:7\n@https://shop.example/api.js:3:1\n',
      'Error: no\n@https://shop.example/order.js:14:7\n@https://shop.example/api.js:3:1\n',
      'PHP Fatal error:  Uncaught Exception: no in /srv/order.php:14\n#0 /srv/api.php(3): charge()\n#1 {main}\n',
      '  File "/srv/api.py", line 3, in pay\n    charge()\n  File "/srv/order.py", line 14, in charge\n    x\n',
      '10# charge at /srv/order.cpp:14\n11# main at /srv/api.cpp:3\n',
    ];
    for (const text of whole) {
      assert.ok(
        framesOf(text).every((frame) => frame.cut === undefined),
        text,
      );
    }
    const sent = ['no at /srv/lib/Order.pm line 17.\n', 'Exception: no in /srv/order.php:14\n#0 {main}\n'];
    for (const text of [...sent, '@https://shop.example/order.js:14:7\n', "order.rb:14:in `pay': no (E)\n"]) {
      assert.equal(framesOf(text, { message: 'no' })[0]?.cut, undefined, text);
      assert.equal(framesOf(text)[0]?.cut, true, text);
    }
  });

  it('reads the indented backtraces of Rails and RSpec with the paths that Ruby printed', () => {
    const rails =
      "ZeroDivisionError (divided by 0):\n\n  app/models/order.rb:12:in `charge'\n  app/jobs/pay.rb:4:in `perform'\n";
    const rspec =
      "     RuntimeError:\n       no order\n     # ./lib/order.rb:12:in `charge'\n     # ./spec/order_spec.rb:9:in `block in <top (required)>'\n";
    assert.deepEqual(
      [rails, rspec].map((text) => framesOf(text).map(({ file }) => file)),
      [
        ['app/models/order.rb', 'app/jobs/pay.rb'],
        ['./lib/order.rb', './spec/order_spec.rb'],
      ],
    );
  });

  it("takes no line of code that Bun evaluated for one of the evaluating file's", () => {
    const stacks: readonly string[] = [
      'at <anonymous> (file:///srv/a.mjs:1:16)\nat eval (native)\nat run (/srv/a.mjs:41:15)',
      'at anonymous (file:///srv/a.mjs:3:15)\nat attempt (/srv/main.mjs:61:11)',
      'at f (file:///C:/Users/Jo%20Doe/shop/a.mjs:1:16)\nat run (C:\\Users\\Jo Doe\\shop\\a.mjs:41:15)',
      'at f (file:///srv/a.mjs:1:16)\nat <anonymous> (file:///srv/a.mjs:1:40)\nat run (/srv/b.mjs:41:15)',
    ];
    for (const stack of stacks) {
      const frames = framesOf(`Error: in eval\n${stack.replaceAll(/^/gm, '    ')}\n`);
      for (const frame of frames.filter(({ raw }) => raw.includes('file:'))) {
        assert.deepEqual([frame.kind, frame.lineBase1], ['eval', undefined], frame.raw);
      }
      assert.ok(frames.at(-1)?.lineBase1 !== undefined);
    }
    const node =
      'Error: x\n    at anonymous (file:///srv/a.mjs:3:15)\n    at g (/srv/node_modules/b/index.js:1:2)\n    at node:internal/main/run_main_module:1:2\n';
    assert.equal(framesOf(node)[0]?.lineBase1, 3);
  });

  it('holds together for any mixture of pieces of stacks', () => {
    const texts = allStacks().map(({ text }) => text);
    const piece = fc.record({
      text: fc.nat(texts.length - 1),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 1, max: 600 }),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const mixed = pieces
          .map(({ text, from, length }) => {
            const start = Math.floor(from * texts[text]!.length);
            return texts[text]!.slice(start, start + length);
          })
          .join('');
        const lines = mixed.split('\n');
        const { exceptions } = parseStack(mixed);
        exceptions.forEach((exception, index) => {
          assert.ok(rootOf(exceptions, index), 'parents lead to a root');
          for (const frame of exception.frames) {
            const line = lines[frame.rawLine] ?? '';
            assert.ok(line.includes(frame.raw.trim().slice(0, 20)), `${frame.rawLine}: ${frame.raw}`);
          }
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('pairs every line with the function it is in: the line calls the function of the frame above', () => {
    const sources = new Map<string, readonly string[]>();
    let checked = 0;
    for (const language of LANGUAGES) {
      for (const { name, text, hint } of languageStacks(language)) {
        for (const { frames } of parseStack(text, hint).exceptions) {
          frames.forEach((frame, index) => {
            const source = programLine(sources, language, name, frame);
            const callee = frames[index - 1];
            const called = callee?.kind === 'app' ? plainName(callee.function) : undefined;
            if (
              source !== undefined &&
              called !== undefined &&
              frame.createdBy === undefined &&
              !/body\b|invoke\(|proxy\.|cases\[|case_of|run\.\(\)|code->\(|\$case eq/.test(source) &&
              !hasLostCalls(name)
            ) {
              assert.ok(
                source.includes(called),
                `${name}: ${placeOf(frame)} calls ${called}, but holds ${source}`,
              );
              checked++;
            }
          });
        }
      }
    }
    assert.ok(checked > 150, `checked ${checked}`);
  });
});

/**
 * Only the calls further down tell that Bun's first ones are code passed to `eval`, and that what looks like calls is not the whole
 * stack but a message.
 */
function isKnownOnlyWhole(name: string, hint: StackHint | undefined): boolean {
  return /^(?:Bun.*: (?:eval|Function)|multiline)$/.test(name) || hint?.message?.includes('\n') === true;
}

/** A line with everything that tells its place, whose rest tells other things. */
function isComplete(last: string): boolean {
  // A tail of registers, a thread, or a note can follow.
  return / \+0x[\da-f]+/.test(last);
}

/** Whether the parents of an exception end at one without. */
function rootOf(exceptions: readonly ParsedException[], start: number): boolean {
  let index: number | undefined = start;
  for (let steps = 0; index !== undefined && steps <= exceptions.length; steps++) {
    const exception: ParsedException | undefined = exceptions[index];
    if (!exception) {
      return false;
    }
    index = exception.parent;
  }
  return index === undefined;
}

/** The first stack of each language that has several frames and its whole header. */
function sampleOfEach(): Pick<LanguageStack, 'name' | 'language' | 'text'>[] {
  const byLanguage = new Map<StackLanguageId, Pick<LanguageStack, 'name' | 'language' | 'text'>>();
  for (const stack of allStacks()) {
    if (!byLanguage.has(stack.language) && framesOf(stack.text).length > 2) {
      byLanguage.set(stack.language, stack);
    }
  }
  return [...byLanguage.values()];
}

function placeOf(frame: Frame): string {
  return `${frame.function ?? '-'} @ ${lineOf(frame)}`;
}

/** Whether the whole text has the frame's place; one without a function may be printed with a shorter path. */
function isIn(places: ReadonlySet<string>, frame: Frame): boolean {
  if (frame.function !== undefined) {
    return places.has(placeOf(frame));
  }
  const line = lineOf(frame);
  return places.has(line) || [...places].some((place) => place.endsWith(`/${line}`));
}

function lineOf(frame: Frame): string {
  // A panic's own line leaves out the `./` that its backtrace prints.
  return `${frame.file?.replace(/^\.\//, '') ?? '-'}:${frame.lineBase1 ?? '-'}`;
}

/** The line of the program that a frame names; `undefined` for library code. */
function programLine(
  sources: Map<string, readonly string[]>,
  language: string,
  name: string,
  { file, lineBase1, kind }: Frame,
): string | undefined {
  const path = file === undefined || kind !== 'app' ? undefined : programPath(language, name, file);
  if (path === undefined || lineBase1 === undefined) {
    return undefined;
  }
  let lines = sources.get(path);
  if (!lines) {
    lines = readFileSync(fixturePath(`stacks/programs/${path}`), 'utf8').split('\n');
    sources.set(path, lines);
  }
  const line = lines[lineBase1 - 1];
  assert.ok(line !== undefined && line.trim() !== '', `${path}:${lineBase1}`);
  return line;
}

const JVM_FOLDERS: Readonly<Record<string, string>> = {
  java: 'java/com/acme/shop',
  kotlin: 'kotlin',
  scala: 'scala',
  groovy: 'groovy',
  clojure: 'clojure/acme',
  logback: 'logback/com/acme/shop',
};

/** Calls in tail position are left out by some engines; addr2line looks up return addresses, a line late. */
function hasLostCalls(name: string): boolean {
  return /^(?:Bun|LuaJIT|Boost|JavaScriptCore|Lua 5.4 tail)/.test(name);
}

const SCRIPTED = new Set(['engines', 'ruby', 'perl', 'lua', 'elixir', 'erlang', 'cpp']);

function programPath(language: string, name: string, file: string): string | undefined {
  const folder = JVM_FOLDERS[name.split(':')[0]!];
  if (folder !== undefined && !file.includes('/')) {
    return `${folder}/${file}`;
  }
  const path = file.replace('file://', '');
  if (path.startsWith('/srv/app/')) {
    return path.slice('/srv/app/'.length);
  }
  if (SCRIPTED.has(language)) {
    return `${language}/${path.replace('./', '')}`;
  }
  if (file.startsWith('./src/') || file.startsWith('src/')) {
    return `rust/${file.replace('./', '')}`;
  }
  const module = 'github.com/acme/shop/';
  return file.startsWith(module) ? `go/${file.slice(module.length)}` : undefined;
}

/** The name as a caller writes it; `undefined` where the compiler made it up. */
function plainName(name: string | undefined): string | undefined {
  const plain = name?.replace(/::h[\da-f]{16}$/, '').replace(/\[\w+\]$|\/\d+$|\((?!\*).*$/, '');
  const last = plain?.split(/\.|::?|->|#/).at(-1);
  if (last === undefined || !/^[A-Za-z_]\w*$/.test(last)) {
    return undefined;
  }
  const isMade =
    /^(?:func\d+|get|accept|invoke|invokeStatic|doCall|run|main|apply|close|__call|mapped|total|operator|ctor|charge_BANG_)$/.test(
      last,
    ) || plain?.includes('$anon') === true;
  return isMade ? undefined : last;
}
