import { proofs } from './proofs';

/** Runs the proofs of the flag that is given, or all that need none; exits 1 where a limit is broken. */
async function main(words: readonly string[]): Promise<number> {
  const given = words.find((word) => word.startsWith('--'));
  const rest = words.filter((word) => word !== given);
  const chosen = proofs.filter(({ flag }) => given === (flag === undefined ? undefined : `--${flag}`));
  if (chosen.length === 0) {
    const flags = proofs.flatMap(({ flag }) => (flag === undefined ? [] : [`--${flag}`]));
    console.error(
      `No proof is called ${given}; there are ${flags.join(', ')}, and all others without a flag.`,
    );
    return 2;
  }
  const broken: string[] = [];
  for (const proof of chosen) {
    const startMs = performance.now();
    console.log(`\n${proof.title}\n`);
    broken.push(...(await proof.run(rest, console.log)));
    console.log(`\n${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  }
  console.log(broken.length === 0 ? '\nEvery limit is kept.' : `\n${broken.join('\n')}`);
  return broken.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
