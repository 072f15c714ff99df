import type { Frame } from '../../frames/frame';
import { baseName } from '../pathIndex';
import { remotePathFrom, type PackageHint, type RemotePath } from '../remotePath';
import type { Ecosystem } from './packageName';

/** Folders of the workspace by the names of their packages. */
export interface PackageLookup {
  /** Folders, relative to the workspace, of the package of exactly this name. */
  folders(ecosystem: Ecosystem, name: string): readonly string[];
  /** Of the longest package name that `name` begins with; what follows it is `rest`. */
  longest(
    ecosystem: Ecosystem,
    name: string,
    separator: string,
  ): { readonly folders: readonly string[]; readonly rest: string } | undefined;
}

/** Longest name of a function whose package is looked up, in UTF-16 units. */
const MAX_NAME = 2000;

/** Which manifests tell more about a frame's file; `undefined` where none do. */
export function ecosystemOf(frame: Frame): Ecosystem | undefined {
  const { file } = frame;
  if (file === undefined || (frame.function?.length ?? 0) > MAX_NAME) {
    return undefined;
  }
  if (file.includes('node_modules') || file.startsWith('webpack')) {
    return 'npm';
  }
  const extension = file.slice(file.lastIndexOf('.') + 1);
  const ecosystem = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
  return ecosystem === 'python' && !file.includes('-packages') ? undefined : ecosystem;
}

const BY_EXTENSION: Readonly<Record<string, Ecosystem>> = {
  go: 'go',
  rs: 'rust',
  dart: 'dart',
  php: 'php',
  ex: 'elixir',
  exs: 'elixir',
  rb: 'ruby',
  py: 'python',
  cs: 'dotnet',
  fs: 'dotnet',
  vb: 'dotnet',
};

/** Where a frame's file is, by its path and by the package that its path or function names. */
export function frameRemote(frame: Frame, packages: PackageLookup | undefined): RemotePath | undefined {
  const printed = frame.file === undefined ? undefined : packagePath(frame, frame.file);
  const remote = printed === undefined ? undefined : remotePathFrom(printed);
  const hint = remote && packages && hintOf(frame, remote, packages);
  return remote && hint ? { ...remote, hint } : remote;
}

/** Languages of the Java virtual machine print base names; the class has the folder. */
function packagePath({ module, className }: Frame, file: string): string {
  if (file.includes('/') || file.includes('\\')) {
    return file;
  }
  if (/\.(?:java|kts?|scala|groovy|aj)$/.test(file)) {
    return module === undefined ? file : `${module.replaceAll('.', '/')}/${file}`;
  }
  // The namespace of Clojure is its file: `acme.order_service$charge`.
  const namespace = /\.cljc?$/.test(file) ? className?.split('$')[0] : undefined;
  const folder = namespace?.slice(0, Math.max(namespace.lastIndexOf('.'), 0)).replaceAll('.', '/') ?? '';
  return folder === '' ? file : `${folder}/${file}`;
}

