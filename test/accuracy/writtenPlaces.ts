import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Finds every place of a project that a text can be said to name, by nothing but the names of its files: a name, a few characters,
 * a number. Knows no language, so that it reads a mangled text as well as a whole one.
 */
export class WrittenPlaces {
  private readonly paths: readonly string[];
  private readonly names: RegExp;
  private readonly maps = new Map<string, { readonly folder: string; readonly map: TraceMap }>();

  constructor(project: string) {
    const files = readdirSync(project, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    this.paths = files.map((entry) =>
      slashed(path.relative(project, path.join(entry.parentPath, entry.name))),
    );
    for (const file of this.paths) {
      const map = mapOf(path.join(project, file));
      if (map) {
        this.maps.set(file, { folder: path.posix.dirname(file), map });
      }
    }
    const names = [...new Set(this.paths.map((file) => path.posix.basename(file)))];
    const longestFirst = names.sort((a, b) => b.length - a.length);
    this.names = new RegExp(`(?<![\\w.-])(?:${longestFirst.map(escaped).join('|')})(?![\\w-])`, 'g');
  }

  /** `path:line` of each. */
  in(text: string): ReadonlySet<string> {
    const plain = unescaped(text);
    const places = new Set<string>();
    for (const { 0: name, index } of plain.matchAll(this.names)) {
      const position = /^[^\d\n]{0,14}?(\d+)(?::(\d+))?/.exec(plain.slice(index + name.length, index + 60));
      if (!position) {
        continue;
      }
      for (const file of this.meant(plain, index, name)) {
        places.add(`${file}:${Number(position[1])}`);
        this.addOriginal(file, Number(position[1]), Number(position[2]), places);
      }
    }
    return places;
  }

  /** The files that agree in most folders with what stands before the name. */
  private meant(text: string, at: number, name: string): readonly string[] {
    const before = /[\w./\\@~+%-]*$/.exec(text.slice(Math.max(0, at - 300), at))?.[0] ?? '';
    const written = slashed(before + name)
      .split('/')
      .reverse();
    const fits = this.paths
      .filter((file) => path.posix.basename(file) === name)
      .map((file) => ({ file, common: commonLength(file.split('/').reverse(), written) }));
    const most = Math.max(...fits.map(({ common }) => common));
    return fits.filter(({ common }) => common === most).map(({ file }) => file);
  }

  private addOriginal(file: string, line: number, column: number, places: Set<string>): void {
    const mapped = this.maps.get(file);
    if (!mapped || line === 0 || Number.isNaN(column)) {
      return;
    }
    const original = originalPositionFor(mapped.map, { line, column: Math.max(0, column - 1) });
    if (original.source !== null) {
      places.add(`${path.posix.join(mapped.folder, original.source)}:${original.line}`);
    }
  }
}

function mapOf(file: string): TraceMap | undefined {
  if (!/\.[cm]?js$/.test(file)) {
    return undefined;
  }
  const inline = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(
    readFileSync(file, 'utf8'),
  )?.[1];
  if (inline !== undefined) {
    return new TraceMap(Buffer.from(inline, 'base64').toString());
  }
  return existsSync(`${file}.map`) ? new TraceMap(readFileSync(`${file}.map`, 'utf8')) : undefined;
}

/** Escapes of one or more loggers, and colours, undone. */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\*(?:\\u001b|\u001b)\[[0-9;]*m/g, '')
    .replaceAll(/\\+[nr]/g, '\n')
    .replaceAll(/\\+t/g, '\t')
    .replaceAll(/\\+(?=["'])/g, '');
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((segment, i) => segment !== b[i]);
  return end === -1 ? a.length : end;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
