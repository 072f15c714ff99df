// The proofs of the test suites that gain from time, for long: node scripts/soak.mts [minutes of patience, default 30]
import path from 'node:path';
import { spawnOwned, stopOwned } from '../test/kit/processes.mts';

const proofs: readonly {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}[] = [
  // Every acknowledged span exactly once, over many more deaths of the receiver.
  { words: ['engine/kill'], environment: { SPANLINE_KILL_ROUNDS: '20' } },
  // The same failures however batches are cut, mixed and repeated.
  { words: ['engine/storedFailures'], environment: { SPANLINE_RECUTS: '40' } },
];

const patienceMs = Number(process.argv[2] ?? 30) * 60_000;
const unit = path.join(import.meta.dirname, 'unit.mts');
let failed = 0;
for (const { words, environment } of proofs) {
  const startMs = performance.now();
  const child = spawnOwned(process.execPath, [unit, ...words], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const patience = AbortSignal.timeout(patienceMs);
  patience.addEventListener('abort', () => void stopOwned(child));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  const outcome = code === 0 ? 'passed' : patience.aborted ? 'not done' : 'failed';
  console.log(`${words.join(' ')}: ${outcome} after ${minutes} min`);
  failed += code === 0 ? 0 : 1;
}
console.log(`${proofs.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
