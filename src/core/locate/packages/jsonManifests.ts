import type { PackageName } from './packageManifest';

/** The name of a `package.json`, or the namespaces that a `composer.json` loads by PSR-4. */
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
    return typeof name === 'string' && name !== '' ? [{ name, folder: '' }] : [];
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
