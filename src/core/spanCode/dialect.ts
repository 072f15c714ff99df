/** How literals and comments of a language are written, as far as the facts of a file need it. */
export interface Dialect {
  readonly family: Family;
  /** `//` and `/* … *\/`, `#`, or both as in PHP. */
  readonly comments: 'c' | 'hash' | 'both';
  /** What a single quote begins: a string, or a character, lifetime or the like. */
  readonly single: 'string' | 'character';
  /** What a backtick begins. */
  readonly backtick: 'template' | 'raw' | 'none';
  /** Three quotes begin a text of several lines. */
  readonly hasTriple: boolean;
  /** What begins code inside of a string: `${`, `#{`. */
  readonly code: string;
  /** A slash may begin a pattern. */
  readonly hasPatterns: boolean;
  /** Strings go on over line ends. */
  readonly isLong: boolean;
  /** Calls may stand without parentheses: `get '/orders', to: 'orders#index'`. */
  readonly hasCommands: boolean;
}

/** Languages that share frameworks and, on a resource, `telemetry.sdk.language`. */
export type Family =
  'script' | 'python' | 'jvm' | 'go' | 'dotnet' | 'ruby' | 'php' | 'rust' | 'beam' | 'native' | 'config';

const PLAIN: Dialect = {
  family: 'native',
  comments: 'c',
  single: 'character',
  backtick: 'none',
  hasTriple: false,
  code: '',
  hasPatterns: false,
  isLong: false,
  hasCommands: false,
};

const SCRIPT: Dialect = {
  ...PLAIN,
  family: 'script',
  single: 'string',
  backtick: 'template',
  code: '${',
  hasPatterns: true,
};
const PYTHON: Dialect = { ...PLAIN, family: 'python', comments: 'hash', single: 'string', hasTriple: true };
const JAVA: Dialect = { ...PLAIN, family: 'jvm', hasTriple: true };
const GROOVY: Dialect = { ...JAVA, single: 'string' };
const GO: Dialect = { ...PLAIN, family: 'go', backtick: 'raw' };
const CSHARP: Dialect = { ...PLAIN, family: 'dotnet', hasTriple: true };
const RUBY: Dialect = {
  ...PLAIN,
  family: 'ruby',
  comments: 'hash',
  single: 'string',
  code: '#{',
  hasPatterns: true,
  isLong: true,
  hasCommands: true,
};
const PHP: Dialect = { ...PLAIN, family: 'php', comments: 'both', single: 'string', isLong: true };
const RUST: Dialect = { ...PLAIN, family: 'rust', isLong: true };
const ELIXIR: Dialect = {
  ...PLAIN,
  family: 'beam',
  comments: 'hash',
  single: 'string',
  hasTriple: true,
  code: '#{',
  hasCommands: true,
};

const BY_EXTENSION = new Map<string, Dialect>(
  (
    [
      [SCRIPT, 'js mjs cjs jsx ts mts cts tsx'],
      [PYTHON, 'py'],
      [JAVA, 'java kt kts scala'],
      [GROOVY, 'groovy'],
      [GO, 'go'],
      [CSHARP, 'cs'],
      [RUBY, 'rb ru rake'],
      [PHP, 'php'],
      [RUST, 'rs'],
      [ELIXIR, 'ex exs'],
      [PLAIN, 'cc cpp cxx'],
    ] as const
  ).flatMap(([dialect, extensions]) =>
    extensions.split(' ').map((extension) => [extension, dialect] as const),
  ),
);

/** The dialect of a source file by its extension; `undefined` for files without code that spans come from. */
export function dialectOf(path: string): Dialect | undefined {
  return BY_EXTENSION.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}

const BY_SDK: Readonly<Record<string, Family>> = {
  nodejs: 'script',
  webjs: 'script',
  python: 'python',
  java: 'jvm',
  kotlin: 'jvm',
  go: 'go',
  dotnet: 'dotnet',
  ruby: 'ruby',
  php: 'php',
  rust: 'rust',
  erlang: 'beam',
  elixir: 'beam',
  cpp: 'native',
};

/** The family of a resource's `telemetry.sdk.language`; `undefined` where it names none that is known. */
export function familyOfSdk(language: string | undefined): Family | undefined {
  return language === undefined ? undefined : BY_SDK[language];
}
