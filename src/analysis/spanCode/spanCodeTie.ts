import path from 'node:path';
import type { Ecosystem } from '../../core/locate/packages/packageName';
import type { Family } from '../../core/spanCode/dialect';
import type { FileIndex } from '../files/fileIndex';

const SUFFIX = /(?:service|server|svc|api|app)$/;

/**
 * Whether a file stands in the folder of a service: 2 where a folder has the service's name, 1 where it has a part of it, else 0.
 * Dashes, case and endings such as `-service` count for nothing.
 */
export function serviceTie(index: FileIndex, local: string, service: string): 0 | 1 | 2 {
  const own = plain(service);
  if (own === '') {
    return 0;
  }
  const parts = service
    .split(/[-_.:/\s]+/)
    .filter((part) => part.length > 3)
    .map(plain);
  const root = index.folders.find((folder) => index.toAbsolute(local).startsWith(folder.path));
  const folders = [...(root ? [path.basename(root.path)] : []), ...local.split('/').slice(0, -1)].map(plain);
  if (folders.includes(own)) {
    return 2;
  }
  return folders.some((folder) => folder.length > 3 && parts.includes(folder)) ? 1 : 0;
}

const ECOSYSTEMS: Partial<Record<Family, Ecosystem>> = {
  script: 'npm',
  python: 'python',
  go: 'go',
  rust: 'rust',
  ruby: 'ruby',
  php: 'php',
  dotnet: 'dotnet',
  beam: 'elixir',
};

/**
 * Tells which files are of the package that bears the service's name, such as `@acme/orders` or `example.com/shop/orders/v2`: those that no package
 * further in holds. None where several folders are such packages.
 */
export async function inServicePackage(
  index: FileIndex,
  service: string,
  family: Family | undefined,
): Promise<(local: string) => boolean> {
  const own = plain(service);
  const ecosystem = family && ECOSYSTEMS[family];
  if (own === '' || ecosystem === undefined) {
    return () => false;
  }
  await index.packages.load(new Set([ecosystem]));
  const packages = index.packages.all(ecosystem);
  const named = new Set(
    packages.filter(({ name }) => plain(lastName(name)) === own).map(({ folder }) => folder),
  );
  const [folder] = named;
  if (folder === undefined || named.size > 1) {
    return () => false;
  }
  const further = packages.filter((one) => one.folder !== folder && isIn(one.folder, folder));
  return (local) => isIn(local, folder) && !further.some((one) => isIn(local, one.folder));
}

function isIn(local: string, folder: string): boolean {
  return folder === '' || local.startsWith(`${folder}/`);
}

/** A namespace of PHP is no package. */
function lastName(packageName: string): string {
  return packageName.includes('\\')
    ? ''
    : (packageName
        .replace(/\/v\d{1,4}$/, '')
        .split('/')
        .at(-1) ?? '');
}

function plain(name: string): string {
  const bare = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return bare.replace(SUFFIX, '') || bare;
}
