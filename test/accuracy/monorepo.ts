import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileIndex } from '../../src/analysis/files/fileIndex';
import { StackResolver, type StackRequest } from '../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../src/protocol/resolve';
import { percent, tableText, type Row } from './lineTable';
import { MONOREPO_LANGUAGES, type CallSite, type MonorepoLanguage } from './monorepoLanguages';
import type { Proof } from './proof';
import { SeededRandom } from './seededRandom';

const PACKAGES = 300;
const SERVICES = 300;
/** Files that every package has, and the share of the others that one has. */
const SHARED_FILES = 5;
const SHARE_OF_OPTIONAL = 0.3;

interface Package {
  /** Relative to the workspace. */
  readonly folder: string;
  readonly files: readonly string[];
}

/** A service that runs one package. */
interface Service {
  readonly own: Package;
  readonly root: Root;
  readonly calls: readonly CallSite[];
  /** What another package reports under the same name of a service, such as `unknown_service`. */
  readonly othersCalls: readonly CallSite[];
}

/** Where a service's files stood. */
interface Root {
  readonly name: string;
  readonly prefix: (own: Package) => string;
  /** Another package stands there, too, and has the same name of a service. */
  readonly isShared?: true;
}

const ROOTS: readonly Root[] = [
  { name: 'checkout', prefix: ({ folder }) => `/home/ci/checkout/mono/${folder}` },
  { name: 'whole repository in a container', prefix: ({ folder }) => `/app/${folder}` },
  { name: 'package by its name', prefix: ({ folder }) => `/srv/${path.posix.basename(folder)}` },
  { name: 'package in a container', prefix: () => '/app' },
  { name: 'package in a function', prefix: () => '/var/task' },
  { name: 'two packages of one service name', prefix: () => '/app', isShared: true },
  { name: 'package on Windows', prefix: () => 'C:/inetpub/site' },
];

/** What became of the frames of some services. */
interface Tally {
  told: number;
  right: number;
  exactRight: number;
  wrong: number;
  wrongAsExact: number;
  untold: number;
  amongCandidates: number;
  untoldExact: number;
}

/** Frames of services of a monorepo in which every package has files of the same names and texts. */
export const monorepo: Proof = {
  title: `A monorepo of ${PACKAGES} packages with equal file names: told apart by the path or by other frames of the service, or by neither`,
  async run(words, print) {
    const rows: Row[] = [];
    const broken: string[] = [];
    for (const language of MONOREPO_LANGUAGES) {
      const tallies = await tallyLanguage(language, words.includes(language.name) ? print : () => undefined);
      rows.push(...[...tallies].map(([root, tally]) => rowOf(`${language.name}, ${root}`, tally)));
      broken.push(...brokenLimits(language.name, [...tallies.values()].reduce(sum)));
    }
    print(tableText([HEADINGS, ...rows]));
    return broken;
  },
};

const HEADINGS: Row = [
  'language, root',
  ...['told apart', 'right', 'exact', 'wrong', 'wrong as exact', 'right'],
  ...['told by nothing', 'among candidates', 'exact', 'among'],
];

function rowOf(name: string, tally: Tally): Row {
  const { told, right, exactRight, wrong, wrongAsExact, untold, amongCandidates, untoldExact } = tally;
  return [
    name,
    ...[told, right, exactRight, wrong, wrongAsExact].map(String),
    percent(right, told),
    ...[untold, amongCandidates, untoldExact].map(String),
    percent(amongCandidates, untold),
  ];
}

function brokenLimits(name: string, tally: Tally): string[] {
  const { told, right, wrongAsExact, untold, amongCandidates, untoldExact } = tally;
  return [
    ...(wrongAsExact > 0
      ? [`Monorepo, ${name}: ${wrongAsExact} wrong lines are called exact; none may be.`]
      : []),
    ...(right < 0.95 * told
      ? [
          `Monorepo, ${name}: ${percent(right, told)} of the frames that are told apart are right; 95 % must be.`,
        ]
      : []),
    ...(amongCandidates < 0.99 * untold
      ? [
          `Monorepo, ${name}: ${percent(amongCandidates, untold)} of the others have the file among their candidates; 99 % must.`,
        ]
      : []),
    ...(untoldExact > 0
      ? [`Monorepo, ${name}: ${untoldExact} frames that nothing tells apart are called exact.`]
      : []),
  ];
}

