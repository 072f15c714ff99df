/** Whose packages a manifest describes. */
export type Ecosystem = 'go' | 'npm' | 'rust' | 'dart' | 'php' | 'elixir' | 'ruby' | 'python' | 'dotnet';

/** A name that code of a package is known by, and the folder it stands for. */
export interface PackageName {
  readonly name: string;
  /** Relative to the manifest's folder; empty for that folder itself. */
  readonly folder: string;
}
