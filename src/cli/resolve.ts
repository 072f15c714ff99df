import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { FileIndex } from '../analysis/fileIndex';
import { StackResolver } from '../analysis/resolver';
import type { PathMapping } from '../protocol/analysis';
import type { ResolvedException, ResolvedFrame, ResolvedStack } from '../protocol/resolve';
import {
  cliText,
  locationReasonText,
  moreText,
  resolveProblemText,
  resolveText,
  unknownReasonText,
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
  readonly mappings: readonly PathMapping[];
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
  const { service, mappings } = parsed;
  const stack = await resolver.resolveStack({
    text,
    mappings,
    ...(service === undefined ? {} : { service }),
  });
  resolver.dispose();
  io.stdout.write(parsed.json ? `${JSON.stringify(jsonFromStack(stack), undefined, 2)}\n` : stackText(stack));
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
    options: { workspace: 'value', stack: 'value', service: 'value', mapping: 'values', json: 'flag' },
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
    mappings,
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

function stackText(stack: ResolvedStack): string {
  const lines = stack.exceptions.flatMap((exception) => ['', ...exceptionLines(exception)]);
  const problems = stack.problems.map((problem) => resolveProblemText(problem));
  return `${[...lines.slice(1), ...(problems.length > 0 ? ['', ...problems] : [])].join('\n')}\n`;
}

function exceptionLines(exception: ResolvedException): string[] {
  const name = exception.type ?? resolveText.exception();
  const header = exception.message === undefined ? name : `${name}: ${exception.message}`;
  const relation = exception.relation === 'root' ? '' : `[${exception.relation}] `;
  return [`${relation}${header}`, ...exception.frames.flatMap(frameLines)];
}

function frameLines(frame: ResolvedFrame): string[] {
  const name = frame.sourceFunction ?? frame.function ?? resolveText.anonymous();
  const lines = [`  ${name}  ${placeText(frame)}`];
  for (const candidate of frame.candidates?.slice(0, 10) ?? []) {
    lines.push(
      `      ${candidate.path}${candidate.lineBase1 === undefined ? '' : `:${candidate.lineBase1}`}`,
    );
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
