// Entry of the suite inside the extension host: runs every test file beside it and writes one line of JSON per test.
import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describeError, makeMocha, recordRun } from '../kit/mochaRecord.ts';
import type { ResultLine } from '../kit/results.mts';

/** Called by the extension host; failed tests are lines, not a rejection. */
export async function run(): Promise<void> {
  const file = process.env['SPANLINE_TEST_RESULTS'];
  if (file === undefined) throw new Error('SPANLINE_TEST_RESULTS does not name a file.');
  const write = (line: ResultLine): void => {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
  write({ kind: 'start', pid: process.pid });
  try {
    const mocha = makeMocha(60_000);
    for (const testFile of testFiles()) mocha.addFile(testFile);
    await recordRun(mocha, write);
    write({ kind: 'end' });
  } catch (error) {
    write({ kind: 'error', message: describeError(error) });
  }
}

function testFiles(): string[] {
  const words = (process.env['SPANLINE_TEST_FILTER'] ?? '').split(' ').filter(Boolean);
  return readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort()
    .map((name) => path.join(__dirname, name));
}
