import {
  AnyMap,
  encodedMappings,
  GREATEST_LOWER_BOUND,
  originalPositionFor,
  TraceMap,
  type SourceMapSegment,
} from '@jridgewell/trace-mapping';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { SourceMapParts, type OriginalPosition } from '../../../../src/analysis/sourceMaps/sourceMapParts';
import { checkSourceMap, type CheckedMap } from '../../../../src/core/sourcemaps/sourceMap';
import { unpaused } from '../../../kit/unpaused';

function read(map: unknown, partBytes?: number): CheckedMap {
  const checked = unpaused(
    checkSourceMap(new TextEncoder().encode(JSON.stringify(map)), undefined, partBytes),
  );
  assert.ok(checked.ok, checked.ok ? '' : checked.error);
  return checked.value;
}

const flat = { version: 3, sources: ['a.ts', 'b.ts'], names: ['first', 'second'], mappings: '' };

describe('SourceMapParts', () => {
  let parts = new SourceMapParts();
  afterEach(() => {
    parts.dispose();
    parts = new SourceMapParts();
  });

  /** `source line:column name`, all from 0, or `none`. */
  async function at(map: unknown, line: number, column: number, partBytes?: number): Promise<string> {
    const checked = read(map, partBytes);
    const found = await parts.positionAt(checked, line, column);
    const name = checked.nameOf(found?.nameKey);
    return found
      ? `${found.source.url ?? 'null'} ${found.line}:${found.column}${name === undefined ? '' : ` ${name}`}`
      : 'none';
  }

  describe('rules of ECMA-426', () => {
    const section = (line: number, column: number, mappings: string): unknown => ({
      offset: { line, column },
      map: { ...flat, mappings },
    });
    const cases: readonly (readonly [
      rule: string,
      map: unknown,
      at: readonly [number, number],
      found: string,
    ])[] = [
      [
        'a VLQ is read five bits at a time, the least first',
        { ...flat, mappings: 'AAgC' + 'gB' },
        [0, 0],
        'a.ts 32:16',
      ],
      ['the lowest bit of a VLQ is its sign', { ...flat, mappings: 'AAEE,CAFF' }, [0, 1], 'a.ts 0:0'],
      ['a VLQ may have digits that are zero', { ...flat, mappings: 'AAkggA' + 'A' }, [0, 0], 'a.ts 2:0'],
      ['a segment of one field leads to no source', { ...flat, mappings: 'AAAA,I' }, [0, 5], 'none'],
      ['a segment of four fields has no name', { ...flat, mappings: 'AAAAC,ICAA' }, [0, 4], 'b.ts 0:0'],
      ['a segment of five fields has a name', { ...flat, mappings: 'AAAAC' }, [0, 0], 'a.ts 0:0 second'],
      ['a generated column begins anew in each line', { ...flat, mappings: 'IAAA;IACA' }, [1, 4], 'a.ts 1:0'],
      [
        'source, line, column and name go on from line to line',
        { ...flat, mappings: 'AAAAA;ACCCC;AAAA' },
        [2, 0],
        'b.ts 1:1',
      ],
      ['an empty line has no segments', { ...flat, mappings: 'AAAA;;AACA' }, [1, 0], 'none'],
      [
        'a position belongs to the segment before it on its line',
        { ...flat, mappings: 'AAAA,IACA' },
        [0, 9],
        'a.ts 1:0',
      ],
      [
        'nothing is mapped before the first segment of a line',
        { ...flat, mappings: 'AAAA;IACA' },
        [1, 3],
        'none',
      ],
      ['segments may go back within a line', { ...flat, mappings: 'eACG,bAAF' }, [0, 2], 'a.ts 1:1'],
      ['a source may be null', { ...flat, sources: [null, 'b.ts'], mappings: 'AAAA' }, [0, 0], 'null 0:0'],
      [
        'sources follow the source root',
        { ...flat, sourceRoot: '/app/src', mappings: 'AAAA' },
        [0, 0],
        '/app/src/a.ts 0:0',
      ],
      [
        'sources of one name stay apart',
        { ...flat, sources: ['a.ts', 'a.ts'], mappings: 'AAAA,CCAA' },
        [0, 1],
        'a.ts 0:0',
      ],
      ['names may be left out', { version: 3, sources: ['a.ts'], mappings: 'AAAA' }, [0, 0], 'a.ts 0:0'],
      [
        'members that are not known are passed over',
        { ...flat, x_facebook_sources: [[{}]], mappings: 'AAAA' },
        [0, 0],
        'a.ts 0:0',
      ],
      [
        'a section begins at its offset',
        { version: 3, sections: [section(2, 3, 'AAAA')] },
        [2, 3],
        'a.ts 0:0',
      ],
      [
        'a column offset moves the first line alone',
        { version: 3, sections: [section(1, 4, 'AAAA;AACA')] },
        [2, 0],
        'a.ts 1:0',
      ],
      [
        'nothing is mapped before the first section',
        { version: 3, sections: [section(1, 4, 'AAAA')] },
        [1, 3],
        'none',
      ],
      [
        'sections have sources of their own',
        {
          version: 3,
          sections: [
            section(0, 0, 'AAAA'),
            { offset: { line: 1, column: 0 }, map: { ...flat, sources: ['c.ts'], mappings: 'AAAA' } },
          ],
        },
        [1, 0],
        'c.ts 0:0',
      ],
      [
        'the line of a section before it goes on to the next one',
        { version: 3, sections: [section(0, 0, 'AAAA'), section(0, 8, 'EAEA')] },
        [0, 9],
        'a.ts 0:0',
      ],
      ['an index map may be empty', { version: 3, sections: [] }, [0, 0], 'none'],
    ];
    for (const [rule, map, [line, column], found] of cases) {
      it(rule, async () => {
        assert.equal(await at(map, line, column), found);
      });
    }

    it('an ignore list marks sources; its old name counts where the new one is missing', () => {
      const ignored = (map: unknown): unknown => read(map).sources.map(({ isIgnored }) => isIgnored);
      assert.deepEqual(ignored({ ...flat, ignoreList: [1] }), [false, true]);
      assert.deepEqual(ignored({ ...flat, x_google_ignoreList: [0] }), [true, false]);
      assert.deepEqual(ignored({ ...flat, ignoreList: [1], x_google_ignoreList: [0] }), [false, true]);
    });

    it('the text of a source is what the map holds, escapes and all', () => {
      const text = 'const a = "\\"ü\u2028\\u0000";\r\n\t// 𝒳\n';
      const map = read({ ...flat, sourcesContent: [null, text] });
      assert.deepEqual(
        map.sources.map((source) => map.contentOf(source)),
        [undefined, text],
      );
    });
  });

  it('takes the last of several segments at one position, and doubts it where they lead to different lines', async () => {
    const map = read({ ...flat, mappings: 'AAAA,IACA,AACA,IACA,AAAE,IAAA' });
    const found: (OriginalPosition | undefined)[] = [];
    for (const column of [0, 4, 7, 8, 12]) {
      found.push(await parts.positionAt(map, 0, column));
    }
    assert.deepEqual(
      found.map((position) => [position?.line, position?.isDoubtful]),
      [
        [0, false],
        [2, true],
        [2, true],
        [3, false],
        [3, false],
      ],
    );
  });

  it('knows where a segment begins', async () => {
    const map = read({ ...flat, mappings: 'EAAAA,IACAC' });
    const begins = await Promise.all([0, 2, 3, 6, 7].map((column) => parts.beginsAt(map, 0, column)));
    assert.deepEqual(begins, [false, true, false, true, false]);
  });

  it('tells the source lines of a generated line, and gives up on lines without end', async () => {
    const map = read({ ...flat, mappings: 'AAAA;AAAA,CAAC,CACD,CADA,CCAA,C;AAGA' });
    const lines = await parts.linesAt(map, 1);
    assert.deepEqual(
      lines?.map(({ source, line }) => `${source.url} ${line}`),
      ['a.ts 0', 'a.ts 1', 'b.ts 0'],
    );
    assert.deepEqual(await parts.linesAt(map, 5), []);
    assert.equal(
      await parts.linesAt(read({ ...flat, mappings: `AAAA${',CACA'.repeat(180)}` }, 64), 0),
      undefined,
    );
  });

  it('finds what trace-mapping finds, in maps of any shape, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap(), fc.integer({ min: 8, max: 200 }), async (lines, partBytes) => {
        const map = {
          ...flat,
          sources: ['a.ts', 'b.ts', 'c.ts'],
          names: ['x', 'y'],
          mappings: encoded(lines),
        };
        await assertSame(parts, read(map, partBytes), new TraceMap(JSON.stringify(map)), lines.length);
      }),
      { numRuns: 300 },
    );
  });

  it('finds what trace-mapping finds in maps of sections', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMap(), { minLength: 1, maxLength: 4 }), async (maps) => {
        let line = 0;
        const sections = maps.map((lines, i) => {
          const offset = { line, column: i * 3 };
          line += lines.length + 1;
          const sources = [`${i}.ts`, 'b.ts', 'c.ts'];
          return { offset, map: { version: 3, sources, names: ['x', 'y'], mappings: encoded(lines) } };
        });
        const map = { version: 3, sections };
        await assertSame(parts, read(map, 40), new AnyMap(JSON.stringify(map)), line + 1);
      }),
      { numRuns: 200 },
    );
  });
});

