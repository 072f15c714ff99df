import { parse as parseWithOracle } from 'stacktrace-parser';
import { parseStack } from '../../src/core/frames/parseStack';
import { hostileStacks } from '../kit/hostileStacks';
import { documentedStacks, languageStacks, recordedStacks, runtimeStacks } from '../kit/stackFixtures';
import type { BenchReport } from './benchReport';

/** Speed asked for on the corpus, in MB/s; neither a language nor a hostile text may be slower than a third of it. */
const asked = 50;
const slowest = asked / 3;

/** From stack texts to frames: the corpus that the goldens are made of, each language of it, and the worst texts. */
export function bench(report: BenchReport): Promise<void> {
  const corpus = stacksByLanguage();
  for (const [language, texts] of corpus) {
    const own = speed(texts, parseStack);
    report({
      name: `stack text to frames, ${language}`,
      value: own,
      unit: 'MB/s',
      ...(language === 'javascript'
        ? { baseline: 'stacktrace-parser', baselineValue: speed(texts, parseWithOracle) }
        : {}),
      target: `≥ ${Math.ceil(slowest)} MB/s`,
      ok: own >= slowest,
    });
  }
  const value = speed([...corpus.values()].flat(), parseStack);
  report({
    name: 'stack text to frames, all languages',
    value,
    unit: 'MB/s',
    target: `≥ ${asked} MB/s`,
    ok: value >= asked,
  });
  hostile(report);
  return Promise.resolve();
}

/** Texts of every fixture, by their language. */
function stacksByLanguage(): Map<string, string[]> {
  const byLanguage = new Map<string, string[]>();
  const add = (language: string, text: string): void => {
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), text]);
  };
  for (const { text } of [...runtimeStacks('node20'), ...runtimeStacks('node24')]) {
    add('javascript', text);
  }
  for (const { text } of runtimeStacks('python311')) {
    add('python', text);
  }
  for (const { text } of recordedStacks()) {
    add(text.includes('  File "') ? 'python' : 'javascript', text);
  }
  for (const name of LANGUAGES) {
    for (const { text, language } of languageStacks(name)) {
      add(name === 'engines' ? 'javascript, other engines' : language, text);
    }
  }
  for (const name of ['documented', 'documentedMore'] as const) {
    for (const { text, language } of documentedStacks(name)) {
      add(language === 'javascript' ? 'javascript, other engines' : language, text);
    }
  }
  return byLanguage;
}

const LANGUAGES = [
  'engines',
  'jvm',
  'go',
  'dotnet',
  'php',
  'rust',
  'ruby',
  'perl',
  'lua',
  'elixir',
  'erlang',
  'cpp',
] as const;

/** Each hostile text at 1 MB; only the worst is told. */
function hostile(report: BenchReport): void {
  let worst = { name: '', value: Infinity };
  for (const [name, make] of Object.entries(hostileStacks)) {
    const value = speed([make(1e6)], parseStack);
    worst = value < worst.value ? { name, value } : worst;
  }
  report({
    name: `worst hostile text of 1 MB: ${worst.name}`,
    value: worst.value,
    unit: 'MB/s',
    target: `≥ ${Math.ceil(slowest)} MB/s`,
    ok: worst.value >= slowest,
  });
}

/** Characters in a microsecond of this thread's processor time, which other programs hardly change; the best of several rounds. */
function speed(texts: readonly string[], run: (text: string) => unknown): number {
  const chars = texts.reduce((sum, text) => sum + text.length, 0);
  const runAll = (repeats: number): number => {
    const start = process.threadCpuUsage();
    for (let i = 0; i < repeats; i++) {
      for (const text of texts) {
        run(text);
      }
    }
    const { user, system } = process.threadCpuUsage(start);
    return user + system;
  };
  // So many that the clock's steps of a few milliseconds do not show.
  let repeats = 1;
  while (runAll(repeats) < 50_000) {
    repeats *= 2;
  }
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    least = Math.min(least, runAll(repeats));
  }
  return (chars * repeats) / least;
}
