import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { FileIndex } from '../analysis/files/fileIndex';
import { StackResolver } from '../analysis/lines/resolver';
import type { PathMapping } from '../protocol/analysis';
import type { ResolvedException, ResolvedFrame, ResolvedStack } from '../protocol/resolve';
import {
  cliText,
  evidenceText,
  locationReasonText,
  moreText,
  resolveProblemText,
  resolveText,
  unknownReasonText,
  viaText,
} from '../words';
import { readCommandLine } from './commandLine';
import { jsonFromStack } from './resolvedJson';

/** Where a command reads and writes. */
export interface CommandStreams {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

interface ResolveArguments {
  readonly workspace: string;
  readonly stack: string;
  readonly service: string | undefined;
  readonly revision: string | undefined;
  readonly mappings: readonly PathMapping[];
  readonly explain: boolean;
  readonly json: boolean;
}

/** `spanline resolve`: prints where the frames of a stack text are. Exit codes: 0 done, 1 no frame, 2 bad use. */
export async function resolveCommand(argv: readonly string[], io: CommandStreams): Promise<number> {
  const parsed = readArguments(argv);
  if (typeof parsed === 'string') {
    io.stderr.write(`${parsed}\n`);
    return 2;
  }
  const workspace = await stat(parsed.workspace).catch(() => undefined);
  if (!workspace?.isDirectory()) {
    io.stderr.write(`${resolveText.badWorkspace(parsed.workspace)}\n`);
    return 2;
  }
  const text = await readStack(parsed.stack, io);
  if (text === undefined) {
    io.stderr.write(`${resolveText.unreadable(parsed.stack)}\n`);
    return 2;
  }
  const folder = { name: path.basename(parsed.workspace), path: parsed.workspace };
  const resolver = new StackResolver(await FileIndex.open([folder], { useGit: true }));
  const { service, revision, mappings, explain } = parsed;
  const stack = await resolver.resolveStack({
    text,
    mappings,
    ...(service === undefined ? {} : { service }),
    ...(revision === undefined ? {} : { revision: { candidates: [{ kind: 'said', text: revision }] } }),
  });
  resolver.dispose();
  io.stdout.write(
    parsed.json
      ? `${JSON.stringify(jsonFromStack(stack, { explain }), undefined, 2)}\n`
      : stackText(stack, explain),
  );
  if (stack.exceptions.every((exception) => exception.frames.length === 0)) {
    io.stderr.write(`${resolveText.noFrames()}\n`);
    return 1;
  }
  return 0;
}

/** The arguments, or the sentence that says what is wrong with them. */
function readArguments(argv: readonly string[]): ResolveArguments | string {
  const given = readCommandLine(argv, {
    command: 'resolve',
    options: {
      workspace: 'value',
      stack: 'value',
      service: 'value',
      revision: 'value',
      mapping: 'values',
      explain: 'flag',
      json: 'flag',
    },
    positionals: 1,
  });
  if (typeof given === 'string') {
    return given;
  }
  // Standard input may be named as other programs name it: by a dash alone.
  const [dash = '-'] = given.positionals;
  if (dash !== '-') {
    return cliText.tooMany(dash, 'resolve');
  }
  const workspace = given.value('workspace');
  if (workspace === undefined) {
    return cliText.needsWorkspace();
  }
  const mappings: PathMapping[] = [];
  for (const mapping of given.values('mapping')) {
    const equals = mapping.indexOf('=');
    if (equals < 1) {
      return resolveText.badMapping(mapping);
    }
    mappings.push({ from: mapping.slice(0, equals), to: mapping.slice(equals + 1) });
  }
  return {
    workspace: path.resolve(workspace),
    stack: given.value('stack') ?? '-',
    service: given.value('service'),
    revision: given.value('revision'),
    mappings,
    explain: given.has('explain'),
    json: given.has('json'),
  };
}

async function readStack(file: string, io: CommandStreams): Promise<string | undefined> {
  if (file !== '-') {
    return readFile(file, 'utf8').catch(() => undefined);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function stackText(stack: ResolvedStack, explain: boolean): string {
  const lines = stack.exceptions.flatMap((exception) => ['', ...exceptionLines(exception, explain)]);
  const problems = stack.problems.map((problem) => resolveProblemText(problem));
  return `${[...lines.slice(1), ...(problems.length > 0 ? ['', ...problems] : [])].join('\n')}\n`;
}

function exceptionLines(exception: ResolvedException, explain: boolean): string[] {
  const name = exception.type ?? resolveText.exception();
  const header = exception.message === undefined ? name : `${name}: ${exception.message}`;
  const relation = exception.relation === 'root' ? '' : `[${exception.relation}] `;
  return [`${relation}${header}`, ...exception.frames.flatMap((frame) => frameLines(frame, explain))];
}

function frameLines(frame: ResolvedFrame, explain: boolean): string[] {
  const name = frame.sourceFunction ?? frame.function ?? resolveText.anonymous();
  const lines = [`  ${name}  ${placeText(frame)}`, ...(explain ? explanation(frame) : [])];
  for (const { path: file, lineBase1, evidence } of frame.candidates?.slice(0, 10) ?? []) {
    const why = explain ? `  (${evidence.map((kind) => evidenceText(kind)).join(', ')})` : '';
    lines.push(`      ${file}${lineBase1 === undefined ? '' : `:${lineBase1}`}${why}`);
  }
  const more = (frame.candidates?.length ?? 0) - 10;
  if (more > 0) {
    lines.push(`      ${moreText(more)}`);
  }
  if (frame.elided !== undefined) {
    lines.push(`  ${resolveText.elided(frame.elided)}`);
  }
  return lines;
}

/** The way to the line, what speaks for it, and where it was in the revision that ran. */
function explanation({ via, location, deployed }: ResolvedFrame): string[] {
  const lines: string[] = [];
  if (location) {
    lines.push(resolveText.way(via.map((step) => viaText(step))));
    lines.push(resolveText.evidence(location.evidence.map((kind) => evidenceText(kind))));
  }
  if (deployed) {
    lines.push(resolveText.deployed(`${deployed.path}:${deployed.lineBase1}`, deployed.revision));
  }
  return lines.map((line) => `      ${line}`);
}

function placeText(frame: ResolvedFrame): string {
  const { location } = frame;
  if (location) {
    const column = location.columnBase1 === undefined ? '' : `:${location.columnBase1}`;
    const place = `${location.path}:${location.lineBase1}${column}`;
    return `${place}  (${location.grade}: ${locationReasonText(location.reason)})`;
  }
  const file = frame.file ?? '';
  const line = frame.lineBase1 === undefined ? '' : `:${frame.lineBase1}`;
  // Most frames of most stacks are other people's: that needs no sentence on every line.
  return frame.reason === 'notOwnCode'
    ? `${file}${line}`
    : `${file}${line}  (${unknownReasonText(frame.reason, file)})`;
}
