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
const recordingFolder = path.resolve('test/fixtures/shop');
const recording = JSON.parse(readFileSync(path.join(recordingFolder, 'truth.json'), 'utf8')) as {
  readonly kinds: readonly Omit<Failure, 'share'>[];
  readonly failing: readonly { readonly traceId: string; readonly kind: string }[];
};
const tableRows = readFileSync(path.join(shop, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map(cellsOf)
  .slice(2);

describe('the failures planted in the sample shop', () => {
  for (const failure of failures) {
    it(`${failure.kind} is where the list says`, () => {
      assertPlaces(shop, failure);
    });
  }

  it('are the ones of the README', () => {
    assert.deepEqual(tableRows, failures.map(rowOf));
  });
});

describe('the recording of the sample shop', () => {
  for (const failure of recording.kinds) {
    it(`holds the sources in which ${failure.kind} is where its truth says`, () => {
      assertPlaces(path.join(recordingFolder, 'workspace'), failure);
    });
  }

  it('has failing runs of every kind', () => {
    const kinds = new Set(recording.failing.map((run) => run.kind));
    assert.deepEqual([...kinds].sort(), failures.map((failure) => failure.kind).sort());
  });
});

/** The code of both places stands on the given line and nowhere else in its file. */
function assertPlaces(folder: string, { seenAt, causedAt }: Pick<Failure, 'seenAt' | 'causedAt'>): void {
  for (const { file, line, code } of [seenAt, causedAt]) {
    const lines = readFileSync(path.join(folder, file), 'utf8').split('\n');
    const linesWithCode = lines.flatMap((text, index) => (text.includes(code) ? [index + 1] : []));
    assert.deepEqual({ file, lines: linesWithCode }, { file, lines: [line] });
  }
}

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
