import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { WorkspaceLines } from '../../src/analysis/lines/workspaceLines';
import { otlpJsonFromSpans } from '../../src/core/codecs/otlpJsonFromTrace';
import { spansFromOtlpJson } from '../../src/core/codecs/otlpJson';
import { spansFromOtlpProto } from '../../src/core/codecs/otlpProto';
import { attributeValue, stringsOf } from '../../src/core/model/attributes';
import { spanIdAt, traceIdAt, type TraceId } from '../../src/core/model/ids';
import { SpanKind, type SpanTable } from '../../src/core/model/spanTable';
import type { Trace } from '../../src/core/model/trace';
import { traceFromTables } from '../../src/core/model/traceBuilder';
import type { ResolvedFrame } from '../../src/protocol/resolve';
import { fixturePath, loadOtlpRecording } from '../kit/fixture';
import { percent, tableText, type Row } from './lineTable';
import type { Proof } from './proof';

const MIN_RIGHT = 0.8;
const MIN_RIGHT_WITH_CODE = 0.99;

/** Which function spans of a kind ran: the first entry that fits decides. */
interface Truth {
  readonly service: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  readonly name?: string;
  /** Name of a span above it. */
  readonly under?: string;
  /** What `url.path` begins with. */
  readonly path?: string;
  readonly file: string;
  /** First and last line of the function. */
  readonly lines: readonly [number, number];
  readonly function?: string;
}

interface System {
  readonly name: string;
  readonly workspace: string;
  readonly truth: readonly Truth[];
  readonly tables: readonly SpanTable[];
}

type SpanClass = 'server' | 'client' | 'database' | 'messaging';
const CLASSES: readonly SpanClass[] = ['server', 'client', 'database', 'messaging'];

interface Tally {
  spans: number;
  exact: number;
  likely: number;
  candidate: number;
  unknown: number;
  wrong: number;
  wrongAsExact: number;
  /** Spans of which the oracle does not say what they ran. */
  untold: number;
}

/** Spans without stack and `code.*`, by what else they tell; then the same spans with `code.*`. */
export const spans: Proof = {
  flag: 'spans',
  title: 'Code of spans without stacks and code.* attributes',
  run: async (words, print) => {
    const broken: string[] = [];
    for (const system of systems()) {
      const isVerbose = words.includes('verbose');
      const bare = await judge(system, false, isVerbose ? print : () => undefined);
      const withCode = await judge(system, true, isVerbose ? print : () => undefined);
      print(`${system.name}\n${table(bare, withCode)}\n`);
      broken.push(...limits(system.name, bare, MIN_RIGHT, 'without code.*'));
      broken.push(...limits(system.name, withCode, MIN_RIGHT_WITH_CODE, 'with code.*'));
    }
    return broken;
  },
};

function systems(): readonly System[] {
  const recorded = loadOtlpRecording('otlpNode')
    .concat(loadOtlpRecording('otlpPython'))
    .filter(({ signal }) => signal === 'traces');
  const found: System[] = [
    {
      name: 'shop (TypeScript, Python)',
      workspace: fixturePath('shop/workspace'),
      truth: truthOf('shop'),
      tables: shopTables(),
    },
    {
      name: 'sample system (TypeScript, Python)',
      workspace: fixturePath('sampleApp'),
      truth: truthOf('sampleApp'),
      tables: recorded.map(({ body, contentType }) =>
        decoded(contentType === 'application/json' ? spansFromOtlpJson(body) : spansFromOtlpProto(body)),
      ),
    },
  ];
  const trio = fixturePath('spanCode/trio');
  found.push({
    name: 'three services (Java, Go, Rust)',
    workspace: path.join(trio, 'workspace'),
    truth: truthOf('trio'),
    tables: readdirSync(path.join(trio, 'requests'))
      .sort()
      .map((name) =>
        decoded(spansFromOtlpProto(new Uint8Array(readFileSync(path.join(trio, 'requests', name))))),
      ),
  });
  return found;
}

function truthOf(name: string): readonly Truth[] {
  return JSON.parse(readFileSync(fixturePath(`spanCode/oracles/${name}.json`), 'utf8')) as readonly Truth[];
}

function shopTables(): readonly SpanTable[] {
  const index = JSON.parse(readFileSync(fixturePath('shop/index.json'), 'utf8')) as {
    readonly entries: readonly { readonly path: string; readonly requestBody: string }[];
  };
  return index.entries
    .filter((entry) => entry.path === '/v1/traces')
    .map(({ requestBody }) =>
      decoded(
        spansFromOtlpProto(new Uint8Array(gunzipSync(readFileSync(fixturePath(`shop/${requestBody}`))))),
      ),
    );
}

