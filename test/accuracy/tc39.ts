import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SourceMapParts, type OriginalPosition } from '../../src/analysis/sourceMaps/sourceMapParts';
import { checkSourceMap, type CheckedMap } from '../../src/core/sourcemaps/sourceMap';
import { unpaused } from '../kit/unpaused';
import { tableText } from './lineTable';
import type { Proof } from './proof';

interface SuiteAction {
  readonly actionType: string;
  readonly generatedLine?: number;
  readonly generatedColumn?: number;
  readonly originalSource?: string | null;
  readonly originalLine?: number | null;
  readonly originalColumn?: number | null;
  readonly mappedName?: string | null;
  readonly intermediateMaps?: readonly string[];
  readonly present?: readonly string[];
}

interface SuiteTest {
  readonly name: string;
  readonly sourceMapFile: string;
  readonly sourceMapIsValid: boolean;
  readonly testActions?: readonly SuiteAction[];
}

/** What a test came to: nothing where it passed. */
interface Outcome {
  readonly group: string;
  readonly name: string;
  readonly checks: number;
  readonly failure?: string;
  readonly excluded?: string;
}

interface GoldenMap {
  readonly file: string | null;
  readonly debugId?: string;
  readonly sources: readonly {
    readonly url: string | null;
    readonly content: string | null;
    readonly ignored: boolean;
  }[];
}

/** The public tests of ECMA-426, from a checkout of tc39/source-map-tests. */
export const tc39: Proof = {
  flag: 'tc39',
  title: 'Public source-map tests of TC39',
  async run([folder], print) {
    if (folder === undefined) {
      return ['The folder of a checkout of tc39/source-map-tests is needed: npm run accuracy -- --tc39 DIR'];
    }
    const outcomes = [...(await specTests(folder)), ...rangeTests(folder), ...decodingTests(folder)];
    const groups = [...new Set(outcomes.map(({ group }) => group))];
    const rows = groups.map((group) => {
      const own = outcomes.filter((outcome) => outcome.group === group);
      const excluded = own.filter((outcome) => outcome.excluded !== undefined).length;
      const failed = own.filter((outcome) => outcome.failure !== undefined).length;
      const checks = own.reduce((sum, outcome) => sum + outcome.checks, 0);
      return [group, own.length, own.length - excluded - failed, failed, excluded, checks].map(String);
    });
    print(tableText([['tests', 'all', 'passed', 'failed', 'left out', 'checks'], ...rows]));
    for (const { name, excluded } of outcomes) {
      if (excluded !== undefined) {
        print(`left out: ${name}: ${excluded}`);
      }
    }
    return outcomes.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]));
  },
};

const EXCLUDED: Readonly<Partial<Record<string, string>>> = {
  validMappingFieldsWith32BitMaxValues:
    'its segment leads to line 2147483648 of a source whose text, in the map, has one line; such maps are refused on purpose',
};

async function specTests(folder: string): Promise<Outcome[]> {
  const { tests } = readJson(path.join(folder, 'source-map-spec-tests.json')) as {
    readonly tests: readonly SuiteTest[];
  };
  const outcomes: Outcome[] = [];
  for (const test of tests) {
    outcomes.push(await specTest(path.join(folder, 'resources'), test));
  }
  return outcomes;
}

async function specTest(resources: string, test: SuiteTest): Promise<Outcome> {
  const base = { group: 'ECMA-426', name: test.name };
  const excluded = EXCLUDED[test.name];
  if (excluded !== undefined) {
    return { ...base, checks: 0, excluded };
  }
  const actions = test.testActions ?? [];
  const map = readMap(path.join(resources, test.sourceMapFile));
  if (typeof map === 'string') {
    return { ...base, checks: 1, ...(test.sourceMapIsValid ? { failure: `refused as ${map}` } : {}) };
  }
  if (!test.sourceMapIsValid) {
    return { ...base, checks: 1, failure: 'taken' };
  }
  for (const action of actions) {
    const failure = await actionFailure(resources, map, action);
    if (failure !== undefined) {
      return { ...base, checks: actions.length + 1, failure };
    }
  }
  return { ...base, checks: actions.length + 1 };
}

