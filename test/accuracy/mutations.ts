import type { ResolvedFrame, ResolvedStack } from '../../src/protocol/resolve';
import { tableText, type Row } from './lineTable';
import { ProjectWorkspaces } from './projectWorkspaces';
import type { Proof } from './proof';
import { readRecordings, type RecordedStack, type Recording } from './recording';
import { SeededRandom } from './seededRandom';
import { WrittenPlaces } from './writtenPlaces';

const MUTATIONS = 100_000;
const SEED = 1;
/** Longest a text may take; most take less than a millisecond. */
const PATIENCE_MS = 5_000;
/** Texts after which a service is another one: made-up paths of some must not speak for all. */
const TEXTS_PER_SERVICE = 100;
const EXCERPT_LINES = 7;

/** A text and, where it is one stack cut once, the line at which it was cut. */
interface Mutated {
  readonly text: string;
  readonly cutLine?: number;
}

type Mutation = (text: string, random: SeededRandom, other: string) => string;

/** What happens to stacks on their way, by name. */
const MUTATIONS_BY_NAME: Readonly<Record<string, Mutation>> = {
  'cut at the end': (text, random) => text.slice(0, random.below(text.length + 1)),
  'cut at the start': (text, random) => text.slice(random.below(text.length + 1)),
  'cut within': (text, random) => {
    const from = random.below(text.length + 1);
    return text.slice(0, from) + text.slice(from + random.below(200));
  },
  'joined lines': (text, random) => {
    const share = random.next();
    return text.replaceAll('\n', () => (random.next() < share ? random.pick([' ', '', '  ', '\t']) : '\n'));
  },
  'on one line': (text, random) => text.replaceAll(/\n\s*/g, random.pick([' ', '  ', ' | '])),
  'escaped as JSON': (text) => JSON.stringify(text),
  'escaped line ends': (text, random) =>
    text.replaceAll('\n', random.pick(['\\n', '\\\\n', '\\r\\n'])).replaceAll('\t', '\\t'),
  'other line ends': (text, random) => text.replaceAll('\n', random.pick(['\r\n', '\r'])),
  'another stack behind': (text, random, other) => text + random.pick(['', '\n', '\n\n']) + other,
  'another stack within': (text, random, other) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + other.slice(random.below(other.length)) + text.slice(at);
  },
  'mixed lines': (text, random, other) => {
    const rest = other.split('\n');
    return text
      .split('\n')
      .flatMap((line) => (random.next() < 0.3 ? [line, rest.shift() ?? ''] : [line]))
      .join('\n');
  },
  'log prefixes': (text, random) => {
    const prefix = random.pick([
      '2026-11-25T10:00:00.123Z ERROR ',
      '[app] ',
      '> ',
      'E/AndroidRuntime( 1234): ',
    ]);
    return text.replaceAll(/^/gm, prefix);
  },
  colours: (text, random) =>
    text.replaceAll(/ /g, (space) =>
      random.next() < 0.1 ? `\u001b[3${random.below(8)}m${space}\u001b[0m` : space,
    ),
};

interface Findings {
  texts: number;
  exact: number;
  exactElsewhere: number;
  cutExact: number;
  thrown: number;
  slow: number;
  readonly examples: string[];
}

/** Stacks that were cut, joined and escaped at random: nothing throws or hangs, and no line is exact that the text does not name. */
export const mutations: Proof = {
  title: `${MUTATIONS.toLocaleString('en')} cuts, joins and escapes of the recorded stacks, seeds from ${SEED} on; a word is another number of them`,
  async run(words, print) {
    const recordings = readRecordings();
    const findings = new Map([...Object.keys(MUTATIONS_BY_NAME), TWO].map((name) => [name, nothingFound()]));
    const workspaces = new ProjectWorkspaces();
    const suspects: Suspect[] = [];
    const share = Math.ceil((Number(words[0]) || MUTATIONS) / recordings.length);
    try {
      // Beside one another, as most of the time goes to waiting for the disk.
      await Promise.all(
        recordings.map((recording, seed) =>
          checkAll({ recordings, recording, workspaces, findings, suspects }, share, seed),
        ),
      );
      // Whatever else the machine did meanwhile: a text that hangs does so alone, too.
      for (const { found, resolve } of suspects) {
        found.slow += (await isSlow(resolve)) ? 1 : 0;
      }
    } finally {
      await workspaces.dispose();
    }
    print(tableText([HEADINGS, ...[...findings].map(rowOf)]));
    const examples = [...findings].flatMap(([name, found]) => found.examples.map((one) => `${name}: ${one}`));
    print(`\n${examples.join('\n')}`);
    return [...findings].flatMap(brokenLimits);
  },
};

interface Run {
  readonly recordings: readonly Recording[];
  readonly recording: Recording;
  readonly workspaces: ProjectWorkspaces;
  readonly findings: ReadonlyMap<string, Findings>;
  /** Texts that took long beside the others. */
  readonly suspects: Suspect[];
}

interface Suspect {
  readonly found: Findings;
  readonly resolve: () => Promise<unknown>;
}

async function isSlow(resolve: () => Promise<unknown>): Promise<boolean> {
  const startMs = performance.now();
  // What it throws was counted before.
  await resolve().catch(() => undefined);
  return performance.now() - startMs > PATIENCE_MS;
}

async function checkAll(run: Run, count: number, number: number): Promise<void> {
  const random = new SeededRandom(SEED + number);
  const places = new WrittenPlaces(run.recording.project);
  for (let i = 0; i < count; i++) {
    const { name, mutated } = mutate(run, random);
    await check(run, mutated, places.in(mutated.text), i, run.findings.get(name)!);
  }
}

