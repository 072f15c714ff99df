import type { Recording } from './recording';

/** A place where the project's files might have stood when the stack was made. */
export interface RemoteRoot {
  readonly name: string;
  readonly path: string;
}

/** Where deployments put projects, other than where the recordings were made. */
export const REMOTE_ROOTS: readonly RemoteRoot[] = [
  { name: 'container, /app', path: '/app' },
  { name: 'Windows', path: 'C:\\Users\\Jo Doe\\source\\shop' },
  {
    name: 'bazel-out',
    path: '/home/ci/.cache/bazel/_bazel_ci/0f3a9c/execroot/_main/bazel-out/k8-fastbuild/bin',
  },
  { name: 'Lambda, /var/task', path: '/var/task' },
  { name: "a user's home", path: '/home/jo/projects/shop' },
];

/** Languages whose runtimes print Windows paths with `/`. */
const SLASHED = new Set(['go']);

/** The recording as it would be had the project stood at another root: no line comes or goes. */
export function movedTo(recording: Recording, root: RemoteRoot): Recording {
  const isWindows = root.path.includes('\\');
  const slash = isWindows && !SLASHED.has(recording.language) ? '\\' : '/';
  const to = slash === '/' ? root.path.replaceAll('\\', '/') : root.path;
  const known = [
    ...new Set(recording.stacks.flatMap(({ frames }) => frames.flatMap(({ path }) => path ?? []))),
  ];
  const longestFirst = known.sort((a, b) => b.length - a.length).map(escaped);
  const paths = new RegExp(
    `(file://)?${escaped(recording.root)}/(${[...longestFirst, '[^\\s"\'():,?#>]*'].join('|')})`,
    'g',
  );
  const move = (text: string): string =>
    text.replace(paths, (_, scheme: string | undefined, rest: string) =>
      scheme === undefined
        ? `${to}${slash}${rest.replaceAll('/', slash)}`
        : `${scheme}${isWindows ? '/' : ''}${encodeURI(to.replaceAll('\\', '/'))}/${rest}`,
    );
  return {
    ...recording,
    root: to,
    stacks: recording.stacks.map((stack) => ({
      ...stack,
      text: move(stack.text),
      frames: stack.frames.map((frame) => ({ ...frame, printed: move(frame.printed) })),
    })),
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