function hintOf(frame: Frame, remote: RemotePath, packages: PackageLookup): PackageHint | undefined {
  switch (ecosystemOf(frame)) {
    case 'npm':
      return npmHint(frame.file!, remote, packages);
    case 'go':
      return goHint(frame, remote, packages);
    case 'rust':
      return rustHint(frame, packages);
    case 'elixir':
      return pathsHint(packages.folders('elixir', frame.module ?? ''), remote.path.replace(/^\//, ''));
    case 'dart': {
      const name = /^package:(\w{1,200})\//.exec(frame.file!);
      return name
        ? pathsHint(packages.folders('dart', name[1]!), `lib/${frame.file!.slice(name[0].length)}`)
        : undefined;
    }
    case 'php':
      return phpHint(frame, remote, packages);
    case 'ruby':
      return installedHint(
        /\/gems\/([\w.-]{1,200}?)-(?:\d[\w.]{0,60}|[\da-f]{7,40})\/(.+)$/,
        'ruby',
        remote,
        packages,
      );
    case 'python':
      return pythonHint(remote, packages);
    case 'dotnet':
      return dotnetHint(frame, packages);
    default:
      return undefined;
  }
}

/** The crate of the type, and that of the trait, whose default form of a function it may be. */
function rustHint({ module, function: name }: Frame, packages: PackageLookup): PackageHint | undefined {
  const trait = / as ([\p{L}_][\p{L}\d_]{0,100})(?:\[[\da-f]+\])?::/u.exec(name?.slice(0, 2000) ?? '')?.[1];
  const folders = [module, trait].flatMap((crate) =>
    crate === undefined ? [] : packages.folders('rust', crate),
  );
  return folders.length === 0 ? undefined : { paths: [], folders: [...new Set(folders)] };
}

/** `node_modules/@acme/shop/lib/x.js`, and `webpack://@acme/shop/./src/x.ts`. */
function npmHint(file: string, remote: RemotePath, packages: PackageLookup): PackageHint | undefined {
  const installed = remote.path.lastIndexOf('node_modules/');
  if (installed === -1) {
    const bundled = /^webpack:\/\/((?:@[\w.-]{1,100}\/)?[\w.-]{1,100})\/\.\//.exec(file);
    return bundled ? pathsHint(packages.folders('npm', bundled[1]!), remote.path) : undefined;
  }
  const rest = remote.path.slice(installed + 13);
  const name = /^(?:@[^/]{1,100}\/)?[^/]{1,100}/.exec(rest)?.[0] ?? '';
  return pathsHint(packages.folders('npm', name), rest.slice(name.length + 1));
}

function goHint(
  { module, file }: Frame,
  remote: RemotePath,
  packages: PackageLookup,
): PackageHint | undefined {
  const cache = remote.path.lastIndexOf('/pkg/mod/');
  const cached = /^([^@]{1,500})@[^/]{1,200}\/(.+)$/.exec(
    cache === -1 ? remote.path : remote.path.slice(cache + 9),
  );
  if (cached) {
    const hint = pathsHint(packages.folders('go', unescaped(cached[1]!)), cached[2]!);
    return hint && { ...hint, isCopy: true };
  }
  // With `-trimpath`, files begin with the path of their module.
  const trimmed = remote.path.startsWith('/') ? undefined : packages.longest('go', remote.path, '/');
  if (trimmed && trimmed.rest !== '') {
    return pathsHint(trimmed.folders, trimmed.rest);
  }
  if (module === undefined || module === 'main' || file === undefined) {
    return undefined;
  }
  const base = baseName(remote.path);
  const path = decodedGo(base.endsWith('_test.go') ? module.replace(/_test$/, '') : module);
  const found = packages.longest('go', path, '/');
  return found && byFunction(pathsHint(found.folders, found.rest === '' ? base : `${found.rest}/${base}`));
}

/** Capital letters are `!` and a small letter in the module cache. */
function unescaped(path: string): string {
  return path.replaceAll(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Dots of a path's last part are escaped in names of functions. */
function decodedGo(path: string): string {
  return path.replaceAll('%2e', '.');
}

/** The class of the frame by PSR-4; its file has the name of the class. */
function phpHint({ className }: Frame, remote: RemotePath, packages: PackageLookup): PackageHint | undefined {
  const name = className?.replaceAll('.', '\\');
  const found = name === undefined ? undefined : packages.longest('php', name, '\\');
  if (!found) {
    return undefined;
  }
  const path = `${found.rest.replaceAll('\\', '/')}.php`;
  return baseName(path) === baseName(remote.path) ? byFunction(pathsHint(found.folders, path)) : undefined;
}

/** The project whose namespace the class is below; folders in it may be called otherwise than the namespaces of their files. */
function dotnetHint({ className }: Frame, packages: PackageLookup): PackageHint | undefined {
  const type = /^[\p{L}\p{N}_.]*/u.exec(className ?? '')![0];
  const found = packages.longest('dotnet', type.slice(0, Math.max(type.lastIndexOf('.'), 0)), '.');
  return found && { paths: [], folders: found.folders };
}

/** `site-packages/shop/order.py`, installed from a project of that name. */
function pythonHint(remote: RemotePath, packages: PackageLookup): PackageHint | undefined {
  const installed = /\/(?:site|dist)-packages\/(([^/]{1,200})\/.+)$/.exec(remote.path);
  const folders = installed ? packages.folders('python', installed[2]!.toLowerCase()) : [];
  return pathsHint([...folders, ...folders.map((folder) => joined(folder, 'src'))], installed?.[1] ?? '');
}

function installedHint(
  pattern: RegExp,
  ecosystem: Ecosystem,
  remote: RemotePath,
  packages: PackageLookup,
): PackageHint | undefined {
  const installed = pattern.exec(remote.path);
  const hint = installed ? pathsHint(packages.folders(ecosystem, installed[1]!), installed[2]!) : undefined;
  return hint && { ...hint, isCopy: true };
}

function pathsHint(folders: readonly string[], rest: string): PackageHint | undefined {
  return folders.length === 0 || rest === ''
    ? undefined
    : { paths: folders.map((folder) => joined(folder, rest)), folders: [] };
}

function byFunction(hint: PackageHint | undefined): PackageHint | undefined {
  return hint && { ...hint, isByFunction: true };
}

function joined(folder: string, rest: string): string {
  return folder === '' ? rest : `${folder}/${rest}`;
}
