import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import type { CodeFact } from '../../../../src/core/spanCode/codeFact';
import { fileFacts, isTestFile } from '../../../../src/core/spanCode/fileFacts';
import { functionRanges } from '../../../../src/core/spanCode/functionRanges';
import { assertLinear } from '../../../kit/growth';

function factsIn(path: string, text: string): readonly CodeFact[] {
  return fileFacts(path, text)?.facts ?? [];
}

const extensions = ['ts', 'py', 'java', 'go', 'cs', 'rb', 'php', 'rs', 'ex'];

describe('facts of a file', () => {
  it('takes no route out of comments, strings and calls that send requests', () => {
    const text = [
      "// app.get('/a', show);",
      "/* app.get('/b', show); */",
      'const help = `app.get("/c", show)`;',
      "axios.get('/d', { params });",
      "request.get('x-tenant');",
      "cache.get('/e', fallback);",
      "app.get('/f', show);",
    ].join('\n');
    assert.deepEqual(factsIn('src/app.ts', text), [
      { kind: 'route', method: 'GET', path: '/f', handler: { name: 'show' }, lineBase1: 7 },
    ]);
  });

  it('reads constants, and literal parts of templates', () => {
    const text = "const PATH = '/orders';\napp.post(PATH, place);\ntracer.startSpan(`load ${kind} order`);";
    assert.deepEqual(factsIn('src/app.js', text), [
      { kind: 'route', method: 'POST', path: '/orders', handler: { name: 'place' }, lineBase1: 2 },
      { kind: 'span', parts: ['load ', ' order'], isSure: true, lineBase1: 3 },
    ]);
  });

  it('reads statements of several lines with the constant that holds them', () => {
    const text = 'FIND = """\n  SELECT id\n  FROM orders -- all\n  WHERE id = %s\n"""\n';
    assert.deepEqual(factsIn('store.py', text), [
      { kind: 'statement', words: 'select id from orders where id = ?', constant: 'FIND', lineBase1: 1 },
    ]);
  });

  it('knows the words of a text and few others', () => {
    const { words } = fileFacts('a.go', 'package orders\nfunc Place() { charge() }')!;
    assert.ok(['orders', 'Place', 'charge'].every((word) => words.mayHave(word)));
    const others = Array.from({ length: 1000 }, (_, i) => `other${i}`).filter((word) => words.mayHave(word));
    assert.ok(others.length < 120, String(others.length));
  });

  it('tells tests from sources', () => {
    for (const path of ['test/a.ts', 'src/a.spec.ts', 'a_test.go', 'tests/test_a.py', 'src/OrderTest.java']) {
      assert.ok(isTestFile(path), path);
    }
    for (const path of ['src/contest.ts', 'src/latest/a.go', 'src/Attestation.java']) {
      assert.ok(!isTestFile(path), path);
    }
  });

  it('reads any text without an error', () => {
    const piece = fc.constantFrom(
      ...[
        '(',
        ')',
        '{',
        '}',
        '[',
        ']',
        '<',
        '>',
        '"',
        "'",
        '`',
        '${',
        '#{',
        '"""',
        '/*',
        '//',
        '#',
        '@',
        '\\',
        '\n',
        ',',
      ],
      ...[
        'get',
        'route',
        'app.',
        'Route::',
        '@Get',
        "'/a'",
        'SELECT a FROM b',
        'def f',
        'class A',
        '=',
        '=>',
        '<<~SQL',
        'impl A for B',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom(...extensions), (pieces, extension) => {
        const text = pieces.join(' ');
        factsIn(`a.${extension}`, text);
        functionRanges(`a.${extension}`, text);
      }),
      { numRuns: 400 },
    );
  });

  it('takes time in line with the length of a text, however hostile', () => {
    const units = [
      'app.get(',
      "'a' ",
      '<',
      'a::',
      'a.',
      '`${',
      '"\\',
      '/*',
      '@a',
      'x = (',
      '{[(',
      '<<A\n',
      'f"{',
      'route().',
      "get '/a', ",
    ];
    for (const extension of extensions) {
      for (const unit of units) {
        assertLinear(
          `${extension} ${JSON.stringify(unit)}`,
          (length) => unit.repeat(Math.ceil(length / unit.length)),
          (text) => fileFacts(`a.${extension}`, text),
          8_000,
        );
      }
    }
  }).timeout(60_000);
});