/** Lines of segments with columns in order, each once. */
function anyMap(): fc.Arbitrary<SourceMapSegment[][]> {
  const number = fc.oneof(fc.nat(20), fc.nat(100_000));
  const segment = fc.oneof(
    fc.tuple(fc.nat(60)),
    fc.tuple(fc.nat(60), fc.nat(2), number, number),
    fc.tuple(fc.nat(60), fc.nat(2), number, number, fc.nat(1)),
  );
  const line = fc.uniqueArray(segment, { selector: ([column]) => column, maxLength: 12 });
  return fc.array(
    line.map((segments) => segments.sort(([a], [b]) => a - b)),
    { minLength: 1, maxLength: 12 },
  );
}

function encoded(lines: SourceMapSegment[][]): string {
  const decoded = { version: 3 as const, sources: ['a', 'b', 'c'], names: ['x', 'y'], mappings: lines };
  return encodedMappings(new TraceMap(decoded));
}

async function assertSame(
  parts: SourceMapParts,
  map: CheckedMap,
  oracle: TraceMap,
  lines: number,
): Promise<void> {
  for (let line = 0; line < lines; line++) {
    for (let column = 0; column < 64; column += 3) {
      const expected = originalPositionFor(oracle, { line: line + 1, column, bias: GREATEST_LOWER_BOUND });
      const found = await parts.positionAt(map, line, column);
      assert.deepEqual(
        [
          found?.source.url ?? null,
          found && found.line + 1,
          found?.column,
          map.nameOf(found?.nameKey) ?? null,
        ],
        [expected.source, expected.line ?? undefined, expected.column ?? undefined, expected.name],
        `${line}:${column}`,
      );
    }
  }
}
