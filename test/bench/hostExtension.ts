import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** An extension of a bench: one CommonJS module, activated when VS Code has started. */
export interface HostExtension {
  readonly name: string;
  readonly code: string;
  /** Titles in the palette by their command. */
  readonly commands?: Readonly<Record<string, string>>;
  /** What else its manifest contributes. */
  readonly contributes?: Readonly<Record<string, unknown>>;
}

/** The id that `writeHostExtension` gives to an extension of a name. */
export function hostExtensionId(name: string): string {
  return `spanline-bench.${name}`;
}

/** Writes an extension below `folder` and gives its own folder. */
export async function writeHostExtension(folder: string, extension: HostExtension): Promise<string> {
  const { name, code, commands = {}, contributes = {} } = extension;
  const own = path.join(folder, name);
  await mkdir(own, { recursive: true });
  const manifest = {
    name,
    publisher: 'spanline-bench',
    version: '0.0.0',
    engines: { vscode: '^1.105.0' },
    main: './main.cjs',
    extensionKind: ['workspace'],
    activationEvents: ['onStartupFinished'],
    contributes: {
      ...contributes,
      commands: Object.entries(commands).map(([command, title]) => ({ command, title })),
    },
  };
  await writeFile(path.join(own, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(own, 'main.cjs'), code);
  return own;
}

/** The packaged extension, which `scripts/bench.mts` makes before the benches that need it. */
export function packagedExtension(): string {
  const file = process.env['SPANLINE_VSIX'];
  if (file === undefined) throw new Error('SPANLINE_VSIX does not name the packaged extension.');
  return file;
}

/** The middle value. */
export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
