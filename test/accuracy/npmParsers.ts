import { createStackParser } from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import * as errorStackParserModule from 'error-stack-parser';
import StackUtils from 'stack-utils';
import { parse as parseWithStacktraceParser } from 'stacktrace-parser';
import { parseStack } from '../../src/core/frames/parseStack';
import { percent, tableText, type Row } from './lineTable';
import type { Proof } from './proof';
import { readRecordings, type PrintedPlace, type RecordedStack } from './recording';

/** A call as printed; positions from 1. */
interface PrintedCall {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Empty for functions without a name. */
  readonly function: string;
}

interface Count {
  readonly right: number;
  /** Calls that the text does not hold. */
  readonly wrong: number;
  readonly missing: number;
}

type Parser = (text: string) => readonly PrintedCall[];

const errorStackParser = parserOf(errorStackParserModule);
const stackUtils = new StackUtils({ internals: [] });
const parseWithSentry = createStackParser(nodeStackLineParser());

/** Spanline's and those of npm, each called as its documentation tells. */
const PARSERS: Readonly<Record<string, Parser>> = {
  Spanline: (text) =>
    parseStack(text)
      .exceptions.flatMap(({ frames }) => frames)
      .sort((a, b) => a.rawLine - b.rawLine)
      .map((frame) => call(frame.file, frame.lineBase1, frame.columnBase1, frame.function)),
  'stacktrace-parser': (text) =>
    parseWithStacktraceParser(text).map((frame) =>
      call(frame.file, frame.lineNumber, frame.column, frame.methodName),
    ),
  'error-stack-parser': (text) => {
    const error = new Error();
    error.stack = text;
    try {
      return errorStackParser
        .parse(error)
        .map((frame) => call(frame.fileName, frame.lineNumber, frame.columnNumber, frame.functionName));
    } catch {
      // It throws where it finds nothing.
      return [];
    }
  },
  'stack-utils': (text) =>
    text.split('\n').flatMap((line) => {
      const frame = stackUtils.parseLine(line);
      return frame ? [call(frame.file, frame.line, frame.column, frame.function)] : [];
    }),
  '@sentry/core': (text) =>
    parseWithSentry(text)
      .reverse()
      .map((frame) => call(frame.filename, frame.lineno, frame.colno, frame.function)),
};

/** Calls as printed, beside what four parsers of npm read from the same JavaScript. */
export const npmParsers: Proof = {
  title: 'Calls of JavaScript stacks as printed (file, line, column, function), beside the parsers of npm',
  run(_words, print) {
    // Marks in the source tell lines only; the others' own interface tells columns and names, too.
    const recordings = readRecordings().filter(
      ({ language, isComplete }) => language === 'javascript' && isComplete !== false,
    );
    const total = recordings.flatMap(({ stacks }) => stacks.flatMap(expectedCalls)).length;
    const counts = new Map(
      Object.entries(PARSERS).map(([name, parser]): [string, Count] => {
        const each = recordings.flatMap(({ stacks }) => stacks.map((stack) => countOf(parser, stack)));
        return [name, each.reduce(sum)];
      }),
    );
    const rows = [...counts].map(([name, { right, wrong, missing }]): Row => [
      name,
      ...[total, right, wrong, missing].map(String),
      percent(right, total),
    ]);
    print(tableText([['parser', 'calls', 'right', 'wrong', 'missing', 'right'], ...rows]));
    const own = counts.get('Spanline')!;
    const broken = [...counts].flatMap(([name, { right, wrong }]) => [
      ...(own.right < right ? [`${name} reads ${right} calls right, Spanline ${own.right}.`] : []),
      ...(own.wrong > wrong ? [`${name} reads ${wrong} calls wrong, Spanline ${own.wrong}.`] : []),
    ]);
    return Promise.resolve(broken);
  },
};

/** Its module says that it is one, so that the export named default is below what Node.js takes for the default. */
function parserOf({ default: inner }: typeof errorStackParserModule): typeof errorStackParserModule.default {
  return 'default' in inner ? parserOf(inner as typeof errorStackParserModule) : inner;
}

function call(
  file: string | null | undefined,
  line: number | null | undefined,
  column: number | null | undefined,
  name: string | null | undefined,
): PrintedCall {
  return {
    file: (file ?? '').replace(/^file:\/\//, ''),
    line: line ?? 0,
    column: column ?? 0,
    function: plainName(name ?? ''),
  };
}

/** Without what some parsers keep apart: `async`, `new`, the property that a function was called as, words for no name. */
function plainName(name: string): string {
  const plain = name
    .replace(/^async /, '')
    .replace(/^new /, '')
    .replace(/ \[as [^\]]*\]$/, '');
  return /^(?:<unknown>|<anonymous>|\?|anonymous)$/.test(plain) ? '' : plain;
}

function sum(a: Count, b: Count): Count {
  return { right: a.right + b.right, wrong: a.wrong + b.wrong, missing: a.missing + b.missing };
}

/** Calls in the order of the text; those without a place, and those of evaluated code, are told by no two parsers alike. */
function countOf(parser: Parser, stack: RecordedStack): Count {
  const expected = expectedCalls(stack).map((one) => JSON.stringify(one));
  const found = parser(comparedText(stack))
    .filter(({ line, column }) => line > 0 && column > 0)
    .map((one) => JSON.stringify(one));
  const right = longestCommon(expected, found);
  return { right, wrong: found.length - right, missing: expected.length - right };
}

function expectedCalls(stack: RecordedStack): readonly PrintedCall[] {
  return stack.frames.flatMap((place) => {
    if (place.column === undefined || isEvaluated(place)) {
      return [];
    }
    const name = place.function ?? '';
    const at = name === '' ? place.printed.replace(/^async /, '') : place.printed.slice(name.length + 2, -1);
    const position = `:${place.line}:${place.column}`;
    return at.endsWith(position) ? [call(at.slice(0, -position.length), place.line, place.column, name)] : [];
  });
}

function comparedText({ text, frames }: RecordedStack): string {
  const left = new Set(frames.filter(isEvaluated).map(({ textLine }) => textLine));
  return text
    .split('\n')
    .filter((_, line) => !left.has(line))
    .join('\n');
}

function isEvaluated({ printed }: PrintedPlace): boolean {
  return printed.includes('eval at ');
}

/** Length of the longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const row = [0];
    for (let i = 0; i < b.length; i++) {
      row.push(one === b[i] ? above[i]! + 1 : Math.max(above[i + 1]!, row[i]!));
    }
    above = row;
  }
  return above[b.length]!;
}
