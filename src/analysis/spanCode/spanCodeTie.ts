import path from 'node:path';
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

function plain(name: string): string {
  const bare = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return bare.replace(SUFFIX, '') || bare;
}
