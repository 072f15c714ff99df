/** Where a TypeScript configuration puts what it compiles. */
export interface OutputSettings {
  readonly outDir?: string;
  readonly rootDir?: string;
  /** Folders that `include` names. */
  readonly included: readonly string[];
  /** Configurations that this one builds on, as spelled; later ones win. */
  readonly bases: readonly string[];
}

/** Reads a configuration; `undefined` where it is no JSON with comments. */
export function outputSettings(text: string): OutputSettings | undefined {
  const json = parsed(text);
  if (!json) {
    return undefined;
  }
  const options = (json['compilerOptions'] ?? {}) as Readonly<Record<string, unknown>>;
  const { outDir, rootDir } = options;
  return {
    ...(typeof outDir === 'string' ? { outDir } : {}),
    ...(typeof rootDir === 'string' ? { rootDir } : {}),
    included: stringsIn(json['include']).map(folderOfPattern),
    bases: stringsIn(json['extends']).filter((base) => base.startsWith('.')),
  };
}

/** The sources that TypeScript would have compiled to a script, by their ends. */
export function sourceNames(script: string): readonly string[] {
  const dot = script.lastIndexOf('.');
  const stem = script.slice(0, dot);
  const names: Readonly<Partial<Record<string, readonly string[]>>> = {
    '.js': ['.ts', '.tsx'],
    '.jsx': ['.tsx'],
    '.mjs': ['.mts'],
    '.cjs': ['.cts'],
  };
  return (names[script.slice(dot)] ?? []).map((extension) => stem + extension);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(plainJson(text));
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Without comments and without commas before closing brackets. */
function plainJson(text: string): string {
  const tokens = text.match(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|[^"/]+|["/]/g) ?? [];
  const kept = tokens.filter((token) => !token.startsWith('//') && !token.startsWith('/*'));
  return kept
    .map((token, i) => (token.startsWith('"') ? token : withoutTrailingComma(token, kept[i + 1])))
    .join('');
}

function withoutTrailingComma(token: string, next: string | undefined): string {
  const inner = token.replace(/,(?=\s*[\]}])/g, '');
  return next !== undefined && /^\s*[\]}]/.test(next) ? inner.replace(/,(\s*)$/, '$1') : inner;
}

function stringsIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}

/** The part of a pattern before its first star, up to a slash. */
function folderOfPattern(pattern: string): string {
  const star = pattern.search(/[*?]/);
  return star === -1 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', star) + 1);
}
