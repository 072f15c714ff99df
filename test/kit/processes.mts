import { spawn, execFile, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process as the system lists it. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  readonly commandLine: string;
}

const owned = new Set<ChildProcess>();

// A harness that dies of an error or of process.exit must not leave a VS Code behind.
process.on('exit', () => {
  for (const child of owned) signalGroup(child, 'SIGKILL');
});

/** Starts a process as leader of a group of its own, which ends at the latest with this process. */
export function spawnOwned(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  owned.add(child);
  return child;
}

/** Ends a process of `spawnOwned` with all its descendants: asks first, kills after `graceMs`. */
export async function stopOwned(child: ChildProcess, graceMs = 5_000): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const exited = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
    }, graceMs);
    await exited;
    clearTimeout(timer);
  }
  // The leader is gone, but a descendant may have ignored the request.
  signalGroup(child, 'SIGKILL');
  owned.delete(child);
}

/** Every process below `rootPid`, children before grandchildren. */
export async function descendantsOf(rootPid: number): Promise<ProcessRow[]> {
  const rows = process.platform === 'linux' ? await rowsFromProc() : await rowsFromPs();
  const found: ProcessRow[] = [];
  let parents = new Set([rootPid]);
  while (parents.size > 0) {
    const children = rows.filter((row) => parents.has(row.parentPid));
    found.push(...children);
    parents = new Set(children.map((row) => row.pid));
  }
  return found;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has ended already.
  }
}

/** `ps` is missing on a bare Debian, `/proc` is not. */
async function rowsFromProc(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(
    pids.map(async (pid): Promise<ProcessRow | undefined> => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
        const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
        // The program's name stands in parentheses and may hold any character; the parent is the second field after it.
        const parentPid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return { pid: Number(pid), parentPid, commandLine: commandLine.replaceAll('\0', ' ').trim() };
      } catch {
        return undefined; // It ended while the list was read.
      }
    }),
  );
  return rows.filter((row) => row !== undefined);
}

async function rowsFromPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parentPid: Number(match[2]), commandLine: match[3] ?? '' }] : [];
  });
}
