import { build } from 'esbuild';
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The command line, bundled for tests. */
export class SpanlineBundle {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'spanline-cli-'));
  readonly file = path.join(this.folder, 'cli.js');

  async build(): Promise<void> {
    await build({
      entryPoints: ['src/cli.ts'],
      outfile: this.file,
      bundle: true,
      platform: 'node',
      target: 'node22.19',
      format: 'cjs',
      sourcemap: 'inline',
      logLevel: 'warning',
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A running `spanline receive`. */
export interface ReceiveProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Standard error so far. */
  errors(): string;
  /** Sends a signal and settles with the exit code, `undefined` where the signal ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | undefined>;
}

/** Starts `spanline receive` on a free port; rejects with what it printed where it ends instead. */
export function startReceive(
  bundle: SpanlineBundle,
  file: string,
  {
    options,
    wrapper = [],
    node = process.execPath,
  }: { readonly options?: SpawnOptions; readonly wrapper?: readonly string[]; readonly node?: string } = {},
): Promise<ReceiveProcess> {
  return new Promise((resolve, reject) => {
    const [command, ...argv] = [...wrapper, node, bundle.file, 'receive', '--port', '0', '--db', file];
    const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    let errors = '';
    const exited = new Promise<number | undefined>((settle) => {
      child.once('exit', (code) => {
        settle(code ?? undefined);
        reject(new Error(`ended with ${String(code)}: ${errors}`));
      });
    });
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined) {
        resolve({
          child,
          port: Number(port),
          errors: () => errors,
          end: (signal) => {
            child.kill(signal);
            return exited;
          },
        });
      }
    });
  });
}