function decoded(result: ReturnType<typeof spansFromOtlpProto>): SpanTable {
  if (!result.ok) {
    throw new Error('A recorded request cannot be read.');
  }
  return result.value.spans;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value?: unknown;
}
interface OtlpSpan {
  attributes?: readonly OtlpAttribute[];
  events?: readonly unknown[];
}
interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** The same spans without anything that names a line or symbol of a program. */
function withoutCode(table: SpanTable): SpanTable {
  const json = JSON.parse(otlpJsonFromSpans(table)) as OtlpTraces;
  for (const span of json.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans),
  )) {
    delete span.events;
    span.attributes = (span.attributes ?? []).filter(
      ({ key }) => !/^(?:code|exception|error\.stack)\b/.test(key),
    );
  }
  return decoded(spansFromOtlpJson(JSON.stringify(json)));
}

/** The same spans, saying which line they ran, as an agent that sends `code.*` would from a container. */
function withCode(trace: Trace, row: number, truth: Truth): Trace {
  const json = JSON.parse(otlpJsonFromSpans(trace.spans)) as OtlpTraces;
  const ordered = json.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const id = spanIdAt(trace.spans.spanIds, row);
  for (const span of ordered as (OtlpSpan & { readonly spanId: string })[]) {
    if (span.spanId === id) {
      span.attributes = [
        { key: 'code.file.path', value: { stringValue: `/srv/app/${truth.file}` } },
        { key: 'code.line.number', value: { intValue: String(truth.lines[0]) } },
        ...(truth.function === undefined
          ? []
          : [{ key: 'code.function.name', value: { stringValue: truth.function } }]),
      ];
    }
  }
  return traceFromTables(trace.traceId, [{ table: decoded(spansFromOtlpJson(JSON.stringify(json))) }]);
}

async function judge(
  system: System,
  addsCode: boolean,
  print: (text: string) => void,
): Promise<ReadonlyMap<SpanClass, Tally>> {
  const tallies = new Map(CLASSES.map((one) => [one, emptyTally()]));
  const lines = new WorkspaceLines({
    folders: [{ name: path.basename(system.workspace), path: system.workspace }],
    mappings: [],
    revisions: [],
    chosenMaps: [],
    trusted: false,
  });
  const bare = system.tables.map(withoutCode);
  const ids = new Set<TraceId>();
  for (const table of bare) {
    for (let row = 0; row < table.count; row++) {
      ids.add(traceIdAt(table.traceIds, row));
    }
  }
  // With `code.*` every span of a function is the same question: a part of the traces shows it.
  for (const id of addsCode ? [...ids].slice(0, 40) : ids) {
    const trace = traceFromTables(
      id,
      bare.map((table) => ({ table })),
    );
    for (let row = 0; row < trace.spans.count; row++) {
      const spanClass = classOf(trace, row);
      const truth = spanClass && truthFor(system.truth, trace, row);
      if (spanClass === undefined) {
        continue;
      }
      if (!truth) {
        tallies.get(spanClass)!.untold++;
        print(`no truth: ${describe(trace, row)}`);
        continue;
      }
      const shown = addsCode ? withCode(trace, row, truth) : trace;
      const shownRow = addsCode ? rowOf(shown, spanIdAt(trace.spans.spanIds, row)) : row;
      const frame = await lines.ofSpan(shown, shownRow);
      const verdict = count(tallies.get(spanClass)!, truth, frame);
      if (verdict !== 'right') {
        const at = frame?.location;
        const place = at
          ? `${at.grade} ${at.path}:${at.lineBase1}`
          : `${frame?.reason ?? 'nothing'} ${(frame?.candidates ?? []).map((one) => `${one.path}:${one.lineBase1 ?? ''}`).join(' ')}`;
        print(`${verdict}: ${describe(trace, row)} is ${truth.file}:${truth.lines[0]}, answered ${place}`);
      }
    }
  }
  lines.dispose();
  return tallies;
}

function rowOf(trace: Trace, spanId: string): number {
  for (let row = 0; row < trace.spans.count; row++) {
    if (spanIdAt(trace.spans.spanIds, row) === spanId) {
      return row;
    }
  }
  throw new Error(`There is no span ${spanId}.`);
}

