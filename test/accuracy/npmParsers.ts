import { createStackParser } from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import * as errorStackParserModule from 'error-stack-parser';
import StackUtils from 'stack-utils';
import { parse as parseWithStacktraceParser } from 'stacktrace-parser';
import { parseStack } from '../../src/core/frames/parseStack';
import { percent, tableText, type Row } from './lineTable';
import type { Proof } from './proof';
import { readRecordings, type PrintedPlace, type RecordedStack, type Recording } from './recording';

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
  title: 'Calls of JavaScript stacks as printed, beside the parsers of npm',
  run(_words, print) {
    const recordings = readRecordings().filter(({ language }) => language === 'javascript');
    const broken = GROUPS.flatMap(({ name, isIn, known }) => {
      const stacks = recordings.filter(isIn).flatMap((recording) => recording.stacks);
      const counts = Object.entries(PARSERS).map(
        ([parser, parse]) =>
          [parser, stacks.map((stack) => countOf(parse, stack, known)).reduce(sum)] as const,
      );
      const rows = counts.map(([parser, { right, wrong, missing }]): Row => [
        parser,
        ...[right + missing, right, wrong, missing].map(String),
        percent(right, right + missing),
      ]);
      print(`${tableText([[name, 'calls', 'right', 'wrong', 'missing', 'right'], ...rows])}\n`);
      return worseThan(counts);
    });
    return Promise.resolve(broken);
  },
};

/** What is known of a call: everything, or, from marks in the source, its file and line. */
type Known = (call: PrintedCall) => PrintedCall;

const GROUPS: readonly {
  readonly name: string;
  readonly isIn: (recording: Recording) => boolean;
  readonly known: Known;
}[] = [
  {
    name: 'Node, Deno, Bun: file, line, column, function',
    isIn: ({ isComplete }) => isComplete !== false,
    known: (call) => call,
  },
  {
    name: 'SpiderMonkey, JavaScriptCore, Hermes: file, line',
    isIn: ({ isComplete }) => isComplete === false,
    known: ({ file, line }) => ({ file, line, column: 0, function: '' }),
  },
];

function worseThan(counts: readonly (readonly [string, Count])[]): string[] {
  const own = counts[0]![1];
  return counts.flatMap(([name, { right, wrong }]) => [
    ...(own.right < right ? [`${name} reads ${right} calls right, Spanline ${own.right}.`] : []),
    ...(own.wrong > wrong ? [`${name} reads ${wrong} calls wrong, Spanline ${own.wrong}.`] : []),
  ]);
}

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
function countOf(parser: Parser, stack: RecordedStack, known: Known): Count {
  const expected = expectedCalls(stack).map((one) => JSON.stringify(known(one)));
  const found = parser(comparedText(stack))
    .filter(({ line, column }) => line > 0 && column > 0)
    .map((one) => JSON.stringify(known(one)));
  const right = longestCommon(expected, found);
  return { right, wrong: found.length - right, missing: expected.length - right };
}

function expectedCalls(stack: RecordedStack): readonly PrintedCall[] {
  return stack.frames.flatMap((place) => {
    if (isEvaluated(place)) {
      return [];
    }
    if (place.column === undefined) {
      return place.printed.endsWith(`:${place.line}:`)
        ? [call(place.printed.slice(0, -`:${place.line}:`.length), place.line, 0, '')]
        : [];
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
