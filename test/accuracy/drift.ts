import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { FileIndex } from '../../src/analysis/files/fileIndex';
import { StackResolver } from '../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../src/protocol/resolve';
import { percent, tableText, type Row } from './lineTable';
import type { Proof } from './proof';

const run = promisify(execFile);

/** How far back the deployed commits lie, in commits along first parents. */
const AGES = [10, 30, 70, 150, 250, 350, 500, 700, 1000, 1500];
/** Lines of one file at one commit, and files of one commit. */
const LINES_OF_FILE = 12;
const MAX_FILES = 60;
const PAIRS_OF_AGE = 420;
const MIN_PAIRS = 2000;
const MIN_RIGHT = 0.99;
const SOURCES =
  /\.(?:c|cc|cpp|cs|dart|ex|exs|fs|go|h|hpp|java|jsx?|kt|lua|[cm]js|php|pl|py|rb|rs|scala|swift|tsx?|vue)$/;

/**
 * What `git blame --reverse` says became of a line. `renamed twin`: the file had the same text as another one of its commit. Blame knows
 * files by their text and may follow one of them to where the other went, so that what it says of these proves nothing about the file;
 * that the line's text is the same is still held.
 */
type LineClass = 'same line' | 'moved' | 'renamed' | 'renamed twin' | 'edited' | 'deleted' | 'file deleted';

const CLASSES: readonly LineClass[] = [
  ...(['same line', 'moved', 'renamed', 'renamed twin'] as const),
  ...(['edited', 'deleted', 'file deleted'] as const),
];

/** A line of an old commit. */
interface OldLine {
  readonly commit: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly fate: LineClass;
  /** Where blame has it at `HEAD`. */
  readonly now?: { readonly path: string; readonly line: number };
}

interface Tally {
  pairs: number;
  right: number;
  exact: number;
  moved: number;
  likely: number;
  unknown: number;
  /** Called exact or moved, and another line. */
  wrong: number;
  /** Called exact, and gone or elsewhere. */
  wrongAsExact: number;
  /** Called exact or moved, where the text is another. */
  otherText: number;
}

/** Replays lines of old commits of a repository against `git blame --reverse`. */
export const drift: Proof = {
  flag: 'drift',
  title: 'Lines of old commits, followed to where they are now',
  run: async (words, print) => {
    const [repository] = words;
    if (repository === undefined) {
      return ['--drift needs the folder of a git repository.'];
    }
    const git = gitIn(path.resolve(repository));
    const state = await git(['status', '--porcelain', '--untracked-files=no']);
    if (state.trim() !== '') {
      return [
        `Files of ${repository} are changed: blame compares commits, so that a clean work tree is needed.`,
      ];
    }
    return judge(await replay(path.resolve(repository), git, print), print);
  },
};

type Git = (args: readonly string[]) => Promise<string>;

