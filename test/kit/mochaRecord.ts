// Not an .mts file: bundled from one, the default import of mocha would be its namespace under Node 22.
import Mocha from 'mocha';
import type { ResultLine } from './results.mts';

/** The results are lines; the console stays the tests' own. */
class Quiet extends Mocha.reporters.Base {}

/** Makes a mocha with the options of every suite. */
export function makeMocha(timeoutMs: number): Mocha {
  return new Mocha({ ui: 'bdd', timeout: timeoutMs, reporter: Quiet, forbidOnly: true });
}

/** Runs a mocha and writes one line per test; settles when the last has ended, failed tests or not. */
export async function recordRun(mocha: Mocha, write: (line: ResultLine) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on('pass', (test) => {
        write({ kind: 'pass', title: test.fullTitle(), durationMs: test.duration ?? 0 });
      })
      .on('pending', (test) => {
        write({ kind: 'skip', title: test.fullTitle(), durationMs: 0 });
      })
      .on('fail', (test, error: unknown) => {
        write({ kind: 'fail', title: test.fullTitle(), message: describeError(error) });
      });
  });
}

/** Stack with the stacks of all causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${describeError(error.cause)}`;
}
