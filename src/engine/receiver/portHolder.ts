import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  readonly name: string;
}

/** The process listening on a TCP port of this machine, where the system tells: `/proc` on Linux, else `lsof`. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  return process.platform === 'linux' ? await holderFromProc(port) : await holderFromLsof(port);
}

async function holderFromProc(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => read(`/proc/net/${name}`)));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) {
    return undefined;
  }
  for (const pid of (await entries('/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await entries(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (target.startsWith('socket:[') && inodes.has(target.slice(8, -1))) {
        return { pid: Number(pid), name: (await read(`/proc/${pid}/comm`)).trim() };
      }
    }
  }
  return undefined;
}

/** Inodes of sockets in state LISTEN (0A) whose local port is `port`, from the text of `/proc/net/tcp`. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === '0A')
    .flatMap((fields) => fields[9] ?? []);
}

function holderFromLsof(port: number): Promise<PortHolder | undefined> {
  return new Promise((resolve) => {
    // A fixed argument list: p prints the process id, c the command's name.
    const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
    execFile('lsof', args, { timeout: 3000 }, (_error, output) => {
      const pid = /^p(\d+)$/m.exec(output)?.[1];
      const name = /^c(.+)$/m.exec(output)?.[1];
      resolve(pid === undefined ? undefined : { pid: Number(pid), name: name ?? '' });
    });
  });
}

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

async function entries(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}
