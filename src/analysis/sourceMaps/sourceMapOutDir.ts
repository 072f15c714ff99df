import path from 'node:path';
import { base1, type Base1 } from '../../base/units';
import type { Frame } from '../../core/frames/frame';
import type { FileMatch } from '../../core/locate/findFile';
import type { RemotePath } from '../../core/locate/remotePath';
import { scriptFunctions } from '../../core/locate/functions/scriptFunctions';
import { isSameName } from '../../core/locate/verifyLine';
import { outputSettings, sourceNames, type OutputSettings } from '../../core/sourcemaps/tsconfig';
import type { FileIndex } from '../files/fileIndex';
import type { Answer } from '../lines/frameAnswer';
import type { ReadFile, SourceFiles } from '../files/sourceFiles';

/** Where one configuration compiles from and to: workspace folders. */
interface Output {
  readonly outDir: string;
  /** The folders that `outDir` may be a copy of, the likeliest first. */
  readonly roots: readonly string[];
}

const CONFIGURATIONS = [
  ...['tsconfig.json', 'tsconfig.build.json', 'tsconfig.lib.json', 'tsconfig.app.json'],
  ...['tsconfig.prod.json', 'tsconfig.node.json'],
];
/** Configurations that build on one another. */
const MAX_BASES = 8;
/** Configurations of one workspace that are asked about a file that is not there. */
const MAX_ASKED = 300;
/** Longest source that is scanned for a function's name, in UTF-16 units. */
const MAX_SCANNED = 2_000_000;

/** Finds the source of a compiled script that has no source map, by `outDir` and `rootDir` of the TypeScript configurations. */
export class SourceMapOutDir {
  private readonly index: FileIndex;
  private readonly files: SourceFiles;

  constructor(index: FileIndex, files: SourceFiles) {
    this.index = index;
    this.files = files;
  }

  /** A compiled file of the workspace: its source and, by name, the function in it; never a line of its own. */
  async ofFile(frame: Frame, script: string): Promise<Answer | undefined> {
    for (let folder = path.posix.dirname(script); ; folder = path.posix.dirname(folder)) {
      for (const name of CONFIGURATIONS) {
        const output = await this.outputOf(path.posix.join(folder, name));
        const source = output && this.sourceIn(output, script);
        if (source !== undefined) {
          return this.functionIn(frame, source);
        }
      }
      if (folder === '.' || folder === '/') {
        return undefined;
      }
    }
  }

  /** A compiled file that is not in the workspace: every configuration says where it would be. */
  async ofRemote(
    frame: Frame,
    remote: RemotePath,
    find: (remote: RemotePath) => FileMatch,
  ): Promise<Answer | undefined> {
    const found = new Set<string>();
    const configurations = CONFIGURATIONS.flatMap((name) => this.index.paths.named(name));
    for (const { path: configuration } of configurations.slice(0, MAX_ASKED)) {
      const output = await this.outputOf(configuration);
      for (const source of output ? this.sourcesOf(output, configuration, remote, find) : []) {
        found.add(source);
      }
    }
    const [source] = found;
    return source !== undefined && found.size === 1 ? this.functionIn(frame, source) : undefined;
  }

  private sourceIn({ outDir, roots }: Output, script: string): string | undefined {
    if (!script.startsWith(`${outDir}/`)) {
      return undefined;
    }
    const rest = sourceNames(script.slice(outDir.length + 1));
    const paths = roots.flatMap((root) => rest.map((name) => path.posix.join(root, name)));
    return paths.map((name) => this.index.paths.find(name)).find((name) => name !== undefined);
  }

  /** Sources that lie where the compiled file would, if the output folder were the source folder. */
  private sourcesOf(
    { outDir, roots }: Output,
    configuration: string,
    remote: RemotePath,
    find: (remote: RemotePath) => FileMatch,
  ): readonly string[] {
    const folder = path.posix.dirname(configuration);
    const out = `/${path.posix.relative(folder, outDir)}/`;
    const at = remote.path.lastIndexOf(out);
    if (at === -1 || out.includes('..')) {
      return [];
    }
    const sources: string[] = [];
    for (const root of roots) {
      const below = path.posix.relative(folder, root);
      for (const name of sourceNames(remote.path.slice(at + out.length))) {
        const printed = path.posix.join(remote.path.slice(0, at), below, name);
        const match = find({ ...remote, path: printed });
        const expected = this.index.paths.find(path.posix.join(root, name));
        if (match.kind === 'found' && match.isProven && match.path === expected) {
          sources.push(match.path);
        }
      }
    }
    return sources;
  }

  private async outputOf(configuration: string): Promise<Output | undefined> {
    const local = this.index.paths.find(configuration);
    const settings = local === undefined ? undefined : await this.settings(local, MAX_BASES);
    if (local === undefined || settings?.outDir === undefined) {
      return undefined;
    }
    const folder = path.posix.dirname(local);
    const roots =
      settings.rootDir === undefined
        ? [...settings.included.map((name) => path.posix.join(folder, name)), folder]
        : [settings.rootDir];
    return { outDir: settings.outDir, roots: roots.map((root) => root.replace(/\/$/, '')) };
  }

  /** With folders from the workspace on: each is relative to the configuration that names it. */
  private async settings(local: string, depth: number): Promise<OutputSettings | undefined> {
    const read = await this.files.read(local);
    const own = read && outputSettings(read.source.text);
    if (!own) {
      return undefined;
    }
    const folder = path.posix.dirname(local);
    const absolute = (name: string): string => path.posix.join(folder, name).replace(/\/$/, '');
    let base: OutputSettings | undefined;
    for (const name of depth === 0 ? [] : own.bases) {
      const file = path.posix.join(folder, name.endsWith('.json') ? name : `${name}.json`);
      const inherited = await this.settings(file, depth - 1);
      base = inherited ? { ...base, ...inherited } : base;
    }
    return {
      ...base,
      ...own,
      ...(own.outDir === undefined ? {} : { outDir: absolute(own.outDir) }),
      ...(own.rootDir === undefined ? {} : { rootDir: absolute(own.rootDir) }),
    };
  }

  /** The function of the frame in its source, by name; or the source alone. `undefined` where it cannot be read. */
  async functionIn(frame: Frame, source: string): Promise<Answer | undefined> {
    const read = await this.files.read(source);
    if (!read) {
      return undefined;
    }
    const lineBase1 = onlyFunction(read, frame.function);
    if (lineBase1 === undefined) {
      return {
        unknown: 'noSourceMap',
        candidates: [{ ...this.index.located(source), evidence: ['outDir'] }],
      };
    }
    const evidence = ['outDir', 'function'] as const;
    const grade = { grade: 'likely', reason: 'functionOnly' } as const;
    return { place: { path: source, lineBase1, columnBase1: undefined, ...grade, via: ['path'], evidence } };
  }
}

/** The line where the only function of a name begins. */
function onlyFunction({ source }: ReadFile, name: string | undefined): Base1 | undefined {
  if (name === undefined || source.text.length > MAX_SCANNED) {
    return undefined;
  }
  const named = scriptFunctions(source.text).filter(
    (candidate) => candidate.name !== undefined && isSameName(name, candidate) === 'same',
  );
  const [only] = named;
  return only && named.length === 1
    ? base1(source.text.slice(0, only.start).split(/\r\n|\n|\r/).length)
    : undefined;
}
