import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { contentHashOf, inlineMap, mapReferenceOf } from '../../../../src/core/sourcemaps/mapReference';
import type { GeneratedShape } from '../../../../src/core/sourcemaps/mappings';
import { checkSourceMap, type CheckedMap } from '../../../../src/core/sourcemaps/sourceMap';
import type { MapFault } from '../../../../src/core/sourcemaps/mapFault';
import type { Result } from '../../../../src/base/result';
import { assertLinear } from '../../../kit/growth';
import { unpaused } from '../../../kit/unpaused';

const sound = {
  version: 3,
  sources: ['a.ts'],
  sourcesContent: ['one\ntwo\n'],
  names: ['f'],
  // Line 1, column 0 → a.ts 1:0; line 1, column 4 → a.ts 2:1 named f.
  mappings: 'AAAA,IACCA',
};
const generated = { lineLengths: [8, 0] };

function check(text: string, shape: GeneratedShape | undefined = generated): Result<CheckedMap, MapFault> {
  return unpaused(checkSourceMap(new TextEncoder().encode(text), shape));
}

function faultOf(map: unknown, text = JSON.stringify(map)): string {
  const checked = check(text);
  return checked.ok ? 'sound' : checked.error;
}

describe('checkSourceMap', () => {
  const cases: readonly (readonly [title: string, map: unknown, expected: string])[] = [
    ['takes a sound map', sound, 'sound'],
    ['takes null sources and contents', { ...sound, sources: [null], sourcesContent: [null] }, 'sound'],
    ['takes an empty map', { version: 3, sources: [], names: [], mappings: '' }, 'sound'],
    ['takes segments without source', { ...sound, mappings: 'A,IAAA' }, 'sound'],
    ['takes sections', { version: 3, sections: [{ offset: { line: 0, column: 0 }, map: sound }] }, 'sound'],
    ['refuses another version', { ...sound, version: 2 }, 'mapVersion'],
    ['refuses a map without sources', { ...sound, sources: undefined }, 'mapShape'],
    ['refuses sources that are numbers', { ...sound, sources: [7] }, 'mapShape'],
    ['refuses a source index beyond the sources', { ...sound, mappings: 'AEAA' }, 'mapSourceIndex'],
    ['refuses a negative source index', { ...sound, mappings: 'ADAA' }, 'mapSourceIndex'],
    ['refuses a name index beyond the names', { ...sound, mappings: 'AAAAE' }, 'mapSourceIndex'],
    ['refuses a line beyond the source', { ...sound, mappings: 'AAIA' }, 'mapSourceLine'],
    ['refuses a negative line', { ...sound, mappings: 'AADA' }, 'mapSourceLine'],
    ['refuses a negative column', { ...sound, mappings: 'DAAA' }, 'mapMappings'],
    ['refuses characters that are no base64', { ...sound, mappings: 'AA!A' }, 'mapMappings'],
    ['refuses a segment of two fields', { ...sound, mappings: 'AA' }, 'mapMappings'],
    ['refuses a segment of six fields', { ...sound, mappings: 'AAAAAA' }, 'mapMappings'],
    ['refuses an unfinished number', { ...sound, mappings: 'AAAg' }, 'mapMappings'],
    ['takes a number with zeros before it', { ...sound, mappings: 'gggggggggggA' }, 'sound'],
    ['refuses a number of more than 32 bits', { ...sound, mappings: 'ggggggggggggE' }, 'mapMappings'],
    ['refuses an endless number', { ...sound, mappings: 'g'.repeat(5000) }, 'mapMappings'],
    ['refuses a minus without a number', { ...sound, mappings: 'BAAA' }, 'mapMappings'],
    ['refuses an ignored source that it does not have', { ...sound, ignoreList: [1] }, 'mapSourceIndex'],
    ['refuses a name that is a number', { ...sound, names: [1] }, 'mapShape'],
    ['refuses a source root that is a number', { ...sound, sourceRoot: 1 }, 'mapShape'],
    ['takes lists of nothing', { ...sound, sourcesContent: null, file: null, sourceRoot: null }, 'sound'],
    ['takes escaped mappings', undefined, 'sound'],
    ['refuses a column beyond the generated line', { ...sound, mappings: 'AAAA,SAAA' }, 'mapBeyondFile'],
    ['refuses a line beyond the generated file', { ...sound, mappings: ';;;;AAAA' }, 'mapBeyondFile'],
    [
      'refuses sections out of order',
      {
        version: 3,
        sections: [
          { offset: { line: 1, column: 0 }, map: { ...sound, mappings: '' } },
          { offset: { line: 0, column: 0 }, map: sound },
        ],
      },
      'mapShape',
    ],
    [
      'refuses a broken section',
      { version: 3, sections: [{ offset: { line: 0, column: 0 }, map: { ...sound, mappings: 'AEAA' } }] },
      'mapSourceIndex',
    ],
  ];
  for (const [title, map, expected] of cases) {
    it(title, () => {
      const escaped = JSON.stringify(sound).replace('AAAA,', '\\u0041AAA,');
      assert.equal(map === undefined ? faultOf(map, escaped) : faultOf(map), expected);
    });
  }

  it('takes the prefix against script inclusion, and refuses what is no JSON', () => {
    assert.equal(faultOf(undefined, `)]}'\n${JSON.stringify(sound)}`), 'sound');
    for (const text of [
      '',
      '[]',
      'null',
      '<!doctype html>',
      '{"version":3',
      '{"version":3}}',
      '{"a":[1}',
      '{1:2}',
    ]) {
      assert.equal(faultOf(undefined, text), 'mapNotJson', text);
    }
  });

  it('keeps roots, contents, ignore lists and debug ids', () => {
    const id = '85314830-023f-4cf1-a267-535f4e37bb17';
    const map = { ...sound, sourceRoot: '/app/src/', x_google_ignoreList: [0], debug_id: id, file: 'x.js' };
    const checked = check(JSON.stringify(map));
    assert.ok(checked.ok);
    const [source] = checked.value.sources;
    assert.equal(source?.url, '/app/src/a.ts');
    assert.equal(source.isIgnored, true);
    assert.equal(checked.value.contentOf(source), 'one\ntwo\n');
    assert.equal(checked.value.debugId, id);
    assert.equal(checked.value.file, 'x.js');
  });

  it('checks mappings in time linear in their length', function () {
    this.timeout(60_000);
    assertLinear(
      'segments',
      (n) => JSON.stringify({ ...sound, mappings: 'AAAA,'.repeat(n / 5) }),
      faultOfText,
    );
    assertLinear('lines', (n) => JSON.stringify({ ...sound, mappings: ';'.repeat(n) }), faultOfText);
  });
});

