import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Frame } from '../../../../src/core/frames/frame';
import type { StackHint } from '../../../../src/core/frames/language';
import { parseStack } from '../../../../src/core/frames/parseStack';

function placeOf({ function: name, file, lineBase1 }: Frame): string {
  return `${name ?? '-'} @ ${file ?? '-'}:${lineBase1 ?? '-'}`;
}

function read(text: string, hint?: StackHint): unknown[] {
  return parseStack(text, hint).exceptions.map(({ language, type, message, relation, parent, frames }) => [
    language,
    type,
    message,
    parent === undefined ? relation : `${relation} of ${parent}`,
    ...frames.map(placeOf),
  ]);
}

describe('inputs other than the text of a runtime', () => {
  const xray =
    'Error: card declined\n\tat OrderService.charge(/var/task/src/order.js: 42)\n\tat <unknown>(<unknown>: <unknown>)\n';

  it("reads what OpenTelemetry's receiver makes of an exception of AWS X-Ray, in the language of its files", () => {
    assert.deepEqual(read(xray), [
      [
        'javascript',
        'Error',
        'card declined',
        'root',
        'OrderService.charge @ /var/task/src/order.js:42',
        '- @ -:-',
      ],
    ]);
    const languages = [
      ['charge(/var/task/order.py: 7)', 'python'],
      ['Shop.Order.charge(/src/Order.cs: 7)', 'dotnet'],
      ['com.acme.Order.charge(Order.java: 7)', 'jvm'],
      ['main.charge(/src/order.go: 7)', 'go'],
    ] as const;
    for (const [frame, language] of languages) {
      const [exception] = parseStack(`E: x\n\tat ${frame}\n`).exceptions;
      assert.deepEqual([exception?.language, exception?.frames[0]?.lineBase1], [language, 7], frame);
    }
  });

  it("keeps to the SDK's language where a text can be of several", () => {
    const text = 'E: x\n\tat charge(/var/task/order.js: 7)\n';
    assert.equal(parseStack(text, { language: 'python' }).exceptions[0]?.language, 'python');
    assert.equal(parseStack(text, { language: 'constructor' }).exceptions[0]?.language, 'javascript');
    const php = 'OrderException: x\n\tat Acme.Cart.map(Unknown Source)\n\tat Acme.Cart.total(Cart.php:7)\n';
    assert.deepEqual(read(php, { language: 'php' }), [
      ['php', 'OrderException', 'x', 'root', 'Acme.Cart.map @ -:-', 'Acme.Cart.total @ Cart.php:7'],
    ]);
    const java = 'a.E: x\n\tat com.acme.Cart.map(Unknown Source)\n\tat com.acme.Cart.total(Cart.java:7)\n';
    assert.equal(parseStack(java, { language: 'java' }).exceptions[0]?.language, 'jvm');
  });

  it('reads the exceptions of a segment of AWS X-Ray, each below what it led to', () => {
    const cause = {
      working_directory: '/var/task',
      exceptions: [
        {
          id: 'a1',
          type: 'OrderError',
          message: 'order failed',
          cause: 'b2',
          stack: [{ path: '/var/task/src/order.js', line: 42, label: 'charge' }],
        },
        { id: 'b2', type: 'Error', message: 'no', cause: 'a1', stack: [{ label: 'send' }, { path: 'x.js' }] },
      ],
    };
    const expected = [
      ['javascript', 'OrderError', 'order failed', 'root', 'charge @ /var/task/src/order.js:42'],
      ['javascript', 'Error', 'no', 'cause of 0', 'send @ -:-', '- @ x.js:-'],
    ];
    assert.deepEqual(read(JSON.stringify(cause)), expected);
    assert.deepEqual(read(JSON.stringify(cause.exceptions, undefined, 2)), expected);
  });

  it("reads the messages that Rust's tracing writes, which have no frames", () => {
    assert.deepEqual(
      read('["reading config", "no such file"]', { type: 'E', message: 'start', language: 'rust' }),
      [
        ['rust', 'E', 'start', 'root'],
        ['rust', undefined, 'reading config', 'cause of 0'],
        ['rust', undefined, 'no such file', 'cause of 1'],
      ],
    );
    assert.deepEqual(read('["reading config", "no such file"]'), []);
  });

  it("shows the frames of Apple's MetricKit, whose addresses lead to no line", () => {
    const flat = {
      callStacks: [{ threadAttributed: true, callStackFrames: [{ binaryName: 'Shop', offsetAddress: 404 }] }],
    };
    const nested = {
      callStacks: [
        {
          callStackRootFrames: [
            { binaryName: 'Shop', subFrames: [{ binaryName: 'UIKit', offsetIntoBinaryTextSegment: 9 }] },
          ],
        },
      ],
    };
    const frames = [flat, nested].map((value) =>
      parseStack(JSON.stringify(value)).exceptions.flatMap((exception) =>
        exception.frames.map(({ raw, kind, lineBase1 }) => [exception.language, raw, kind, lineBase1]),
      ),
    );
    assert.deepEqual(frames, [
      [['swift', 'Shop + 404', 'native', undefined]],
      [
        ['swift', 'Shop', 'native', undefined],
        ['swift', 'UIKit + 9', 'native', undefined],
      ],
    ]);
  });

  it("reads a stack inside a logger's object, or as a list of lines", () => {
    const stack = 'TypeError: x\n    at f (/srv/app/a.js:1:2)';
    const expected = [['javascript', 'TypeError', 'x', 'root', 'f @ /srv/app/a.js:1']];
    for (const value of [
      { type: 'TypeError', message: 'x', stack },
      { 'exception.stacktrace': stack },
      stack.split('\n'),
    ]) {
      assert.deepEqual(read(JSON.stringify(value)), expected);
    }
  });

  it('takes any JSON, and what only looks like it', () => {
    const texts = [
      '{',
      '[]',
      '{}',
      '[1]',
      '["a", 1]',
      '{"exceptions":7}',
      '{"exceptions":[{"stack":[7]}]}',
      '{"callStacks":[7]}',
      '[eval]',
      '{"stack":""}',
    ];
    for (const text of [...texts, '['.repeat(500_000) + ']'.repeat(500_000)]) {
      assert.deepEqual(
        parseStack(text).exceptions.flatMap(({ frames }) => frames),
        [],
        text.slice(0, 40),
      );
    }
  });

  const doubled = 'TypeError: x\\\\n    at f (/srv/app/a.js:1:2)\\\\n    at g (/srv/app/b.js:3:4)';
  const joined =
    'System.Exception: no   at Shop.Cart.Add(Int32 id) in /src/Cart.cs:line 7   at Shop.Cart.All() in /src/Cart.cs:line 9';
  it('reads doubly escaped stacks, and those whose line ends became blanks', () => {
    assert.deepEqual(read(doubled), [
      ['javascript', 'TypeError', 'x', 'root', 'f @ /srv/app/a.js:1', 'g @ /srv/app/b.js:3'],
    ]);
    assert.deepEqual(read(joined), [
      [
        'dotnet',
        'System.Exception',
        'no',
        'root',
        'Shop.Cart.Add @ /src/Cart.cs:7',
        'Shop.Cart.All @ /src/Cart.cs:9',
      ],
    ]);
    const javascript =
      'TypeError: cannot read x of undefined at f (/srv/app/a.js:1:2) at async g (/srv/app/b.js:3:4)';
    assert.deepEqual(
      parseStack(javascript).exceptions.flatMap(({ frames }) => frames.map(placeOf)),
      ['f @ /srv/app/a.js:1', 'g @ /srv/app/b.js:3'],
    );
  });
});
