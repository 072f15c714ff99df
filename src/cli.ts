/** The command line: `spanline COMMAND`. Exit codes: 0 done, 1 nothing found, 2 bad use. */
import { failuresCommand } from './cli/failures';
import { receiveCommand } from './cli/receive';
import { resolveCommand, type CommandStreams } from './cli/resolve';
import { traceCommand } from './cli/trace';
import { cliText, resolveText } from './words';

interface Command {
  readonly usage: string;
  run(argv: readonly string[], io: CommandStreams): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  receive: { usage: cliText.receiveUsage, run: receiveCommand },
  failures: { usage: cliText.failuresUsage, run: failuresCommand },
  trace: { usage: cliText.traceUsage, run: traceCommand },
  resolve: { usage: resolveText.usage.replace(/^Usage: /, ''), run: resolveCommand },
};

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const help = cliText.help(Object.values(commands).map(({ usage }) => usage));
  if (name === undefined) {
    process.stderr.write(`${help}\n`);
    return 2;
  }
  if (name === '--help' || name === 'help') {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`${cliText.unknownCommand(name)}\n`);
    return 2;
  }
  if (rest.includes('--help')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return await command.run(rest, process);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
