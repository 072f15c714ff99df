import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { functionAt, scriptFunctions } from '../../../../../src/core/locate/functions/scriptFunctions';
import { pythonFunctionAt } from '../../../../../src/core/locate/functions/pythonFunctions';
import { fixturePath } from '../../../../kit/fixture';
import { assertLinear } from '../../../../kit/growth';

/** Name of the innermost function around `HERE`, which stands for `x`. */
function nameAt(marked: string): string | undefined {
  const text = marked.replace('HERE', 'x()');
  return functionAt(scriptFunctions(text), marked.indexOf('HERE'))?.name;
}

const cases: readonly (readonly [text: string, name: string | undefined])[] = [
  ['function f() { HERE }', 'f'],
  ['async function* f(a = {}) { HERE }', 'f'],
  ['export async function call<T>(p: string, i: Init = {}): Promise<T> { HERE }', 'call'],
  ['function f(): { a: string } { HERE }', 'f'],
  ['const f = () => { HERE };', 'f'],
  ['const f: Handler = async (a) => HERE;', 'f'],
  ['const f = (n) => n === 0 ? HERE : f(n - 1);', 'f'],
  ['const f = (n) => n;\nHERE', undefined],
  ['const f = (n) => n\nconst g = HERE', undefined],
  ['const f = function () { HERE }', 'f'],
  ['module.exports.go = function () { HERE }', 'go'],
  ['const o = { m() { HERE } }', 'm'],
  ['const o = { m: (a) => { HERE } }', 'm'],
  ["const o = { 'a b': () => { HERE } }", 'a b'],
  ['class A { constructor() { HERE } }', 'constructor'],
  ['class A extends B { get total(): number { HERE } }', 'total'],
  ['class A { #priv() { HERE } }', '#priv'],
  ['class A { [Symbol.iterator]() { HERE } }', '[Symbol.iterator]'],
  ['class A { run = async () => { HERE } }', 'run'],
  ['class A { private async go<T>(x: T): Promise<void> { HERE } }', 'go'],
  ['list.map((x) => { HERE })', undefined],
  ['function f() { list.map((x) => { HERE }) }', undefined],
  ['function f() { list.map((x) => x); HERE }', 'f'],
  ['function f() { if (a) { for (;;) { HERE } } }', 'f'],
  ['function f() { try { a() } catch (e) { HERE } }', 'f'],
  ['function f() { const s = "}"; HERE }', 'f'],
  ['function f() { const s = `}${g({ a: `}` })}`; HERE }', 'f'],
  ['function f() { return /[/}]+}/.test(a) ? HERE : 1 }', 'f'],
  ['function f() { const a = b / c; /* } */ HERE }', 'f'],
  ["function f() { return <p>don't {a}</p>;\n HERE }", 'f'],
  ['function f() { g() }\nHERE', undefined],
  ['type F = (a: string) => void;\nfunction g() { HERE }', 'g'],
];

describe('scriptFunctions', () => {
  for (const [text, name] of cases) {
    it(`names the function around ${JSON.stringify(text)}`, () => {
      assert.equal(nameAt(text), name);
    });
  }

  it('agrees with the TypeScript compiler about every named function of this repository', () => {
    let compared = 0;
    for (const file of sourceFiles('src')) {
      const text = readFileSync(file, 'utf8');
      const found = scriptFunctions(text);
      for (const [offset, name] of namedFunctions(
        ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
      )) {
        assert.equal(
          functionAt(found, offset)?.name,
          name,
          `${file}:${text.slice(0, offset).split('\n').length}`,
        );
        compared++;
      }
    }
    assert.ok(compared > 300, `compared ${compared}`);
  });

  it('takes any sequence of tokens', () => {
    const parts = [
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '=>',
      ':',
      '=',
      ',',
      ';',
      '`',
      '${',
      'a',
      'class ',
      'function',
      '*',
      '<',
      '>',
      '/',
      '"',
      '\n',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 40 }), (tokens) => {
        const text = tokens.join('');
        for (const { start, end } of scriptFunctions(text)) {
          assert.ok(start >= 0 && start <= end && end <= text.length);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('takes ten times as long for ten times as much text', function () {
    this.timeout(120_000);
    const texts = ['(', '{', 'a(', '=>', '`${', '/', 'x<', '):a', 'class ', '"', '[', 'f=()=>', '/*', 'a?b:'];
    for (const part of texts) {
      assertLinear(part, (length) => part.repeat(length / part.length), scriptFunctions, 30_000);
    }
  });
});

describe('pythonFunctionAt', () => {
  it('names the function around every line of the sample service', () => {
    const text = readFileSync(fixturePath('sampleApp/orders/inventory.py'), 'utf8');
    const lines = text.split('\n');
    const names = new Map([
      [28, '__init__'],
      [41, 'take'],
      [48, 'take'],
      [57, 'reserve'],
      [65, 'reserve'],
      [79, 'reserve_anywhere'],
      [18, undefined],
      [3, undefined],
    ]);
    for (const [line, name] of names) {
      assert.equal(pythonFunctionAt(lines, line - 1), name, `line ${line}`);
    }
  });

  it('looks through texts of several lines', () => {
    const lines = ['def f():', '    """', 'def g():', '    """', '    x = 1', 'y = f()'];
    assert.equal(pythonFunctionAt(lines, 4), 'f');
    assert.equal(pythonFunctionAt(lines, 5), undefined);
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The last character of each function's body, with the function's name where it has one of its own. */
function* namedFunctions(node: ts.Node): Generator<readonly [offset: number, name: string]> {
  if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body && node.name) {
    yield [node.body.end - 1, node.name.getText()];
  }
  for (const child of node.getChildren()) {
    yield* namedFunctions(child);
  }
}
