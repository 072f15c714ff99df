import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ParsedStack, StackLanguageId } from '../../src/core/frames/frame';
import type { StackHint } from '../../src/core/frames/language';
import { fixturePath } from './fixture';

/** A stack text of a real runtime, with what came with it. */
export interface StackFixture {
  readonly name: string;
  readonly text: string;
  readonly type?: string;
  readonly message?: string;
  readonly service?: string;
  /** Failure kinds of `groundTruth.json` whose traces hold it. */
  readonly kinds: readonly string[];
}

interface RecordedStack {
  readonly service: string;
  readonly type: string;
  readonly message: string;
  readonly kinds: readonly string[];
  readonly stacktrace: string;
}

/** Every distinct `exception.stacktrace` of the recordings, of spans and log records. */
export function recordedStacks(): StackFixture[] {
  const stacks = readJson('stacks/recorded.json') as readonly RecordedStack[];
  return stacks.map(({ stacktrace, service, type, message, kinds }, i) => ({
    name: `${i} ${service} ${type}`,
    text: stacktrace,
    service,
    type,
    message,
    kinds,
  }));
}

/** What `programs/` printed on one runtime. */
export function runtimeStacks(runtime: 'node20' | 'node24' | 'python311'): StackFixture[] {
  const texts = readJson(`stacks/${runtime}.json`) as Readonly<Record<string, string>>;
  return Object.entries(texts).map(([name, text]) => ({ name, text, kinds: [] }));
}

/** Languages whose stacks `programs/record.mjs` writes. */
export type RecordedLanguage = 'jvm' | 'go' | 'dotnet' | 'php' | 'rust';

/** Fixtures that `programs/recordMore.mjs` writes; `engines` are JavaScript engines other than Node.js. */
export type ScriptedLanguage = 'engines' | 'ruby' | 'perl' | 'lua' | 'elixir' | 'erlang' | 'cpp';

/** A stack text, where it comes from, and the language it is in. */
export interface LanguageStack {
  readonly name: string;
  readonly language: StackLanguageId;
  /** Runtime and command; `documented form: …` where the runtime could not be run. */
  readonly source: string;
  readonly text: string;
  readonly hint?: StackHint;
}

/** What the programs of a language printed. */
export function languageStacks(name: RecordedLanguage | ScriptedLanguage): LanguageStack[] {
  const stacks = readJson(`stacks/${name}.json`) as readonly Omit<LanguageStack, 'language'>[];
  return stacks.map((stack) => ({ language: name === 'engines' ? 'javascript' : name, ...stack }));
}

/** Stacks in forms that the documentation or source of a runtime tells. */
export function documentedStacks(name: 'documented' | 'documentedMore'): LanguageStack[] {
  return [...(readJson(`stacks/${name}.json`) as readonly LanguageStack[])];
}

/** A fixture file as JSON. */
export function readJson(name: string): unknown {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8'));
}

/** A parsed stack as text: one line per exception and frame, with everything that was read. */
export function drawStack(stack: ParsedStack): string {
  const lines = stack.exceptions.flatMap((exception, i) => {
    const parent = exception.parent === undefined ? '' : ` of ${exception.parent}`;
    const thread = exception.thread === undefined ? '' : ` [${exception.thread}]`;
    const common =
      exception.commonWithParent === undefined ? '' : ` (${exception.commonWithParent} in common)`;
    const end = exception.truncated ? ' (truncated)' : '';
    const header = `${i} ${exception.relation}${parent}${thread} ${exception.type ?? '-'}: ${JSON.stringify(exception.message ?? '')}${common}${end}`;
    return [
      header,
      ...exception.frames.map((frame) => {
        const name = `${frame.async ? 'async ' : ''}${frame.function ?? '-'}`;
        const place =
          frame.file === undefined
            ? '-'
            : `${frame.file}:${frame.lineBase1 ?? '-'}:${frame.columnBase1 ?? '-'}`;
        const elided = frame.elided === undefined ? '' : ` +${frame.elided}`;
        const marks = [
          frame.cut ? ' cut' : '',
          frame.createdBy ? ' created by' : '',
          frame.kind === 'app' && !frame.inApp ? ' not in app' : '',
        ].join('');
        const source = frame.sourceText === undefined ? '' : ` | ${frame.sourceText}`;
        return `  ${frame.rawLine} ${frame.kind} ${name} @ ${place}${elided}${marks}${source}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** The golden file's text; with `UPDATE_GOLDEN=1` it is written first. */
export function golden(name: string, actual: string): string {
  const file = path.join(process.cwd(), 'test', 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, actual);
  }
  return readFileSync(file, 'utf8');
}