function gitIn(folder: string): Git {
  return async (args) => {
    const { stdout } = await run('git', ['-C', folder, '-c', 'core.quotepath=off', ...args], {
      maxBuffer: 1 << 30,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout;
  };
}

async function replay(
  folder: string,
  git: Git,
  print: (text: string) => void,
): Promise<ReadonlyMap<LineClass, Tally>> {
  const tallies = new Map(CLASSES.map((fate) => [fate, emptyTally()]));
  const chain = (await git(['rev-list', '--first-parent', 'HEAD'])).trim().split('\n');
  const name = path.basename(folder);
  print(`${chain.length} commits along first parents`);
  const resolver = new StackResolver(await FileIndex.open([{ name, path: folder }], { useGit: true }));
  const heads = new Map<string, readonly string[]>();
  for (const age of AGES.filter((commits) => commits < chain.length)) {
    for (const old of await oldLines(git, chain[age]!, random(age))) {
      const frame = await resolver.resolveCode({
        service: 'drift',
        // A container has the files of the commit, and one path alone: as hard as a trace without any other frame.
        file: `/app/${old.path}`,
        lineBase1: old.line,
        revision: { candidates: [{ kind: 'commit', text: old.commit, isStated: true, isDirty: false }] },
        mappings: [{ from: '/app', to: '.' }],
      });
      await count(tallies.get(old.fate)!, old, frame, heads, git, print);
    }
  }
  resolver.dispose();
  return tallies;
}

async function count(
  tally: Tally,
  old: OldLine,
  { location }: ResolvedFrame,
  heads: Map<string, readonly string[]>,
  git: Git,
  print: (text: string) => void,
): Promise<void> {
  tally.pairs++;
  tally[location?.grade ?? 'unknown']++;
  const isSame =
    location !== undefined && old.now?.path === location.path && old.now.line === location.lineBase1;
  const isSure = location?.grade === 'exact' || location?.grade === 'moved';
  if (isSure) {
    let lines = heads.get(location.path);
    if (!lines) {
      lines = (await git(['show', `HEAD:${location.path}`])).split('\n');
      heads.set(location.path, lines);
    }
    tally.otherText += isSameText(lines[location.lineBase1 - 1], old.text) ? 0 : 1;
  }
  tally.wrongAsExact += location?.grade === 'exact' && !isSame ? 1 : 0;
  if (!old.now) {
    tally.right += isSure ? 0 : 1;
    return;
  }
  tally.right += isSame ? 1 : 0;
  tally.wrong += isSure && !isSame ? 1 : 0;
  if (!isSame) {
    const place = location ? `${location.grade} ${location.path}:${location.lineBase1}` : 'unknown';
    const was = `${old.commit.slice(0, 8)} ${old.path}:${old.line} ${JSON.stringify(old.text)}`;
    print(`  ${old.fate}: ${was}, by blame at ${old.now.path}:${old.now.line}, answered ${place}`);
  }
}

/** Where a commit changes line ends, blame calls every line another; its text is the same. */
function isSameText(line: string | undefined, old: string): boolean {
  return line?.replace(/\r$/, '') === old.replace(/\r$/, '');
}

/** Lines of one commit: of files that changed since first, as a line that nothing touched proves little. */
async function oldLines(git: Git, commit: string, next: () => number): Promise<readonly OldLine[]> {
  const changed = (
    await git(['diff', '--name-only', '--no-renames', '--diff-filter=MD', '-z', commit, 'HEAD'])
  ).split('\0');
  const files = shuffled(
    changed.filter((file) => SOURCES.test(file)),
    next,
  ).slice(0, MAX_FILES);
  const twins = await filesWithEqualText(git, commit);
  const lines: OldLine[] = [];
  for (const file of files) {
    if (lines.length >= PAIRS_OF_AGE) {
      break;
    }
    const all = await blamed(git, commit, file, twins.has(file));
    const moved = shuffled(
      all.filter(({ fate }) => fate !== 'same line'),
      next,
    ).slice(0, LINES_OF_FILE - 3);
    const still = shuffled(
      all.filter(({ fate }) => fate === 'same line'),
      next,
    ).slice(0, Math.max(3, Math.floor(moved.length / 2)));
    lines.push(...moved, ...still);
  }
  return lines;
}

async function filesWithEqualText(git: Git, commit: string): Promise<ReadonlySet<string>> {
  const byBlob = new Map<string, string[]>();
  for (const entry of (await git(['ls-tree', '-r', '-z', commit])).split('\0')) {
    const [facts = '', file = ''] = entry.split('\t');
    const blob = facts.split(' ')[2] ?? '';
    byBlob.set(blob, [...(byBlob.get(blob) ?? []), file]);
  }
  return new Set([...byBlob.values()].filter((files) => files.length > 1).flat());
}

/** Every line of a file at a commit with its fate. */
async function blamed(git: Git, commit: string, file: string, isTwin: boolean): Promise<readonly OldLine[]> {
  const head = (await git(['rev-parse', 'HEAD'])).trim();
  const porcelain = await git(['blame', '--reverse', '--porcelain', `${commit}..${head}`, '--', file]);
  const isThere = (await git(['ls-tree', 'HEAD', '--', file])) !== '';
  const names = new Map<string, string>();
  const found: { readonly at: string; readonly was: number; readonly line: number; readonly text: string }[] =
    [];
  let current = { at: '', was: 0, line: 0 };
  for (const row of porcelain.split('\n')) {
    const header = /^([0-9a-f]{40,64}) (\d+) (\d+)/.exec(row);
    if (row.startsWith('\t')) {
      found.push({ ...current, text: row.slice(1) });
    } else if (header) {
      current = { at: header[1]!, was: Number(header[2]), line: Number(header[3]) };
    } else if (row.startsWith('filename ')) {
      names.set(current.at, row.slice('filename '.length));
    }
  }
  const survivors = new Set(found.filter(({ at }) => at === head).map(({ line }) => line));
  return found.map(({ at, was, line, text }): OldLine => {
    const old = { commit, path: file, line, text };
    const now = { path: names.get(at) ?? file, line: was };
    if (at === head) {
      const renamed = isTwin ? 'renamed twin' : 'renamed';
      return { ...old, now, fate: now.path !== file ? renamed : was === line ? 'same line' : 'moved' };
    }
    if (!isThere && survivors.size === 0) {
      return { ...old, fate: 'file deleted' };
    }
    // A line whose neighbours both live on was edited in place or taken out alone; more than that only the text could tell.
    return { ...old, fate: survivors.has(line - 1) && survivors.has(line + 1) ? 'edited' : 'deleted' };
  });
}

function judge(tallies: ReadonlyMap<LineClass, Tally>, print: (text: string) => void): readonly string[] {
  const heading: Row = [
    'by blame',
    'pairs',
    'right',
    '',
    'exact',
    'moved',
    'likely',
    'unknown',
    'wrong',
    'wrong as exact',
    'other text',
  ];
  const rows = [...tallies].map(([fate, tally]): Row => {
    const { pairs, right, exact, moved, likely, unknown, wrong, wrongAsExact, otherText } = tally;
    return [
      fate,
      pairs,
      right,
      percent(right, pairs),
      exact,
      moved,
      likely,
      unknown,
      wrong,
      wrongAsExact,
      otherText,
    ].map(String);
  });
  print(`\n${tableText([heading, ...rows])}`);
  const all = [...tallies.values()].reduce((sum, { pairs }) => sum + pairs, 0);
  const still = tallies.get('same line')!.pairs;
  const broken: string[] = [];
  if (all < MIN_PAIRS) {
    broken.push(`${all} lines were replayed, fewer than ${MIN_PAIRS}.`);
  }
  if (still * 2 > all) {
    broken.push(`${still} of ${all} lines stand where they stood: more than half.`);
  }
  for (const fate of ['same line', 'moved', 'renamed'] as const) {
    const { pairs, right } = tallies.get(fate)!;
    if (right < pairs * MIN_RIGHT) {
      broken.push(`Of lines that blame calls ${fate}, ${percent(right, pairs)} are right, not 99 %.`);
    }
  }
  for (const [fate, { wrongAsExact, otherText }] of tallies) {
    if (wrongAsExact > 0 || otherText > 0) {
      broken.push(
        `Of lines that blame calls ${fate}, ${wrongAsExact} are wrongly exact, and ${otherText} led to another text.`,
      );
    }
  }
  return broken;
}

function emptyTally(): Tally {
  return {
    pairs: 0,
    right: 0,
    exact: 0,
    moved: 0,
    likely: 0,
    unknown: 0,
    wrong: 0,
    wrongAsExact: 0,
    otherText: 0,
  };
}

/** The same numbers in every run, from 0 to 1. */
function random(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
