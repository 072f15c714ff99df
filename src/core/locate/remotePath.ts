import { plainUrl } from '../sourcemaps/bundlerUrl';

/** A path as a frame prints it, made comparable with paths of the workspace. */
export interface RemotePath {
  /** With `/`, without scheme, drive letter, query, `.` and `..`; starts with `/` if it was absolute. */
  readonly path: string;
  /** Leading segments that name a deployment root (`/app`, `/var/task`) and tell nothing about the workspace. */
  readonly rootSegments: number;
  /** Where the package that the frame names may be. */
  readonly hint?: PackageHint;
}

/** What the name of a package tells about a file. */
export interface PackageHint {
  /** Paths of the workspace, one of which it is if it exists. */
  readonly paths: readonly string[];
  /** Folders of the workspace, in one of which it is. */
  readonly folders: readonly string[];
  /** Told by the function and not by the path: the path must agree with the file as well as with any other. */
  readonly isByFunction?: true;
  /** The frame is of an installed copy, which may be another version. */
  readonly isCopy?: true;
}

/** Roots into which containers, functions and build machines put a project; whatever the project's own folders are called. */
const DEPLOYMENT_ROOTS = [
  ...['/app', '/apps', '/usr/app', '/usr/src/app', '/usr/src', '/src', '/code', '/workspace', '/workspaces'],
  ...[
    '/srv',
    '/srv/app',
    '/opt',
    '/opt/app',
    '/home/node/app',
    '/home/app',
    '/root',
    '/root/app',
    '/data/app',
  ],
  ...[
    '/var/www',
    '/var/www/html',
    '/var/www/app',
    '/var/task',
    '/var/app',
    '/var/app/current',
    '/build',
    '/_',
  ],
  ...['/vercel/path0', '/opt/render/project/src', '/github/workspace', '/repo', '/project', '/service'],
]
  .map((root) => root.slice(1).split('/'))
  .sort((a, b) => b.length - a.length);

/** Longest path that is looked up, in UTF-16 units: file systems allow 4096 bytes. */
const MAX_PATH = 4096;

/** Reads a printed path or URL; `undefined` where it can name no file (`<string>`, `data:`, nothing, far too long). */
export function remotePathFrom(printed: string): RemotePath | undefined {
  if (printed.length > MAX_PATH || printed.startsWith('<') || printed.startsWith('data:')) {
    return undefined;
  }
  const bare = withoutScheme(plainUrl(printed));
  const isAbsolute = bare.path.startsWith('/');
  const segments = normalisedSegments(bare.path);
  if (segments.length === 0) {
    return undefined;
  }
  const rootSegments = isAbsolute && bare.isFile ? deploymentRoot(segments) : 0;
  return { path: (isAbsolute ? '/' : '') + segments.join('/'), rootSegments };
}

interface BarePath {
  readonly path: string;
  /** From a file system; URLs of servers and bundlers have no deployment root. */
  readonly isFile: boolean;
}

function withoutScheme(printed: string): BarePath {
  const scheme = /^([a-z][a-z\d+.-]+):(?:\/\/)?/i.exec(printed);
  if (!scheme) {
    return { path: withoutDrive(printed), isFile: true };
  }
  const name = scheme[1]!.toLowerCase();
  const rest = printed.slice(scheme[0].length);
  if (name === 'file') {
    return { path: withoutDrive(decoded(rest)), isFile: true };
  }
  return { path: bundlerPath(name, withoutQuery(decoded(rest))), isFile: false };
}

/** `name/./src/x.ts` of webpack, `/(rsc)/./src/x.ts` of Next.js, `/[project]/src/x.ts` of turbopack, `host/src/x.ts` of servers. */
function bundlerPath(scheme: string, rest: string): string {
  if (scheme === 'http' || scheme === 'https') {
    const slash = rest.indexOf('/');
    const path = slash === -1 ? '' : rest.slice(slash);
    return path.startsWith('/@fs/') ? withoutDrive(path.slice(4)) : path.slice(1);
  }
  const slash = rest.indexOf('/');
  const hasName = slash > 0 && !rest.startsWith('.') && scheme.startsWith('webpack');
  const path = (hasName ? rest.slice(slash) : rest).replace(/^\/+/, '');
  return path.replace(/^(?:\([\w-]{1,60}\)|\[\w{1,60}\])\//, '');
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? path : path.slice(0, query);
}

function withoutDrive(path: string): string {
  const isWindows = /^\/?[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\');
  const slashed = isWindows || !path.includes('/') ? path.replaceAll('\\', '/') : path;
  const drive = /^\/?[a-z]:(?=\/)/i.exec(slashed);
  return drive ? slashed.slice(drive[0].length) : slashed;
}

function decoded(path: string): string {
  if (!path.includes('%')) {
    return path;
  }
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray % is part of the name.
    return path;
  }
}

function normalisedSegments(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      segments.pop();
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  return segments;
}

function deploymentRoot(segments: readonly string[]): number {
  const runner = runnerRoot(segments);
  if (runner > 0) {
    return runner < segments.length ? runner : 0;
  }
  const root = DEPLOYMENT_ROOTS.find((parts) => parts.every((part, i) => segments[i] === part));
  return root && root.length < segments.length ? root.length : 0;
}

/** Work folders of build services: `/home/runner/work/shop/shop`, `/a/1/s`, `/builds/acme/shop`, Lambda's `/tmp/<hash>`. */
function runnerRoot(segments: readonly string[]): number {
  const [first, second, third] = segments;
  if (first === 'home' && second === 'runner' && third === 'work') {
    return 5;
  }
  if (first === 'home' && second === 'vsts' && third === 'work') {
    return 5;
  }
  if (first === 'a' && /^\d+$/.test(second ?? '') && third === 's') {
    return 3;
  }
  return first === 'builds' ? 3 : 0;
}
