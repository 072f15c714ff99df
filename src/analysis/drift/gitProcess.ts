import { spawn } from 'node:child_process';
import { err, ok, type Result } from '../../base/result';

/** Why git gave no answer: it is not there, it said no (with what it printed to say so), or it took too long or too much room. */
export type GitFailure =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'exceeded' };

/** How a git command runs. */
export interface GitOptions {
  readonly signal: AbortSignal;
  /** Written to its standard input. */
  readonly input?: string;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

const MAX_BYTES = 128 << 20;
const TIMEOUT_MS = 20_000;
const MAX_MESSAGE_BYTES = 4096;

/**
 * What a repository or its owner's configuration could make git do beside answering: run monitors, hooks and signature checks, page,
 * fetch what a partial clone lacks, read a bare repository hidden among the files, follow replaced objects.
 */
const FIXED = [
  '--no-pager',
  '--no-replace-objects',
  '--literal-pathspecs',
  ...['-c', 'core.quotepath=off'],
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'log.showSignature=false'],
  ...['-c', 'log.follow=false'],
  ...['-c', 'protocol.allow=never'],
  ...['-c', 'safe.bareRepository=explicit'],
];

/** Variables of git that only say where git itself and the user's configuration are. */
const KEPT_VARIABLES = new Set([
  'GIT_EXEC_PATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
]);

/** Runs git on a folder without a shell and answers with its standard output. Only for trusted workspaces. */
export function runGit(
  folder: string,
  args: readonly string[],
  { signal, input, maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS }: GitOptions,
): Promise<Result<Buffer, GitFailure>> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(err({ kind: 'exceeded' }));
      return;
    }
    // Named by `-C`, not as the working folder: on Windows a program of that folder would be started for git.
    const child = spawn('git', ['-C', folder, ...FIXED, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environment(),
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let message = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        child.kill('SIGKILL');
      } else {
        chunks.push(chunk);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (message.length < MAX_MESSAGE_BYTES) {
        message += chunk.toString('utf8');
      }
    });
    // A command that ends early closes its input: its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve(err({ kind: error.code === 'ENOENT' ? 'unavailable' : 'exceeded' }));
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) {
        resolve(ok(Buffer.concat(chunks)));
      } else {
        resolve(err(killedBy === null ? { kind: 'refused', message } : { kind: 'exceeded' }));
      }
    });
  });
}

/** Without the variables that point git at another repository, index or program than the folder's own. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.toUpperCase().startsWith('GIT_') || KEPT_VARIABLES.has(name.toUpperCase()),
  );
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
}
