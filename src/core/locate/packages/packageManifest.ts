import { goModNames } from './goMod';
import { jsonManifestNames } from './jsonManifests';
import { lineManifestNames } from './lineManifests';

/** Whose packages a manifest describes. */
export type Ecosystem = 'go' | 'npm' | 'rust' | 'dart' | 'php' | 'elixir' | 'ruby' | 'python';

/** A name that code of a package is known by, and the folder it stands for. */
export interface PackageName {
  readonly name: string;
  /** Relative to the manifest's folder; empty for that folder itself. */
  readonly folder: string;
}

/** Base names of the manifests of each ecosystem; those of gems are told by their extension. */
export const MANIFESTS: Readonly<Record<Ecosystem, readonly string[]>> = {
  go: ['go.mod', 'go.work'],
  npm: ['package.json'],
  rust: ['Cargo.toml'],
  dart: ['pubspec.yaml'],
  php: ['composer.json'],
  elixir: ['mix.exs'],
  ruby: ['.gemspec'],
  python: ['pyproject.toml', 'setup.cfg', 'setup.py'],
};

/** The names that a manifest declares; none where it is broken. Text beyond the first 200,000 characters is not read. */
export function packageNames(ecosystem: Ecosystem, text: string): readonly PackageName[] {
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
  }
}
