import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 4000;
const KEPT_OUTPUT = 4000;

export interface ServiceOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

export interface Service {
  readonly name: string;
  readonly url: string;
  /** What the service announced: its port, and whatever else it opened. */
  readonly announced: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * Starts a service and waits until it announces its port. Its standard input stays open for as long as this process
 * lives: the service ends when it closes, even if this process is killed.
 */
export function startService(options: ServiceOptions): Promise<Service> {
  const { name, command, args, cwd, log, signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const env = { ...options.env, EXIT_WITH_PARENT: '1' };
    const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    let said = '';
    let stopping = false;
    const ended = new Promise<void>((settle) => child.once('close', () => settle()));
    const stop = (): Promise<void> => {
      stopping = true;
      return stopChild(child, ended);
    };
    const fail = (reason: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      void stop().then(() => reject(new Error(`${name} ${reason}${said === '' ? '' : `\n${said.trim()}`}`)));
    };
    const onAbort = (): void => fail('was stopped while it started');
    const timer = setTimeout(
      () => fail(`did not start within ${START_TIMEOUT_MS / 1000} s`),
      START_TIMEOUT_MS,
    );
    signal.addEventListener('abort', onAbort, { once: true });

    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-KEPT_OUTPUT)));
    child.once('error', (error) => fail(`cannot be started: ${error.message}`));
    child.once('exit', (code) => {
      if (!stopping) {
        log(`shop: ${name} ended with ${code ?? 'a signal'}\n${said.trim()}`);
        fail('ended');
      }
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const announced = parseAnnouncement(line);
      if (announced === undefined) {
        return;
      }
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve({ name, url: `http://127.0.0.1:${announced.port}`, announced, stop });
    });
  });
}

function parseAnnouncement(line: string): { port: number } | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  const message = JSON.parse(line) as { event?: string; port?: number };
  return message.event === 'listening' && message.port !== undefined
    ? { ...message, port: message.port }
    : undefined;
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
