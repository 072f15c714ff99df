/** A line of a package's file that calls or throws. */
export interface CallSite {
  /** Relative to the package. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
}

/** How packages of one language look, and how their stacks are printed. */
export interface MonorepoLanguage {
  readonly name: string;
  readonly packagePrefix: string;
  /** Those of every package first. */
  readonly files: readonly string[];
  /** Whether frames have more than the base name of a file. */
  readonly printsPaths: boolean;
  folderOf(name: string): string;
  /** A file that one package has alone. */
  ownFile(number: number): string;
  /** Text of a file; packages differ by nothing but their `variant`, which moves the lines. */
  textOf(file: string, variant: number): string;
  callOf(file: string, variant: number): CallSite;
  stackOf(prefix: string, calls: readonly CallSite[]): string;
}

const OPTIONAL = Array.from({ length: 12 }, (_, i) => `part${i}`);

const typescript: MonorepoLanguage = {
  name: 'TypeScript',
  packagePrefix: 'pkg-',
  files: [
    ...['src/index.ts', 'src/order.ts', 'src/routes.ts', 'src/db/index.ts', 'src/db/client.ts'],
    ...OPTIONAL.map((name) => `src/${name}/index.ts`),
  ],
  printsPaths: true,
  folderOf: (name) => `packages/${name}`,
  ownFile: (number) => `src/own${number}/index.ts`,
  textOf: (_file, variant) =>
    `${'// Licence\n'.repeat(variant)}export function start(): void {\n  throw new Error('x');\n}\n`,
  callOf: (file, variant) => ({ file, line: 2 + variant, column: 9, function: 'start' }),
  stackOf: (prefix, calls) =>
    `Error: x\n${calls
      .map(
        (call) => `    at ${call.function} (${native(`${prefix}/${call.file}`)}:${call.line}:${call.column})`,
      )
      .join('\n')}\n`,
};

const python: MonorepoLanguage = {
  name: 'Python',
  packagePrefix: 'svc_',
  files: [
    ...['app/main.py', 'app/models.py', 'app/views.py', 'app/db/__init__.py', 'app/db/models.py'],
    ...OPTIONAL.map((name) => `app/${name}/models.py`),
  ],
  printsPaths: true,
  folderOf: (name) => `services/${name}`,
  ownFile: (number) => `app/own${number}/models.py`,
  textOf: (_file, variant) => `${'# Licence\n'.repeat(variant)}def start():\n    raise ValueError("x")\n`,
  callOf: (file, variant) => ({ file, line: 2 + variant, column: 0, function: 'start' }),
  stackOf: (prefix, calls) =>
    `Traceback (most recent call last):\n${[...calls]
      .reverse()
      .map(
        (call) =>
          `  File "${native(`${prefix}/${call.file}`)}", line ${call.line}, in ${call.function}\n    raise ValueError("x")`,
      )
      .join('\n')}\nValueError: x\n`,
};

const go: MonorepoLanguage = {
  name: 'Go',
  packagePrefix: 'mod',
  files: [
    ...['main.go', 'order.go', 'routes.go', 'db/client.go', 'db/order.go'],
    ...OPTIONAL.map((name) => `${name}/order.go`),
  ],
  printsPaths: true,
  folderOf: (name) => `go/${name}`,
  ownFile: (number) => `own${number}/order.go`,
  textOf: (file, variant) =>
    `${'// Licence\n'.repeat(variant)}package ${packageOf(file)}\n\nfunc Start() {\n\tpanic("x")\n}\n`,
  callOf: (file, variant) => ({ file, line: 4 + variant, column: 0, function: `${packageOf(file)}.Start` }),
  stackOf: (prefix, calls) =>
    `panic: x\n\ngoroutine 1 [running]:\n${calls
      .map((call) => `${call.function}(...)\n\t${prefix}/${call.file}:${call.line} +0x1d`)
      .join('\n')}\n`,
};

const JAVA_FOLDER = 'src/main/java/com/acme/shop';

const java: MonorepoLanguage = {
  name: 'Java',
  packagePrefix: 'module-',
  files: [
    ...['Main', 'Order', 'Routes', 'db/Client', 'db/Order'].map((name) => `${JAVA_FOLDER}/${name}.java`),
    ...OPTIONAL.map((name) => `${JAVA_FOLDER}/${name}/Order.java`),
  ],
  printsPaths: false,
  folderOf: (name) => `modules/${name}`,
  ownFile: (number) => `${JAVA_FOLDER}/own${number}/Order.java`,
  textOf: (file, variant) => {
    const { packageName, className } = javaNames(file);
    return `${'// Licence\n'.repeat(variant)}package ${packageName};\n\nclass ${className} {\n  void start() {\n    throw new IllegalStateException();\n  }\n}\n`;
  },
  callOf: (file, variant) => {
    const { packageName, className } = javaNames(file);
    return { file, line: 5 + variant, column: 0, function: `${packageName}.${className}.start` };
  },
  stackOf: (_prefix, calls) =>
    `java.lang.IllegalStateException\n${calls
      .map((call) => `\tat ${call.function}(${call.file.slice(call.file.lastIndexOf('/') + 1)}:${call.line})`)
      .join('\n')}\n`,
};

/** The languages whose monorepos are measured. */
export const MONOREPO_LANGUAGES: readonly MonorepoLanguage[] = [typescript, python, go, java];

function javaNames(file: string): { readonly packageName: string; readonly className: string } {
  const names = file.slice('src/main/java/'.length, -'.java'.length).split('/');
  return { packageName: names.slice(0, -1).join('.'), className: names.at(-1)! };
}

function packageOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : 'main';
}

function native(file: string): string {
  return file.startsWith('C:') ? file.replaceAll('/', '\\') : file;
}
