import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { CodeFact, FileFacts } from '../../core/spanCode/codeFact';
import { dialectOf } from '../../core/spanCode/dialect';
import { isFunctionConfig } from '../../core/spanCode/entryPoints';
import { fileFacts } from '../../core/spanCode/fileFacts';
import { fileRoute } from '../../core/spanCode/fileRoutes';
import type { FileIndex } from '../files/fileIndex';

/** Longest file that is read, in bytes: what is longer was written by a program. */
const MAX_BYTES = 400_000;
/** Files that are read; those beyond are found by no span. */
const MAX_FILES = 60_000;
/** Files read at once. */
const AT_ONCE = 16;
/** Longest that the index keeps other questions waiting, in ms. */
const TURN_MS = 4;

/** A fact with the file that says it. */
export interface FactOf<Kind extends CodeFact['kind']> {
  readonly file: string;
  readonly fact: Extract<CodeFact, { kind: Kind }>;
}

/** What the source files of the workspace say about spans: read when first asked for, then kept up to date by events. */
export class CodeIndex {
  private readonly index: FileIndex;
  private readonly signal: AbortSignal;
  private readonly files = new Map<string, FileFacts>();
  private byKind: { [Kind in CodeFact['kind']]?: readonly FactOf<Kind>[] } = {};
  private readonly stale = new Set<string>();
  private listed = -1;
  private building: Promise<void> | undefined;
  private changes = 0;

  constructor(index: FileIndex, signal: AbortSignal) {
    this.index = index;
    this.signal = signal;
  }

  /** Goes up whenever a file's facts change. */
  get version(): number {
    return this.changes;
  }

  get size(): number {
    return this.files.size;
  }

  /** Nothing is to be read. */
  get isReady(): boolean {
    return !this.building && this.listed === this.index.paths.version && this.stale.size === 0;
  }

  /** Reads what is new since the last time; one reading serves all who ask meanwhile. */
  ready(): Promise<void> {
    this.building ??= this.refresh().finally(() => {
      this.building = undefined;
    });
    return this.building;
  }

  /** The file is read again when it is next needed. */
  forget(local: string): void {
    this.stale.add(local);
  }

  factsOf(local: string): FileFacts | undefined {
    return this.files.get(local);
  }

  /** Every fact of a kind, in order of their files' paths. */
  all<Kind extends CodeFact['kind']>(kind: Kind): readonly FactOf<Kind>[] {
    const known: readonly FactOf<Kind>[] | undefined = this.byKind[kind];
    if (known) {
      return known;
    }
    const found: FactOf<Kind>[] = [];
    for (const [file, { facts }] of this.files) {
      for (const fact of facts) {
        if (isKind(fact, kind)) {
          found.push({ file, fact });
        }
      }
    }
    found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    this.byKind = { ...this.byKind, [kind]: found };
    return found;
  }

  /** Files that may have a word; linear in the number of files. */
  withWord(word: string, family: FileFacts['family'] | undefined): readonly string[] {
    const found: string[] = [];
    for (const [file, facts] of this.files) {
      if ((family === undefined || facts.family === family) && facts.words.mayHave(word)) {
        found.push(file);
      }
    }
    return found.sort();
  }

  /** Files whose place is a route. */
  routeFiles(): readonly { readonly file: string; readonly route: string; readonly methods: boolean }[] {
    return [...this.files.keys()].flatMap((file) => {
      const route = fileRoute(file);
      return route ? [{ file, ...route }] : [];
    });
  }

  private async refresh(): Promise<void> {
    const { paths } = this.index;
    if (paths.version === this.listed && this.stale.size === 0) {
      return;
    }
    const wanted = new Set<string>();
    if (paths.version !== this.listed) {
      this.listed = paths.version;
      const present = new Set(
        paths
          .withExtension('')
          .filter(({ isGenerated, path }) => !isGenerated && (dialectOf(path) ?? isFunctionConfig(path)))
          .slice(0, MAX_FILES)
          .map(({ path }) => path),
      );
      for (const known of [...this.files.keys()].filter((file) => !present.has(file))) {
        this.files.delete(known);
        this.changes++;
      }
      for (const file of present) {
        if (!this.files.has(file)) {
          wanted.add(file);
        }
      }
    }
    for (const file of this.stale) {
      if (paths.find(file) !== undefined && (dialectOf(file) ?? isFunctionConfig(file))) {
        wanted.add(file);
      }
    }
    this.stale.clear();
    await this.read([...wanted]);
    this.byKind = {};
  }

  private async read(files: readonly string[]): Promise<void> {
    let turnStart = performance.now();
    for (let at = 0; at < files.length && !this.signal.aborted; at += AT_ONCE) {
      const batch = files.slice(at, at + AT_ONCE);
      const texts = await Promise.all(batch.map((file) => textOf(this.index.toAbsolute(file))));
      turnStart = performance.now();
      for (const [i, file] of batch.entries()) {
        const text = texts[i];
        const facts = text === undefined ? undefined : fileFacts(file, text);
        if (facts) {
          this.files.set(file, facts);
        } else {
          this.files.delete(file);
        }
        this.changes++;
        if (performance.now() - turnStart > TURN_MS) {
          await setImmediate();
          turnStart = performance.now();
        }
      }
    }
  }
}

function isKind<Kind extends CodeFact['kind']>(
  fact: CodeFact,
  kind: Kind,
): fact is Extract<CodeFact, { kind: Kind }> {
  return fact.kind === kind;
}

/** `undefined` where a file is gone, too long, or not text. */
async function textOf(absolute: string): Promise<string | undefined> {
  try {
    const file = await open(absolute);
    try {
      const { size } = await file.stat();
      return size > MAX_BYTES ? undefined : await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch {
    // Gone or forbidden: to a span that is the same as not being there.
    return undefined;
  }
}
