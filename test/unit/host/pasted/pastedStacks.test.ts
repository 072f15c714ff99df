import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Memento } from 'vscode';
import { keptStacks, PastedStacks, type PastedStack } from '../../../../src/host/pasted/pastedStacks';
import type { AnalysisCalls } from '../../../../src/host/analysisCalls';
import { parseStack } from '../../../../src/core/frames/parseStack';

const stackText = 'TypeError: no\n    at total (/srv/app/src/checkout.ts:3:10)\n';

/** An analysis worker that knows no workspace. */
function analysisThatReads() {
  let changed = (): void => undefined;
  const call: AnalysisCalls['call'] = (_method, request) => {
    reader.asked++;
    const { exceptions, problems } = parseStack((request as { readonly text: string }).text);
    const resolved = exceptions.map((exception) => ({
      ...exception,
      frames: exception.frames.map((frame) => ({ ...frame, via: [] })),
    }));
    return Promise.resolve({ exceptions: resolved, problems });
  };
  const on: AnalysisCalls['on'] = (_event, listener) => {
    changed = () => {
      listener(undefined);
    };
    return { dispose: () => undefined };
  };
  const reader = {
    asked: 0,
    calls: { call, on },
    changeLines: () => {
      changed();
    },
  };
  return reader;
}

function memento(): Memento {
  const values = new Map<string, string>();
  return {
    keys: () => [...values.keys()],
    // As VS Code keeps them: as JSON.
    get: (key: string, fallback?: unknown) => {
      const json = values.get(key);
      return json === undefined ? fallback : (JSON.parse(json) as unknown);
    },
    update: (key, value) => {
      values.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  } as Memento;
}

describe('pasted stacks', () => {
  it('stand newest first, a text that was opened before once, and come back after a reload', async () => {
    const storage = memento();
    const pasted = new PastedStacks(analysisThatReads().calls, storage);
    await pasted.add(stackText, 'clipboard', undefined, 1);
    await pasted.add(`${stackText}    at other (/srv/app/src/other.ts:4:1)\n`, 'terminal', 'zsh', 2);
    await pasted.add(stackText, 'editor', 'error.log', 3);
    const again = new PastedStacks(analysisThatReads().calls, storage);
    assert.deepEqual(
      again.list().map(({ origin, originName, addedMs }) => [origin, originName, addedMs]),
      [
        ['editor', 'error.log', 3],
        ['terminal', 'zsh', 2],
      ],
    );
  });

  it('are none where the text has no frames', async () => {
    const pasted = new PastedStacks(analysisThatReads().calls, memento());
    assert.equal(await pasted.add('[x](command:y) $(zap) no stack', 'clipboard', undefined, 1), undefined);
    assert.deepEqual(pasted.list(), []);
  });

  it('keep both ends of a text of 10 MB', async () => {
    const pasted = new PastedStacks(analysisThatReads().calls, memento());
    const text = `${stackText}${'x'.repeat(10_000_000)}\n    at last (/srv/app/src/last.ts:9:1)\n`;
    const stack = await pasted.add(text, 'clipboard', undefined, 1);
    assert.ok(stack && stack.text.length <= 1 << 20);
    assert.ok(stack.text.startsWith(stackText) && stack.text.endsWith('last.ts:9:1)\n'));
  });

  it('are bounded by number and by the length of all texts', () => {
    const stack = (id: number, length: number): PastedStack => ({
      id: String(id),
      text: 'x'.repeat(length),
      origin: 'clipboard',
      addedMs: 0,
    });
    const many = Array.from({ length: 30 }, (_, id) => stack(id, 10));
    assert.deepEqual(keptStacks(many), many.slice(0, 20));
    const long = [stack(0, 1 << 19), stack(1, 1 << 19), stack(2, 1), stack(3, 1)];
    assert.deepEqual(keptStacks(long), long.slice(0, 2));
  });

  it('are looked up once, and again after lines changed', async () => {
    const reader = analysisThatReads();
    const pasted = new PastedStacks(reader.calls, memento());
    const stack = await pasted.add(stackText, 'clipboard', undefined, 1);
    assert.ok(stack);
    await pasted.resolve(stack);
    assert.equal(reader.asked, 1);
    let told = 0;
    pasted.onDidChange(() => told++);
    reader.changeLines();
    assert.equal(told, 1);
    await Promise.all([pasted.resolve(stack), pasted.resolve(stack)]);
    assert.equal(reader.asked, 2);
  });
});
