import { WordFilter, type FileFacts } from './codeFact';
import type { Call } from './callReader';
import { CodeReader } from './codeReader';
import { destinationRules } from './destinationRules';
import { dialectOf } from './dialect';
import { entryFacts, isFunctionConfig } from './entryPoints';
import { routeRules } from './routeRules';
import { rpcClass, rpcRules } from './rpcRules';
import type { ScanPlace, ScanRule } from './scanRule';
import { spanNameRules } from './spanNameRules';
import { sourceTokens } from './sourceTokens';
import { isStatement, statementWords } from './statementWords';

const RULES = joined([routeRules, spanNameRules, rpcRules, destinationRules]);

/** Names of one table may be rules of another, too: `route` is none, `send` is one. */
function joined(tables: readonly ReadonlyMap<string, ScanRule>[]): ReadonlyMap<string, readonly ScanRule[]> {
  const rules = new Map<string, ScanRule[]>();
  for (const [name, rule] of tables.flatMap((table) => [...table])) {
    rules.set(name, [...(rules.get(name) ?? []), rule]);
  }
  return rules;
}

/** Most facts that one file gives: generated tables have more. */
const MAX_FACTS = 5_000;
/** Asked for every name of a file. */
function mayBeRpc(word: string): boolean {
  return word === 'impl' || word.endsWith('Base') || word.endsWith('Servicer') || /[sS]erver$/.test(word);
}

/** Longest literal that is looked for as a whole: names of spans and collections. */
const MAX_WORD = 120;

/** How {@link WordFilter} knows a literal, told apart from names. */
export function literalWord(text: string): string {
  return `"${text}`;
}

/** Tests send requests to routes and start spans of their own. */
export function isTestFile(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|specs?|e2e|__mocks__|testdata)\/|[._](?:test|spec)\.\w{1,5}$|_test\.(?:go|py|exs)$|(?:^|\/)test_[^/]{1,200}\.py$|Tests?\.(?:java|kt|cs|php)$/.test(
    path,
  );
}

/** Reads one file in one pass, linear in its length; `undefined` for files that say nothing about spans. */
export function fileFacts(path: string, text: string): FileFacts | undefined {
  if (isFunctionConfig(path)) {
    return { family: 'config', facts: entryFacts(text), words: new WordFilter(new Set()) };
  }
  const dialect = dialectOf(path);
  if (!dialect) {
    return undefined;
  }
  const tokens = sourceTokens(text, dialect);
  const reader = new CodeReader(tokens);
  let classPrefix: { readonly path: string; readonly end: number } | undefined;
  const prefixes = new Map<string, string>();
  const place = (): ScanPlace => ({
    reader,
    path,
    prefixes,
    classPrefix: classPrefix?.path,
    setClassPrefix: (call: Call, prefix: string) => {
      classPrefix = { path: prefix, end: bodyEnd(reader, call.end) };
    },
  });
  const words = new Set<string>();
  for (let at = 0; at < tokens.count; at++) {
    if (classPrefix && at > classPrefix.end) {
      classPrefix = undefined;
    }
    if (tokens.isText(at)) {
      takeLiteral(reader, at);
      if (tokens.ends[at]! - tokens.starts[at]! < MAX_WORD) {
        words.add(literalWord(tokens.literal(at)!));
      }
      continue;
    }
    if (!tokens.isName(at)) {
      continue;
    }
    const word = tokens.word(at);
    words.add(word);
    const rules = reader.facts.length < MAX_FACTS ? RULES.get(word) : undefined;
    if (rules && !isDeclared(reader, at)) {
      const call = reader.call(at);
      if (call) {
        rules.forEach((rule) => {
          rule(call, place());
        });
      }
    }
    if (mayBeRpc(word)) {
      rpcClass(word, at, place());
    }
  }
  return { family: dialect.family, facts: reader.facts, words: new WordFilter(words) };
}

/** `function get(`, `def get(`: a declaration of the name, no call of it. */
function isDeclared({ tokens }: CodeReader, at: number): boolean {
  return /^(?:function|def|func|fn|fun|class)$/.test(tokens.word(at - 1));
}

/** The end of the class that is declared behind a decorator. */
function bodyEnd({ tokens }: CodeReader, at: number): number {
  for (let index = at + 1, steps = 0; index < tokens.count && steps < 200; index++, steps++) {
    if (tokens.is(index, '{')) {
      return tokens.mates[index] === -1 ? tokens.count : tokens.mates[index]!;
    }
    if (tokens.is(index, '(') || tokens.is(index, '[')) {
      index = Math.max(index, tokens.mates[index]!);
    }
  }
  return tokens.count;
}

function takeLiteral(reader: CodeReader, at: number): void {
  const { tokens } = reader;
  const length = tokens.ends[at]! - tokens.starts[at]!;
  const constant = tokens.is(at - 1, '=') ? reader.assignedTo(at - 1) : undefined;
  if (constant !== undefined && length < 300 && !tokens.isTemplate(at)) {
    reader.constants.set(constant, tokens.literal(at)!);
  }
  if (length < 14) {
    return;
  }
  const text = statementText(reader, at);
  if (text !== undefined && isStatement(text)) {
    reader.facts.push({
      kind: 'statement',
      words: statementWords(text),
      ...(constant !== undefined && { constant }),
      lineBase1: tokens.lines[at]!,
    });
  }
}

/** A literal with those that are joined to it: `"select …" + "from …"`, and neighbours in Python. */
function statementText({ tokens }: CodeReader, at: number): string | undefined {
  const first = tokens.literal(at)!;
  if (tokens.isText(at - 1) || (tokens.is(at - 1, '+') && tokens.isText(at - 2))) {
    return undefined;
  }
  const parts = [first];
  for (let next = at + 1; parts.length < 60; next++) {
    if (tokens.is(next, '+') || tokens.is(next, '.')) {
      continue;
    }
    const text = tokens.literal(next);
    if (text === undefined) {
      break;
    }
    parts.push(text);
  }
  return parts.join(parts.length > 1 ? ' ' : '');
}
