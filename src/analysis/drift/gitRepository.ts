import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Lru } from '../../base/lru';
import { ok, type Result } from '../../base/result';
import type { LineHunk } from '../../core/drift/lineHunk';
import { PATCH_FORMAT, patchHunks } from '../../core/drift/patchHunks';
import { RAW_HISTORY_FORMAT, rawHistory, type RawHistory } from '../../core/drift/rawHistory';
import { plainRepositoryUrl } from '../../core/drift/repositoryUrl';
import { runGit, type GitFailure } from './gitProcess';

/** Which commit a name means. */
export type ResolvedCommit =
  | { readonly kind: 'commit'; readonly id: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous' };

/** An entry of a tree: a file's text, or the commit of a submodule. */
export interface TreeEntry {
  readonly kind: 'file' | 'submodule';
  readonly id: string;
}

/** A file under its later name. */
export interface RenamedFile {
  readonly path: string;
  readonly blob: string;
}

/** What a repository's answers hang on. */
export interface RepositoryStamp {
  readonly head: string;
  readonly refs: string;
}

/** Where a folder stands in its repository. */
export interface RepositoryPlace {
  readonly repository: GitRepository;
  /** Of the folder within the repository: empty, or ends with `/`. */
  readonly prefix: string;
}

/** What one commit made of a file. */
export interface FileStep {
  readonly parent: string;
  readonly commit: string;
  /** Before and after: they differ where the commit renamed the file. */
  readonly from: string;
  readonly to: string;
}

/** One question asks for the stamp several times; git moves `HEAD` more slowly than that. */
const STAMP_MS = 5;
const KEPT_TREES = 3;
const KEPT_HISTORIES = 6;
const KEPT_RENAMES = 50;
const KEPT_NAMES = 200;
/** Longest text of a file that is followed, in bytes: source code is shorter. */
const MAX_TEXT_BYTES = 4 << 20;
/** Texts that are read at once. */
const BATCH = 64;

/** One work tree, asked through git and remembered: what hangs on a commit for good, what hangs on `HEAD` until that moves. */
export class GitRepository {
  readonly root: string;
  /** Equal for all work trees of one repository. */
  readonly commonDir: string;
  readonly isShallow: boolean;
  private readonly gitDir: string;
  private readonly signal: AbortSignal;
  private readonly trees = new Lru<string, Promise<ReadonlyMap<string, TreeEntry> | undefined>>(KEPT_TREES);
  private readonly histories = new Lru<string, Promise<RawHistory | undefined>>(KEPT_HISTORIES);
  /** Histories that were read to their end. */
  private readonly readHistories = new Lru<string, true>(KEPT_HISTORIES);
  private readonly renames = new Lru<string, Promise<ReadonlyMap<string, RenamedFile>>>(KEPT_RENAMES);
  private readonly names = new Lru<string, Promise<ResolvedCommit>>(KEPT_NAMES);
  private headRead: { readonly stamp: string; readonly id: Promise<string | undefined> } | undefined;
  private stamped: { readonly atMs: number; readonly stamp: Promise<RepositoryStamp> } | undefined;
  private remoteUrls: Promise<readonly string[]> | undefined;

  private constructor(lines: readonly string[], signal: AbortSignal) {
    const [root = '', gitDir = '', commonDir = '', isShallow] = lines;
    this.root = root;
    this.gitDir = gitDir;
    this.commonDir = path.resolve(root, commonDir);
    this.isShallow = isShallow === 'true';
    this.signal = signal;
  }

  /** The work tree that a folder is in. */
  static async at(folder: string, signal: AbortSignal): Promise<Result<RepositoryPlace, GitFailure>> {
    const flags = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir', '--is-shallow-repository'];
    const found = await runGit(folder, ['rev-parse', ...flags, '--show-prefix'], { signal });
    if (!found.ok) {
      return found;
    }
    const lines = found.value.toString('utf8').split(/\r?\n/);
    // The common folder is relative to where git was asked.
    const common = path.resolve(folder, lines[2] ?? '');
    const repository = new GitRepository([lines[0]!, lines[1]!, common, lines[3]!], signal);
    return ok({ repository, prefix: lines[4] ?? '' });
  }

  /** Changes with `HEAD`, and with whatever brings commits or tags. */
  stamp(): Promise<RepositoryStamp> {
    const nowMs = performance.now();
    if (!this.stamped || nowMs - this.stamped.atMs > STAMP_MS) {
      this.stamped = { atMs: nowMs, stamp: this.readStamp() };
    }
    return this.stamped.stamp;
  }

  /** The commit that is checked out; `undefined` before the first. */
  async head(): Promise<string | undefined> {
    const { head: stamp } = await this.stamp();
    if (this.headRead?.stamp !== stamp) {
      const id = this.revParse('HEAD').then((found) => (found.kind === 'commit' ? found.id : undefined));
      this.headRead = { stamp, id };
    }
    return this.headRead.id;
  }

  /** The commit of a name or id that git resolves. `refs`: the stamp until which an answer holds. */
  async resolve(name: string, refs: string): Promise<ResolvedCommit> {
    if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(name)) {
      return remember(this.names, `${name}\n${refs}`, () => this.revParse(name));
    }
    // A whole id is there or not. Its history takes longest and is asked for next: git reads it while the files are listed.
    const head = await this.head();
    if (head !== undefined) {
      void this.history(name, head);
    }
    const tree = await this.tree(name);
    return tree ? { kind: 'commit', id: name } : { kind: 'missing' };
  }

  /** The commits of those tags that there are. */
  async tagged(tags: readonly string[]): Promise<readonly { readonly tag: string; readonly id: string }[]> {
    if (tags.length === 0) {
      return [];
    }
    const format = '--format=%(refname) %(objecttype) %(objectname) %(*objecttype) %(*objectname)';
    const found = await this.text(['for-each-ref', format, ...tags.map((tag) => `refs/tags/${tag}`)]);
    return (found ?? '').split('\n').flatMap((line) => {
      const [name = '', type, id = '', peeledType, peeled = ''] = line.split(' ');
      const tag = name.slice('refs/tags/'.length);
      // A name that is a folder of tags matches those, too.
      const commit = type === 'commit' ? id : peeledType === 'commit' ? peeled : '';
      return commit !== '' && tags.includes(tag) ? [{ tag, id: commit }] : [];
    });
  }

  /** Where the repository was cloned from, comparable. */
  remotes(): Promise<readonly string[]> {
    return (this.remoteUrls ??= this.text(['config', '--get-regexp', '^remote\\..*\\.url$']).then((found) =>
      (found ?? '').split('\n').flatMap((line) => {
        const url = plainRepositoryUrl(line.slice(line.indexOf(' ') + 1));
        return url === undefined ? [] : [url];
      }),
    ));
  }

  /** Every file of a commit by its path from the root, and the submodules in it; `undefined` where there is no such commit. */
  tree(commit: string): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
    return remember(this.trees, commit, async () => {
      const listed = await this.text(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit]);
      if (listed === undefined) {
        return undefined;
      }
      const entries = new Map<string, TreeEntry>();
      for (const line of listed.split('\0')) {
        const entry = /^(\d{3})\d{3} \w+ ([0-9a-f]+)\t/.exec(line);
        if (entry?.[1] === '100' || entry?.[1] === '160') {
          const kind = entry[1] === '100' ? 'file' : 'submodule';
          entries.set(line.slice(entry[0].length), { kind, id: entry[2]! });
        }
      }
      return entries;
    });
  }

  /**
   * The commits from one to `HEAD`: along first parents, else along the way through merges that leads there. `undefined` where `HEAD`
   * does not come from it, or git gives no answer.
   */
  history(commit: string, head: string): Promise<RawHistory | undefined> {
    const key = `${commit} ${head}`;
    return remember(this.histories, key, async () => {
      const history = await this.readHistory(commit, head);
      this.readHistories.set(key, true);
      return history;
    });
  }

  private async readHistory(commit: string, head: string): Promise<RawHistory | undefined> {
    if (commit === head) {
      return rawHistory('');
    }
    const first = await this.text([
      'log',
      '--first-parent',
      ...RAW,
      '--end-of-options',
      `${commit}..${head}`,
    ]);
    const history = first === undefined ? undefined : rawHistory(first);
    if (history === undefined || history.base === commit) {
      return history;
    }
    const chain = await this.ancestryPath(commit, head);
    const input = chain.map((id, i) => `${id} ${chain[i + 1] ?? commit}\n`).join('');
    const output =
      chain.length > 0 ? await this.run(['diff-tree', '--stdin', '-r', ...RAW], input) : undefined;
    return output && rawHistory(output.toString('utf8'));
  }

  /** Commits from `head` down to the child of `commit`, each the first parent of the one before wherever that leads there. */
  private async ancestryPath(commit: string, head: string): Promise<string[]> {
    const range = ['--end-of-options', `${commit}..${head}`];
    const listed = await this.text(['rev-list', '--ancestry-path', '--parents', ...range]);
    const parents = new Map(
      (listed ?? '').split('\n').map((line) => {
        const [id = '', ...rest] = line.split(' ');
        return [id, rest] as const;
      }),
    );
    const chain: string[] = [];
    for (let at = head; at !== commit;) {
      chain.push(at);
      const next = parents.get(at)?.find((id) => id === commit || parents.has(id));
      if (next === undefined) {
        return [];
      }
      at = next;
    }
    return chain;
  }

  /** Files renamed from one commit to another, by their old path. */
  renamedBetween(from: string, to: string): Promise<ReadonlyMap<string, RenamedFile>> {
    return remember(this.renames, `${from} ${to}`, async () =>
      renamesIn(await this.text(['diff-tree', '-r', ...RENAMES, '--end-of-options', from, to])),
    );
  }

  /** Files renamed in the index since `HEAD`, by their old path. */
  async renamedInIndex(head: string): Promise<ReadonlyMap<string, RenamedFile>> {
    return renamesIn(await this.text(['diff-index', '--cached', ...RENAMES, '--end-of-options', head]));
  }

  /** Whether git has been asked for this history and answered. */
  hasHistory(commit: string, head: string): boolean {
    return this.readHistories.get(`${commit} ${head}`) === true;
  }

  /**
   * The hunks of a path in each commit from one to `HEAD` along first parents that touched it, by the commit and its first parent.
   * Renames are not followed.
   */
  async hunksAlong(
    commit: string,
    head: string,
    file: string,
  ): Promise<ReadonlyMap<string, readonly LineHunk[]>> {
    const range = ['--end-of-options', `${commit}..${head}`, '--', file];
    const output =
      (await this.text(['log', '--first-parent', ...PATCH, `--format=${PATCH_FORMAT} %P`, ...range])) ?? '';
    // Lines of a text begin with a sign, so that none is taken for a commit.
    const commits = `\n${output}`.split('\n\u0001').slice(1);
    const hunks = patchHunks(output, []);
    return new Map(commits.map((text, i) => [/^[0-9a-f]* [0-9a-f]*/.exec(text)?.[0] ?? '', hunks[i] ?? []]));
  }

  /** The hunks of each step; `undefined` where git gives no answer to one of them. */
  async hunksOf(steps: readonly FileStep[]): Promise<readonly (readonly LineHunk[])[] | undefined> {
    if (steps.length === 0) {
      return [];
    }
    const paths = new Set(steps.flatMap(({ from, to }) => [from, to]));
    const input = steps.map(({ commit, parent }) => `${commit} ${parent}\n`).join('');
    const output = await this.run(['diff-tree', '--stdin', '-r', ...PATCH, '--', ...paths], input);
    const hunks = patchHunks(
      output?.toString('utf8') ?? '',
      steps.map(({ to }) => to),
    );
    const known = hunks.filter((step) => step !== undefined);
    return known.length === steps.length ? known : undefined;
  }

  /** Texts by object id; those are left out that are missing, too long or no text. */
  async blobs(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    const wanted = [...new Set(ids)];
    for (let at = 0; at < wanted.length; at += BATCH) {
      const batch = wanted.slice(at, at + BATCH);
      const output = await this.run(['cat-file', '--batch'], `${batch.join('\n')}\n`);
      (output ? batchedTexts(output) : []).forEach((text, i) => {
        if (text !== undefined) {
          texts.set(batch[i]!, text);
        }
      });
    }
    return texts;
  }

  private async readStamp(): Promise<RepositoryStamp> {
    const head = await readFile(path.join(this.gitDir, 'HEAD'), 'utf8').catch(() => '');
    const branch = /^ref: (.+)/.exec(head)?.[1]?.trim();
    const loose =
      branch === undefined ? '' : await readFile(path.join(this.commonDir, branch), 'utf8').catch(() => '');
    const [packed, table, fetched, objects, tags] = await Promise.all(
      ['packed-refs', 'reftable/tables.list', 'FETCH_HEAD', 'objects/pack', 'refs/tags'].map((name) =>
        stat(path.join(this.commonDir, name)).then(
          ({ mtimeMs, size }) => `${mtimeMs}:${size}`,
          () => '',
        ),
      ),
    );
    const headStamp = [head, loose, loose === '' ? packed : '', table].join('\n');
    return { head: headStamp, refs: [headStamp, packed, fetched, objects, tags].join('\n') };
  }

  private async revParse(name: string): Promise<ResolvedCommit> {
    const args = ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`];
    const found = await runGit(this.root, args, { signal: this.signal });
    if (found.ok) {
      return { kind: 'commit', id: found.value.toString('utf8').trim() };
    }
    const { error } = found;
    return {
      kind: error.kind === 'refused' && error.message.includes('is ambiguous') ? 'ambiguous' : 'missing',
    };
  }

  private async text(args: readonly string[]): Promise<string | undefined> {
    return (await this.run(args))?.toString('utf8');
  }

  private async run(args: readonly string[], input?: string): Promise<Buffer | undefined> {
    const { signal } = this;
    const found = await runGit(this.root, args, { signal, ...(input === undefined ? {} : { input }) });
    return found.ok ? found.value : undefined;
  }
}

const RAW = [
  ...['-m', '--raw', '--no-abbrev', '--no-renames', '-z', '--no-color', '--no-ext-diff', '--no-textconv'],
  ...[`--format=${RAW_HISTORY_FORMAT}`, '--no-notes'],
];
const RENAMES = ['-M', '--raw', '--no-abbrev', '-z', '--diff-filter=R', '--no-ext-diff', '--no-textconv'];

/** Whatever attributes call a file binary, its lines are counted; how hunks are cut does not hang on anybody's configuration. */
const PATCH = [
  ...['-m', '-p', '-U0', '--inter-hunk-context=0', '-M', '--text', '--no-color', '--no-ext-diff'],
  ...['--no-textconv', '--diff-algorithm=myers', '--indent-heuristic', '--src-prefix=a/', '--dst-prefix=b/'],
  `--format=${PATCH_FORMAT}`,
];

function renamesIn(output: string | undefined): ReadonlyMap<string, RenamedFile> {
  const renames = new Map<string, RenamedFile>();
  const fields = (output ?? '').split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const blob = /^:\d{6} 100\d{3} [0-9a-f]+ ([0-9a-f]+) R/.exec(fields[at]!)?.[1];
    if (blob !== undefined) {
      renames.set(fields[at + 1]!, { path: fields[at + 2]!, blob });
    }
  }
  return renames;
}

/** What `cat-file --batch` printed, in the order asked; `undefined` for what is no text. */
function batchedTexts(output: Buffer): (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0x0a, at);
    const header = output.toString('utf8', at, end === -1 ? output.length : end);
    const found = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header);
    at = end === -1 ? output.length : end + 1;
    if (!found) {
      texts.push(undefined);
      continue;
    }
    const bytes = output.subarray(at, at + Number(found[2]));
    at += Number(found[2]) + 1;
    const isText = found[1] === 'blob' && bytes.length <= MAX_TEXT_BYTES && !bytes.includes(0);
    texts.push(isText ? bytes.toString('utf8').replace(/^\ufeff/, '') : undefined);
  }
  return texts;
}

/** Answers are kept as promises, so that two askers at once ask git once. */
function remember<T>(kept: Lru<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let answer = kept.get(key);
  if (!answer) {
    answer = make();
    kept.set(key, answer);
    // What git did not answer this time, it may the next.
    void answer.then(
      (value) => {
        if (value === undefined) {
          kept.delete(key);
        }
      },
      () => {
        kept.delete(key);
      },
    );
  }
  return answer;
}
