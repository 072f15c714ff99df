import type { Frame } from '../frames/frame';
import { remotePathFrom } from './remotePath';

/** Where packages and runtimes are installed on this machine: absolute folders with `/`. */
export interface LibraryRoots {
  /** Folders of the workspace that may hold installed packages: its own first, then those of its projects. */
  readonly projects: readonly string[];
  readonly home: string;
  /** `GOMODCACHE`, `GOPATH`, `GOROOT`, `CARGO_HOME`, `GEM_HOME`, `RUSTUP_HOME`, as far as they are set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Places of a library's file, most telling first. A segment `*` stands for any one folder; several that fit tell nothing. */
export interface LibraryPaths {
  /** The printed path itself, where it is an absolute one of this kind of machine. */
  readonly printed?: string;
  readonly paths: readonly string[];
}

/** Only texts of programs are shown, whatever a trace names. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|pyi?|go|rs|rb|php|exs?|erl|hrl|java|kts?|scala|groovy|clj[cs]?|dart|swift|c|cc|cpp|cxx|h|hh|hpp|hxx|s|pm|pl|lua|cs|fs|vue|svelte)$/i;

/** Where the code of a frame that is not the project's own may be read; `undefined` where nothing tells. */
export function libraryPaths(frame: Frame, roots: LibraryRoots): LibraryPaths | undefined {
  const remote = frame.file === undefined ? undefined : remotePathFrom(frame.file);
  if (!remote || !SOURCE.test(remote.path)) {
    return undefined;
  }
  const found = installed(remote.path, frame, roots);
  const isPrinted = found !== undefined && /^(?:file:\/\/)?\/[^/]/.test(frame.file!);
  return found && { ...(isPrinted ? { printed: remote.path } : {}), paths: found };
}

function installed(path: string, frame: Frame, roots: LibraryRoots): readonly string[] | undefined {
  const { projects, home, environment } = roots;
  const below = (marker: string): string | undefined => {
    const at = `/${path}`.lastIndexOf(marker);
    return at === -1 ? undefined : `/${path}`.slice(at + marker.length);
  };
  const inProjects = (...folders: readonly string[]): string[] =>
    projects.flatMap((project) => folders.map((folder) => `${project}/${folder}`));

  const node = firstBelow(path, '/node_modules/');
  if (node !== undefined) {
    return inProjects(`node_modules/${node}`);
  }
  const python = below('/site-packages/') ?? below('/dist-packages/');
  if (python !== undefined) {
    const folders = ['.venv', 'venv', 'env'].flatMap((name) => [
      `${name}/lib/*/site-packages`,
      `${name}/Lib/site-packages`,
    ]);
    return inProjects(...folders.map((folder) => `${folder}/${python}`));
  }
  if (/\/lib\/python\d(?:\.\d{1,3})?\//.test(path)) {
    return [];
  }
  if (path.endsWith('.go')) {
    return goPaths(path, frame, roots, below, inProjects);
  }
  if (path.endsWith('.rs')) {
    return rustPaths(roots, below, inProjects);
  }
  if (path.endsWith('.rb')) {
    const gem = below('/gems/');
    const homes = environment['GEM_HOME'] === undefined ? [] : [`${environment['GEM_HOME']}/gems`];
    return gem === undefined
      ? /\/lib\/ruby\/|\/ruby\/\d/.test(path)
        ? []
        : undefined
      : [
          ...inProjects(`vendor/bundle/ruby/*/gems/${gem}`),
          ...homes.map((folder) => `${folder}/${gem}`),
          `${home}/.gem/ruby/*/gems/${gem}`,
        ];
  }
  if (path.endsWith('.php')) {
    const vendor = below('/vendor/');
    return vendor === undefined ? undefined : inProjects(`vendor/${vendor}`);
  }
  if (/\.(?:exs?|erl)$/.test(path) && frame.module !== undefined && /^\w{1,100}$/.test(frame.module)) {
    return inProjects(`deps/${frame.module}/${path.replace(/^\//, '')}`);
  }
  const vendored = firstBelow(path, '/vendor/') ?? firstBelow(path, '/third_party/');
  return vendored !== undefined || /\/(?:usr\/include|perl5|share\/perl|share\/lua)\//.test(path)
    ? []
    : undefined;
}

/** What follows the first marker: packages nest. */
function firstBelow(path: string, marker: string): string | undefined {
  const at = `/${path}`.indexOf(marker);
  return at === -1 ? undefined : `/${path}`.slice(at + marker.length);
}

/** The module cache has the version in the path; Go's own packages come with the toolchain. */
function goPaths(
  path: string,
  frame: Frame,
  { home, environment }: LibraryRoots,
  below: (marker: string) => string | undefined,
  inProjects: (...folders: readonly string[]) => string[],
): readonly string[] | undefined {
  const cached = below('/pkg/mod/') ?? (/@v\d/.test(path) ? path.replace(/^\//, '') : undefined);
  if (cached !== undefined) {
    const { GOMODCACHE, GOPATH } = environment;
    const caches = [...(GOMODCACHE === undefined ? [] : [GOMODCACHE]), `${GOPATH ?? `${home}/go`}/pkg/mod`];
    return caches.map(
      (cache) => `${cache}/${cached.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)}`,
    );
  }
  const vendored = below('/vendor/');
  if (vendored !== undefined) {
    return inProjects(`vendor/${vendored}`);
  }
  if (frame.kind !== 'runtime') {
    return undefined;
  }
  const standard = path.startsWith('/') ? below('/src/') : path;
  const root = environment['GOROOT'];
  return standard === undefined || root === undefined ? [] : [`${root}/src/${standard}`];
}

function rustPaths(
  { home, environment }: LibraryRoots,
  below: (marker: string) => string | undefined,
  inProjects: (...folders: readonly string[]) => string[],
): readonly string[] | undefined {
  const registry = below('/registry/src/');
  if (registry !== undefined) {
    const crate = registry.slice(registry.indexOf('/') + 1);
    return [`${environment['CARGO_HOME'] ?? `${home}/.cargo`}/registry/src/*/${crate}`];
  }
  const standard = /^\/rustc\/[\da-f]{1,64}\/(.+)$/.exec(
    below('/rustc/') === undefined ? '' : `/rustc/${below('/rustc/')!}`,
  )?.[1];
  if (standard !== undefined) {
    return [
      `${environment['RUSTUP_HOME'] ?? `${home}/.rustup`}/toolchains/*/lib/rustlib/src/rust/${standard}`,
    ];
  }
  const vendored = below('/vendor/');
  return vendored === undefined
    ? below('/rustlib/src/') === undefined
      ? undefined
      : []
    : inProjects(`vendor/${vendored}`);
}
