/** The command line: `spanline COMMAND`. Exit codes: 0 done, 1 nothing found, 2 bad use. */
import { version } from '../package.json';
import { failuresCommand } from './cli/failures';
import { receiveCommand } from './cli/receive';
import { resolveCommand, type CommandStreams } from './cli/resolve';
import { traceCommand } from './cli/trace';
import { cliText, commandHelpText, helpText, type cliHelp } from './words';

type CommandName = keyof typeof cliHelp;

const commands: Readonly<
  Record<CommandName, (argv: readonly string[], io: CommandStreams) => Promise<number>>
> = {
  receive: receiveCommand,
  failures: failuresCommand,
  trace: traceCommand,
  resolve: resolveCommand,
};

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    return badUse(cliText.noCommand(Object.keys(commands)));
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    return print(helpText());
  }
  if (name === '--version' || name === '-V') {
    return print(version);
  }
  if (!isCommand(name)) {
    return badUse(name.startsWith('-') ? cliText.unknownOption(name) : cliText.unknownCommand(name));
  }
  if (asksForHelp(rest)) {
    return print(commandHelpText(name));
  }
  return await commands[name](rest, process);
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

/** After `--` everything is an argument. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((argument) => argument === '--help' || argument === '-h');
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function badUse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the output, such as `head`, has enough of it.
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
