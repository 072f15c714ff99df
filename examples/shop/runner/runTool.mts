import { spawn } from 'node:child_process';

interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** Runs a program to its end and gives what it printed. Rejects with that text when it cannot start or fails. */
export function runTool({ command, args, cwd, signal }: Tool): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], signal, windowsHide: true });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (cause) => reject(new Error(`${command} cannot be run: ${cause.message}`, { cause })));
    child.on('close', (code) => {
      if (code === 0) {
        resolve(output);
      } else {
        reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}\n${output.trim()}`));
      }
    });
  });
}
