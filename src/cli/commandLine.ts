import { parseArgs } from 'node:util';
import { cliText } from '../words';

/** What an option takes: nothing, a value of which the last counts, or values that all count. */
export type OptionKind = 'flag' | 'value' | 'values';

/** What a command takes. */
export interface CommandSyntax<Name extends string> {
  /** As the user types it: `failures`. */
  readonly command: string;
  readonly options: Readonly<Record<Name, OptionKind>>;
  /** Arguments besides options at most. */
  readonly positionals?: number;
}

/** Arguments of a command, taken apart. */
export class CommandArguments<Name extends string> {
  readonly positionals: readonly string[];
  private readonly given: ReadonlyMap<string, readonly string[]>;

  constructor(given: ReadonlyMap<string, readonly string[]>, positionals: readonly string[]) {
    this.given = given;
    this.positionals = positionals;
  }

  has(name: Name): boolean {
    return this.given.has(name);
  }

  value(name: Name): string | undefined {
    return this.given.get(name)?.at(-1);
  }

  values(name: Name): readonly string[] {
    return this.given.get(name) ?? [];
  }
}

/** The arguments, or the sentence that says what is wrong with them. */
export function readCommandLine<Name extends string>(
  argv: readonly string[],
  { command, options, positionals: most = 0 }: CommandSyntax<Name>,
): CommandArguments<Name> | string {
  const kinds = new Map<string, OptionKind>(Object.entries<OptionKind>(options));
  // Not strict: its errors are sentences of Node's own, of several lines.
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      [...kinds].map(([name, kind]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' }] as const),
    ),
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (positionals.push(token.value) > most) {
        return cliText.tooMany(token.value, command);
      }
    } else if (token.kind === 'option') {
      const { name, rawName, value, inlineValue } = token;
      const kind = rawName.startsWith('--') ? kinds.get(name) : undefined;
      if (kind === undefined) {
        return cliText.unknownOption(rawName, command);
      }
      if (kind === 'flag' && value !== undefined) {
        return cliText.noValueTaken(rawName);
      }
      // What looks like the next option is one: a value was forgotten.
      const isForgotten = value === undefined || (!inlineValue && /^-./.test(value));
      if (kind !== 'flag' && isForgotten) {
        return cliText.valueMissing(rawName, command);
      }
      given.set(name, [...(given.get(name) ?? []), value ?? '']);
    }
  }
  return new CommandArguments(given, positionals);
}
