import { dotnetProjectNames } from './dotnetProject';
import { goModNames } from './goMod';
import { jsonManifestNames } from './jsonManifests';
import { lineManifestNames } from './lineManifests';
import type { Ecosystem, PackageName } from './packageName';

/** Base names of the manifests of each ecosystem; those of gems and of .NET are told by their extensions. */
export const MANIFESTS: Readonly<Record<Ecosystem, readonly string[]>> = {
  go: ['go.mod', 'go.work'],
  npm: ['package.json'],
  rust: ['Cargo.toml'],
  dart: ['pubspec.yaml'],
  php: ['composer.json'],
  elixir: ['mix.exs'],
  ruby: ['.gemspec'],
  python: ['pyproject.toml', 'setup.cfg', 'setup.py'],
  dotnet: ['.csproj', '.fsproj', '.vbproj'],
};

/** Whether a file may declare a package, by its base name. */
export function isManifest(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return Object.values(MANIFESTS).some((names) =>
    names.some((one) => (one.startsWith('.') ? name.endsWith(one) : name === one)),
  );
}

/** The names that a manifest declares; none where it is broken. `path`: where it is. Text beyond the first 200,000 characters is not read. */
export function packageNames(ecosystem: Ecosystem, text: string, path: string): readonly PackageName[] {
  const read = text.slice(0, 200_000);
  switch (ecosystem) {
    case 'go':
      return goModNames(read);
    case 'npm':
    case 'php':
      return jsonManifestNames(ecosystem, read);
    case 'rust':
    case 'dart':
    case 'elixir':
    case 'ruby':
    case 'python':
      return lineManifestNames(ecosystem, read);
    case 'dotnet':
      return dotnetProjectNames(read, path);
  }
}
