import type { FrameKind } from './frame';

const DEPENDENCY_FOLDERS = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'site-packages',
  'dist-packages',
]);

const SDK_PACKAGES = new Set([
  '@opentelemetry',
  'opentelemetry',
  '@sentry',
  'sentry_sdk',
  'dd-trace',
  'ddtrace',
]);

const BEGINNINGS: readonly (readonly [words: string, kind: FrameKind])[] = [
  ['node:', 'runtime'],
  ['internal/', 'runtime'],
  ['bun:', 'runtime'],
  ['<frozen ', 'runtime'],
  ['wasm://', 'wasm'],
  ['data:', 'generated'],
  ['blob:', 'generated'],
  ['<', 'eval'],
  ['[', 'eval'],
  ['evalmachine.', 'eval'],
];
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** Kind of the code at a printed path or URL, by the path alone. */
export function kindOfPath(file: string): FrameKind {
  // Most paths are absolute: nothing below fits them.
  const known =
    file.charCodeAt(0) === SLASH ? undefined : BEGINNINGS.find(([words]) => file.startsWith(words));
  if (known) {
    return known[1];
  }
  return file.includes('packages') ||
    file.includes('_modules') ||
    file.includes('_components') ||
    file.includes('python')
    ? kindOfFolders(file)
    : 'app';
}

/** Walks the segments once; the last dependency folder decides, as packages nest. */
function kindOfFolders(file: string): FrameKind {
  let kind: FrameKind = 'app';
  let start = 0;
  let before = '';
  for (let end = 0; end <= file.length; end++) {
    const code = end === file.length ? SLASH : file.charCodeAt(end);
    if (code !== SLASH && code !== BACKSLASH) {
      continue;
    }
    const segment = file.slice(start, Math.min(end, start + 64));
    if (DEPENDENCY_FOLDERS.has(before)) {
      kind = SDK_PACKAGES.has(segment) ? 'sdk' : 'dependency';
    } else if (kind === 'app' && end < file.length && before === 'lib' && isPythonFolder(segment)) {
      kind = 'runtime';
    }
    before = segment;
    start = end + 1;
  }
  return kind;
}

function isPythonFolder(segment: string): boolean {
  return segment.startsWith('python') && /^python[23](?:\.\d+)?$/.test(segment);
}