const TWO = 'two of them';
const HEADINGS: Row = ['mutation', 'texts', 'exact', 'exact elsewhere', 'exact at a cut', 'thrown', 'hung'];

function rowOf([name, found]: readonly [string, Findings]): Row {
  const { texts, exact, exactElsewhere, cutExact, thrown, slow } = found;
  return [name, ...[texts, exact, exactElsewhere, cutExact, thrown, slow].map(String)];
}

function brokenLimits([name, found]: readonly [string, Findings]): string[] {
  const { exactElsewhere, cutExact, thrown, slow } = found;
  return [
    ...(exactElsewhere > 0
      ? [`Stacks ${name}: ${exactElsewhere} lines are exact that the text does not name.`]
      : []),
    ...(cutExact > 0 ? [`Stacks ${name}: ${cutExact} frames at a cut are exact.`] : []),
    ...(thrown + slow > 0 ? [`Stacks ${name}: ${thrown} threw and ${slow} hung.`] : []),
  ];
}

function mutate(
  { recordings, recording }: Run,
  random: SeededRandom,
): { readonly name: string; readonly mutated: Mutated } {
  const stack = excerpt(random.pick(recording.stacks), random);
  // Mostly of the same project: two of its stacks in one log.
  const other = random.next() < 0.7 ? recording : random.pick(recordings);
  const otherText = excerpt(random.pick(other.stacks), random).text;
  const names = Object.keys(MUTATIONS_BY_NAME);
  const name = random.pick(names);
  const text = MUTATIONS_BY_NAME[name]!(stack.text, random, otherText);
  if (random.next() < 0.5) {
    return { name, mutated: { text, ...cutOf(name, stack, text) } };
  }
  const second = MUTATIONS_BY_NAME[random.pick(names)]!(text, random, otherText);
  return { name: TWO, mutated: { text: second } };
}

/** Mostly a few lines, which already are a cut: whole stacks repeat what one frame shows. */
function excerpt(stack: RecordedStack, random: SeededRandom): RecordedStack {
  const lines = stack.text.split('\n');
  if (random.next() < 0.2 || lines.length <= EXCERPT_LINES) {
    return stack;
  }
  const from = random.below(lines.length - EXCERPT_LINES);
  return {
    name: stack.name,
    text: lines.slice(from, from + EXCERPT_LINES).join('\n'),
    frames: stack.frames.map((frame) => ({ ...frame, textLine: frame.textLine - from })),
  };
}

/** The line of the text at which a place was cut, where only blanks are not all that is missing of it. */
function cutOf(
  name: string,
  { text: whole, frames }: RecordedStack,
  text: string,
): { readonly cutLine?: number } {
  const isEnd = name === 'cut at the end';
  if (!isEnd && name !== 'cut at the start') {
    return {};
  }
  const lines = text.split('\n');
  const wholeLines = whole.split('\n');
  const cutLine = isEnd ? lines.length - 1 : 0;
  const wholeLine = isEnd ? cutLine : wholeLines.length - lines.length;
  const isPlace = frames.some(({ textLine }) => textLine === wholeLine);
  const isWhole = lines[cutLine]!.trim() === wholeLines[wholeLine]!.trim();
  return isPlace && !isWhole ? { cutLine } : {};
}

async function check(
  { workspaces, recording, suspects }: Run,
  { text, cutLine }: Mutated,
  written: ReadonlySet<string>,
  number: number,
  found: Findings,
): Promise<void> {
  const { resolver, commit } = await workspaces.of(recording.project);
  const isRevisionKnown = number % 2 === 0;
  found.texts++;
  const resolve = (): Promise<ResolvedStack> =>
    resolver.resolveStack({
      text,
      service: `${recording.runtime} ${Math.floor(number / TEXTS_PER_SERVICE)}`,
      mappings: [],
      ...(isRevisionKnown && {
        revision: { candidates: [{ kind: 'commit', text: commit, isStated: true, isDirty: false }] },
      }),
    });
  const startMs = performance.now();
  let frames: readonly ResolvedFrame[] = [];
  try {
    const { exceptions } = await resolve();
    frames = exceptions.flatMap((exception) => exception.frames);
  } catch (error) {
    found.thrown++;
    note(found, `${String(error)} in ${JSON.stringify(text.slice(0, 300))}`);
  }
  if (performance.now() - startMs > PATIENCE_MS) {
    suspects.push({ found, resolve });
  }
  for (const frame of frames) {
    const { location } = frame;
    if (location?.grade !== 'exact') {
      continue;
    }
    found.exact++;
    const at = `${location.path}:${location.lineBase1} ${location.reason}`;
    if (!written.has(`${location.path}:${location.lineBase1}`)) {
      found.exactElsewhere++;
      note(found, `text ${number}: ${frame.raw.trim().slice(0, 200)} → ${at}`);
    }
    if (cutLine !== undefined && isAt(frame, cutLine)) {
      found.cutExact++;
      note(found, `text ${number}, cut here: ${frame.raw.trim().slice(-200)} → ${at}`);
    }
  }
}

/** Frames of two lines stand at the first. */
function isAt(frame: ResolvedFrame, line: number): boolean {
  return frame.rawLine === line || (frame.rawLine === line - 1 && /^(?:Rust|Go)/i.test(frame.raw));
}

function note(found: Findings, example: string): void {
  if (found.examples.length < 5) {
    found.examples.push(example);
  }
}

function nothingFound(): Findings {
  return { texts: 0, exact: 0, exactElsewhere: 0, cutExact: 0, thrown: 0, slow: 0, examples: [] };
}
