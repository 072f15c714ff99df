// Runs test files under plain Node: node test/kit/mochaRun.mts RESULTS_FILE TIMEOUT_MS FILE ...
import { appendFileSync } from 'node:fs';
import { describeError, makeMocha, recordRun } from './mochaRecord.ts';
import type { ResultLine } from './results.mts';

const [resultsFile, timeoutMs, ...files] = process.argv.slice(2);
if (resultsFile === undefined) throw new Error('No file of results is named.');
const write = (line: ResultLine): void => {
  appendFileSync(resultsFile, `${JSON.stringify(line)}\n`);
};

write({ kind: 'start', pid: process.pid });
try {
  const mocha = makeMocha(Number(timeoutMs));
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  await recordRun(mocha, write);
  write({ kind: 'end' });
} catch (error) {
  write({ kind: 'error', message: describeError(error) });
}
// A handle that a test left open must not keep the run alive.
process.exit();