async function tallyLanguage(
  language: MonorepoLanguage,
  print: (text: string) => void,
): Promise<Map<string, Tally>> {
  const random = new SeededRandom(300);
  const folder = mkdtempSync(path.join(tmpdir(), 'spanline-monorepo-'));
  try {
    const packages = makePackages(language, random);
    writeFiles(folder, language, packages);
    const index = await FileIndex.open([{ name: 'mono', path: folder }], { useGit: false });
    const resolver = new StackResolver(index);
    const tallies = new Map<string, Tally>();
    for (let number = 0; number < SERVICES; number++) {
      const service = makeService(language, packages, random);
      const tally = await tallyService(resolver, language, packages, service, number, print);
      tallies.set(service.root.name, sum(tallies.get(service.root.name) ?? NOTHING, tally));
    }
    resolver.dispose();
    return tallies;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makePackages(language: MonorepoLanguage, random: SeededRandom): Package[] {
  const shared = language.files.slice(0, SHARED_FILES);
  const optional = language.files.slice(SHARED_FILES);
  return Array.from({ length: PACKAGES }, (_, i) => {
    const name = `${language.packagePrefix}${String(i).padStart(3, '0')}`;
    const chosen = optional.filter(() => random.next() < SHARE_OF_OPTIONAL);
    // One in three has a file that no other has.
    const own = i % 3 === 0 ? [language.ownFile(i)] : [];
    return { folder: language.folderOf(name), files: [...shared, ...chosen, ...own] };
  });
}

function writeFiles(root: string, language: MonorepoLanguage, packages: readonly Package[]): void {
  packages.forEach(({ folder, files }, number) => {
    for (const file of files) {
      const target = path.join(root, folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, language.textOf(file, number % 3));
    }
  });
}

function makeService(
  language: MonorepoLanguage,
  packages: readonly Package[],
  random: SeededRandom,
): Service {
  const callsOf = (number: number): readonly CallSite[] =>
    Array.from({ length: 1 + random.below(6) }, () =>
      language.callOf(random.pick(packages[number]!.files), number % 3),
    );
  const number = random.below(packages.length);
  const root = random.pick(ROOTS);
  return {
    own: packages[number]!,
    root: language.printsPaths || root.isShared ? root : { ...root, name: 'class names' },
    calls: callsOf(number),
    othersCalls: root.isShared ? callsOf(random.below(packages.length)) : [],
  };
}

async function tallyService(
  resolver: StackResolver,
  language: MonorepoLanguage,
  packages: readonly Package[],
  { own, root, calls, othersCalls }: Service,
  number: number,
  print: (text: string) => void,
): Promise<Tally> {
  const tally = { ...NOTHING };
  const prefix = root.prefix(own);
  const isInPath = language.printsPaths && prefix.includes(path.posix.basename(own.folder));
  const isTold = !root.isShared && (isInPath || isOnlyPackageWith(packages, calls));
  // What a service sent before tells, too.
  const requestOf = (stack: readonly CallSite[]): StackRequest => ({
    text: language.stackOf(prefix, stack),
    service: `${language.name} ${number}`,
    mappings: [],
  });
  [...othersCalls, ...calls].forEach((call) => {
    resolver.learn(requestOf([call]));
  });
  const { exceptions } = await resolver.resolveStack(requestOf(calls));
  const frames = exceptions.flatMap((exception) => exception.frames);
  calls.forEach((call, at) => {
    const frame = frames[at];
    const expected = `${own.folder}/${call.file}`;
    count(tally, frame, { path: expected, line: call.line }, isTold, root.isShared ?? false);
    const { location } = frame ?? {};
    if (isTold ? location?.path !== expected : location !== undefined) {
      print(
        `${root.name}${isTold ? ', told' : ''}: ${frame?.raw.trim()} → ${location?.path} ${location?.grade} ${frame?.reason}; it is ${expected}, beside ${calls.map(({ file }) => file).join(', ')}`,
      );
    }
  });
  return tally;
}

/** Whether no other package has all files that the service's stacks name. */
function isOnlyPackageWith(packages: readonly Package[], calls: readonly CallSite[]): boolean {
  const having = packages.filter(({ files }) => calls.every(({ file }) => files.includes(file)));
  return having.length === 1;
}

function count(
  tally: Tally,
  frame: ResolvedFrame | undefined,
  expected: { readonly path: string; readonly line: number },
  isTold: boolean,
  isShared: boolean,
): void {
  const { location, candidates } = frame ?? {};
  const isRight = location?.path === expected.path && Number(location.lineBase1) === expected.line;
  const isExact = location?.grade === 'exact';
  tally.wrongAsExact += isExact && !isRight ? 1 : 0;
  if (isTold) {
    tally.told++;
    tally.right += isRight ? 1 : 0;
    tally.exactRight += isRight && isExact ? 1 : 0;
    tally.wrong += location && !isRight ? 1 : 0;
  } else {
    tally.untold++;
    // Frames of both packages may tell one of them apart by what only that one has.
    tally.untoldExact += isExact && !(isShared && isRight) ? 1 : 0;
    tally.amongCandidates += isRight || candidates?.some((one) => one.path === expected.path) ? 1 : 0;
  }
}

const NOTHING: Tally = {
  told: 0,
  right: 0,
  exactRight: 0,
  wrong: 0,
  wrongAsExact: 0,
  untold: 0,
  amongCandidates: 0,
  untoldExact: 0,
};

function sum(a: Tally, b: Tally): Tally {
  return {
    told: a.told + b.told,
    right: a.right + b.right,
    exactRight: a.exactRight + b.exactRight,
    wrong: a.wrong + b.wrong,
    wrongAsExact: a.wrongAsExact + b.wrongAsExact,
    untold: a.untold + b.untold,
    amongCandidates: a.amongCandidates + b.amongCandidates,
    untoldExact: a.untoldExact + b.untoldExact,
  };
}
