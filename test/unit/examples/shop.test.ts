import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';

interface Place {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

interface Failure {
  readonly kind: string;
  readonly entryService: string;
  readonly operation: string;
  readonly service: string;
  readonly exceptionType: string;
  readonly seenAt: Place;
  readonly causedAt: Place;
  readonly share: string;
}

const shop = path.resolve('examples/shop');
const failures = JSON.parse(readFileSync(path.join(shop, 'failures.json'), 'utf8')) as Failure[];
const tableRows = readFileSync(path.join(shop, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map(cellsOf)
  .slice(2);

describe('the failures planted in the sample shop', () => {
  for (const failure of failures) {
    for (const place of [failure.seenAt, failure.causedAt]) {
      it(`${failure.kind} is at ${place.file}:${place.line}`, () => {
        const lines = readFileSync(path.join(shop, place.file), 'utf8').split('\n');
        const linesWithCode = lines.flatMap((line, index) => (line.includes(place.code) ? [index + 1] : []));
        assert.deepEqual(linesWithCode, [place.line]);
      });
    }
  }

  it('are the ones of the README', () => {
    assert.deepEqual(tableRows, failures.map(rowOf));
  });
});

function rowOf(failure: Failure): string[] {
  return [
    failure.kind,
    failure.service,
    `${failure.entryService} ${failure.operation}`,
    failure.exceptionType,
    `${failure.seenAt.file}:${failure.seenAt.line}`,
    `${failure.causedAt.file}:${failure.causedAt.line}`,
    failure.share,
  ];
}

function cellsOf(row: string): string[] {
  return row
    .replaceAll('`', '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
