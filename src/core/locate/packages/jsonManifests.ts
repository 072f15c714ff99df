import type { PackageName } from './packageName';

/** The name of a `package.json`, for its folder and the one that is published in its place, or the namespaces that a `composer.json` loads by PSR-4. */
export function jsonManifestNames(ecosystem: 'npm' | 'php', text: string): PackageName[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // Half-written: it declares nothing yet.
    return [];
  }
  if (ecosystem === 'npm') {
    const name = property(manifest, 'name');
    if (typeof name !== 'string' || name === '') {
      return [];
    }
    const published = property(property(manifest, 'publishConfig'), 'directory');
    return [
      { name, folder: '' },
      ...(typeof published === 'string' && published !== '' ? [{ name, folder: published }] : []),
    ];
  }
  return ['autoload', 'autoload-dev'].flatMap((key) => {
    const prefixes = property(property(manifest, key), 'psr-4');
    return typeof prefixes === 'object' && prefixes !== null
      ? Object.entries(prefixes).flatMap(([name, folders]) =>
          (Array.isArray(folders) ? folders : [folders])
            .filter((folder): folder is string => typeof folder === 'string')
            .map((folder) => ({ name, folder })),
        )
      : [];
  });
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