function faultOfText(text: string): string {
  return faultOf(undefined, text);
}

describe('mapReferenceOf', () => {
  const cases: readonly (readonly [text: string, url: string | undefined])[] = [
    ['a();\n//# sourceMappingURL=a.js.map\n', 'a.js.map'],
    ['a();\n//@ sourceMappingURL=a.js.map', 'a.js.map'],
    ['a{}\n/*# sourceMappingURL=a.css.map */', 'a.css.map'],
    ['//# sourceMappingURL=old.map\n//# sourceMappingURL=new.map', 'new.map'],
    ['const s = "//# sourceMappingURL=" + name;', undefined],
    ['x("sourceMappingURL=no.map")', undefined],
    ['a();', undefined],
  ];
  for (const [text, url] of cases) {
    it(`finds ${url ?? 'nothing'} in ${JSON.stringify(text)}`, () => {
      assert.equal(mapReferenceOf(text).url, url);
    });
  }

  it('finds the debug id in the last lines', () => {
    const id = '85314830-023f-4cf1-a267-535f4e37bb17';
    assert.equal(mapReferenceOf(`a();\n//# debugId=${id}\n//# sourceMappingURL=a.map`).debugId, id);
  });

  it('takes no comment that has code behind it', () => {
    assert.equal(mapReferenceOf('//# sourceMappingURL=a.map\nb();').url, undefined);
    assert.equal(mapReferenceOf('//# sourceMappingURL=a.map\n// b\n/* c */\n').url, 'a.map');
  });

  it('reads inline maps', () => {
    const url = 'data:application/json;charset=utf-8;base64,e30=';
    assert.deepEqual(inlineMap(url), { base64: 'e30=' });
    assert.equal(mapReferenceOf(`a();\n//# sourceMappingURL=${url}\n`).url, url);
    assert.deepEqual(inlineMap('data:application/json,%7B%7D'), { json: '{}' });
    assert.equal(inlineMap('data:application/json'), undefined);
  });

  it('takes time linear in the file', function () {
    this.timeout(60_000);
    assertLinear('marks', (n) => 'sourceMappingURL='.repeat(n / 17), mapReferenceOf);
    assertLinear('comments', (n) => '//# sourceMappingURL=\n'.repeat(n / 22), mapReferenceOf);
  });
});

describe('contentHashOf', () => {
  const cases: readonly (readonly [name: string, hash: string | undefined])[] = [
    ['main.8344d167.chunk.js', '8344d167'],
    ['index-DnX9aBc0.js', 'DnX9aBc0'],
    ['chunk-3LC5XQ2A.js', '3LC5XQ2A'],
    ['shop_index_0a1b2c3d.js', undefined],
    ['server.js', undefined],
    ['index-calendar.js', undefined],
    ['report-20261124.js', undefined],
    ['app-MyWidget.js', undefined],
  ];
  for (const [name, hash] of cases) {
    it(`finds ${hash ?? 'nothing'} in ${name}`, () => {
      assert.equal(contentHashOf(name), hash);
    });
  }
});