async function actionFailure(
  resources: string,
  map: CheckedMap,
  action: SuiteAction,
): Promise<string | undefined> {
  if (action.actionType === 'checkIgnoreList') {
    const ignored = map.sources.filter(({ isIgnored }) => isIgnored).map(({ url }) => url);
    return difference(ignored, action.present);
  }
  if (action.actionType !== 'checkMapping' && action.actionType !== 'checkMappingTransitive') {
    return `unknown action ${action.actionType}`;
  }
  const parts = new SourceMapParts();
  try {
    const { generatedLine: line, generatedColumn: column } = action;
    let found = await parts.positionAt(map, line!, column!);
    let last = map;
    for (const name of action.intermediateMaps ?? []) {
      const next = readMap(path.join(resources, name));
      if (typeof next === 'string') {
        return `${name} refused as ${next}`;
      }
      found = found && (await parts.positionAt(next, found.line, found.column));
      last = next;
    }
    return positionFailure(last, found, action);
  } finally {
    parts.dispose();
  }
}

function positionFailure(
  map: CheckedMap,
  found: OriginalPosition | undefined,
  action: SuiteAction,
): string | undefined {
  const { originalSource, originalLine, originalColumn, mappedName } = action;
  const { source, line = null, column = null, nameKey } = found ?? {};
  const name = map.nameOf(nameKey) ?? null;
  return difference(
    [source?.url ?? null, line, column, name],
    [originalSource, originalLine, originalColumn, mappedName],
  );
}

function rangeTests(folder: string): Outcome[] {
  const { tests } = readJson(path.join(folder, 'range-mappings-proposal-tests.json')) as {
    readonly tests: readonly SuiteTest[];
  };
  const excluded = 'range mappings are a proposal, which no bundler writes and the library does not read';
  return tests.map(({ name }) => ({ group: 'range mappings', name, checks: 0, excluded }));
}

function decodingTests(folder: string): Outcome[] {
  const outcomes: Outcome[] = [];
  for (const group of readdirSync(path.join(folder, 'decoding'), { withFileTypes: true })) {
    const below = path.join(folder, 'decoding', group.name);
    for (const file of group.isDirectory() ? readdirSync(below).sort() : []) {
      if (file.endsWith('.map')) {
        outcomes.push(decodingTest(group.name, path.join(below, file)));
      }
    }
  }
  return outcomes;
}

function decodingTest(group: string, file: string): Outcome {
  const base = { group: `decoding: ${group}`, name: path.basename(file, '.map') };
  if (group !== 'debug-id') {
    return { ...base, checks: 0, excluded: `${group} are a proposal; the library does not read them` };
  }
  const text = readFileSync(file, 'utf8');
  try {
    JSON.parse(text);
  } catch {
    return { ...base, checks: 0, excluded: 'the file is no JSON: it has commas before closing brackets' };
  }
  const map = readMap(file);
  if (typeof map === 'string') {
    return { ...base, checks: 1, failure: `refused as ${map}` };
  }
  const golden = readJson(`${file}.golden`) as GoldenMap;
  const sources = map.sources.map((source) => ({
    url: source.url ?? null,
    content: map.contentOf(source) ?? null,
    ignored: source.isIgnored,
  }));
  const failure = difference(
    [map.file ?? null, map.debugId ?? null, sources],
    [golden.file, golden.debugId ?? null, golden.sources],
  );
  return { ...base, checks: 1, ...(failure === undefined ? {} : { failure }) };
}

/** The map, or why it is refused. */
function readMap(file: string): CheckedMap | string {
  const checked = unpaused(checkSourceMap(readFileSync(file), undefined));
  return checked.ok ? checked.value : checked.error;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function difference(actual: unknown, expected: unknown): string | undefined {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  return a === b ? undefined : `${a} instead of ${b}`;
}