function classOf({ spans: table }: Trace, row: number): SpanClass | undefined {
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => attributeValue(stringsOf(table), table.attributes, row, name) !== undefined);
  if (has('messaging.system')) {
    return 'messaging';
  }
  if (has('db.system', 'db.system.name')) {
    return 'database';
  }
  switch (table.kinds[row]) {
    case SpanKind.server:
      return 'server';
    case SpanKind.client:
      return 'client';
    case SpanKind.producer:
    case SpanKind.consumer:
      return 'messaging';
    default:
      return undefined;
  }
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

function truthFor(truths: readonly Truth[], trace: Trace, row: number): Truth | undefined {
  const strings = stringsOf(trace.spans);
  const above = namesAbove(trace, row);
  return truths.find(
    ({ service, kind, name, under, path: prefix }) =>
      service === strings.get(trace.service[row]!) &&
      kind === KINDS[trace.spans.kinds[row]!] &&
      (name === undefined || name === strings.get(trace.spans.names[row]!)) &&
      (under === undefined || above.includes(under)) &&
      (prefix === undefined ||
        attributeValue(strings, trace.spans.attributes, row, 'url.path')?.startsWith(prefix) === true),
  );
}

function namesAbove(trace: Trace, row: number): readonly string[] {
  const above: string[] = [];
  for (let parent = trace.parent[row]!; parent >= 0; parent = trace.parent[parent]!) {
    above.push(stringsOf(trace.spans).get(trace.spans.names[parent]!));
  }
  return above;
}

function describe(trace: Trace, row: number): string {
  const strings = stringsOf(trace.spans);
  const above = namesAbove(trace, row).join(' < ');
  return `${strings.get(trace.service[row]!)} ${KINDS[trace.spans.kinds[row]!]} ${strings.get(trace.spans.names[row]!)} under ${above} (trace ${trace.traceId})`;
}

function count(tally: Tally, truth: Truth, frame: ResolvedFrame | undefined): string {
  tally.spans++;
  const isThere = (file: string, line: number | undefined): boolean =>
    file === truth.file && line !== undefined && line >= truth.lines[0] && line <= truth.lines[1];
  const location = frame?.location;
  if (location) {
    if (isThere(location.path, location.lineBase1)) {
      tally[location.grade === 'likely' ? 'likely' : 'exact']++;
      return 'right';
    }
    tally.wrong++;
    tally.wrongAsExact += location.grade === 'likely' ? 0 : 1;
    return 'wrong';
  }
  if (frame?.candidates?.some(({ path: file, lineBase1 }) => isThere(file, lineBase1))) {
    tally.candidate++;
    return 'candidate';
  }
  tally.unknown++;
  return 'unknown';
}

function table(bare: ReadonlyMap<SpanClass, Tally>, withCodes: ReadonlyMap<SpanClass, Tally>): string {
  const heading: Row = [
    'spans',
    'all',
    'exact right',
    'likely right',
    'among candidates',
    'unknown',
    'wrong',
    'wrong as exact',
    'right',
    'right with code.*',
  ];
  const rows = [...bare].map(([name, tally]): Row => {
    const code = withCodes.get(name)!;
    const { exact, likely, candidate, unknown, wrong, wrongAsExact } = tally;
    return [
      name,
      ...[tally.spans, exact, likely, candidate, unknown, wrong, wrongAsExact].map(String),
      percent(exact + likely, tally.spans),
      percent(code.exact + code.likely, code.spans),
    ];
  });
  return tableText([heading, ...rows]);
}

function limits(
  system: string,
  tallies: ReadonlyMap<SpanClass, Tally>,
  least: number,
  how: string,
): readonly string[] {
  const broken: string[] = [];
  for (const [name, { spans: all, exact, likely, wrong, wrongAsExact, untold }] of tallies) {
    if (exact + likely < all * least) {
      broken.push(
        `${system}, ${how}: ${percent(exact + likely, all)} of ${name} spans reach their function.`,
      );
    }
    if (wrong > 0) {
      broken.push(`${system}, ${how}: ${wrong} ${name} spans lead to another function.`);
    }
    if (untold > 0) {
      broken.push(`${system}, ${how}: nothing says what ${untold} ${name} spans ran.`);
    }
    if (wrongAsExact > 0) {
      broken.push(`${system}, ${how}: ${wrongAsExact} ${name} spans are wrongly exact.`);
    }
  }
  return broken;
}

function emptyTally(): Tally {
  return { spans: 0, exact: 0, likely: 0, candidate: 0, unknown: 0, wrong: 0, wrongAsExact: 0, untold: 0 };
}
