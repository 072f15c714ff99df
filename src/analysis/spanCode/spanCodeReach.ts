import type { CodeIndex } from './codeIndex';
import { firstAt, type CodeFile, type CodeFiles } from './spanCodeFiles';
import type { FunctionRange } from '../../core/spanCode/functionRanges';

/** Code from which calls are followed. */
export interface ReachFrom {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** A function of a file. */
export interface Reached {
  readonly file: CodeFile;
  readonly range: FunctionRange;
}

const MAX_DEPTH = 7;
const MAX_FUNCTIONS = 120;
/** A name that more files have says nothing about which of them is called. */
const MAX_FILES_OF_NAME = 12;
const MAX_NAMES = 80;
/** Definitions of one name, called on an object, among which nothing tells the right one. */
const MAX_METHODS = 3;

/** Follows calls by their names, as a reader of the code would; bounded in depth and number. */
export class SpanCodeReach {
  private readonly index: CodeIndex;
  private readonly files: CodeFiles;

  constructor(index: CodeIndex, files: CodeFiles) {
    this.index = index;
    this.files = files;
  }

  /** The functions nearest to a piece of code, itself first, for which `fits` holds; what they call is not looked at. */
  async nearest(
    start: ReachFrom,
    fits: (reached: Reached, from: number, to: number) => boolean,
  ): Promise<readonly Reached[]> {
    const file = await this.files.read(start.file);
    if (!file) {
      return [];
    }
    const seen = new Set<string>();
    let level: Reached[] = [{ file, range: { start: start.from, end: start.to } }];
    const found: Reached[] = [];
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
      const next: Reached[] = [];
      for (const reached of level) {
        if (fits(reached, reached.range.start, reached.range.end)) {
          found.push(reached);
          continue;
        }
        for (const called of await this.calledBy(reached)) {
          const key = `${called.file.path}:${called.range.start}`;
          if (!seen.has(key) && seen.size < MAX_FUNCTIONS) {
            seen.add(key);
            next.push(called);
          }
        }
      }
      level = next;
    }
    return found;
  }

  private async calledBy({ file, range }: Reached): Promise<readonly Reached[]> {
    const called: Reached[] = [];
    for (const { name, receiver } of callsIn(file, range)) {
      called.push(...(await this.named(name, receiver, file)));
    }
    return called;
  }

  private async named(
    name: string,
    receiver: string | undefined,
    from: CodeFile,
  ): Promise<readonly Reached[]> {
    const own = from.ranges.filter((range) => range.name === name);
    if (own.length > 0 && (receiver === undefined || SELF.has(receiver))) {
      return own.map((range) => ({ file: from, range }));
    }
    const family = this.index.factsOf(from.path)?.family;
    const paths = this.index.withWord(name, family).filter((path) => path !== from.path);
    if (paths.length > MAX_FILES_OF_NAME) {
      return [];
    }
    const found = own.map((range) => ({ file: from, range }));
    for (const path of paths) {
      const file = await this.files.read(path);
      for (const range of file?.ranges.filter((one) => one.name === name) ?? []) {
        found.push({ file: file!, range });
      }
    }
    if (receiver === undefined || receiver === '') {
      return found.length > MAX_METHODS ? [] : found;
    }
    const plain = receiver.replaceAll('_', '').toLowerCase();
    const related = found.filter(({ file, range }) =>
      [range.owner, file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')].some(
        (one) => one !== undefined && isRelated(one.replaceAll('_', '').toLowerCase(), plain),
      ),
    );
    return related.length > 0 ? related : found.length > MAX_METHODS || COMMON.has(name) ? [] : found;
  }
}

/** Methods of collections and streams, which the project's own classes may have, too. */
const COMMON = new Set([
  ...['get', 'set', 'add', 'put', 'has', 'find', 'filter', 'map', 'sort', 'push', 'pop', 'append', 'update'],
  ...['remove', 'delete', 'clear', 'close', 'open', 'read', 'write', 'send', 'run', 'call', 'apply', 'join'],
  ...[
    'split',
    'format',
    'next',
    'start',
    'stop',
    'size',
    'length',
    'count',
    'keys',
    'values',
    'items',
    'then',
  ],
]);

const SELF = new Set(['this', 'self', 'Self', 'cls', 'super']);

/** `store` is an `OrderStore`, `ordersrepo` an `OrdersRepo`. */
function isRelated(owner: string, receiver: string): boolean {
  return receiver.length > 2 && (owner.includes(receiver) || receiver.includes(owner));
}

function callsIn(
  { tokens }: CodeFile,
  range: FunctionRange,
): readonly { readonly name: string; readonly receiver: string | undefined }[] {
  if (!tokens) {
    return [];
  }
  const calls = new Map<string, { readonly name: string; readonly receiver: string | undefined }>();
  for (let at = firstAt(tokens.starts, range.start); at < tokens.count; at++) {
    if (tokens.starts[at]! >= range.end || calls.size >= MAX_NAMES) {
      break;
    }
    const isCall =
      tokens.isName(at) &&
      tokens.starts[at] !== range.start &&
      (tokens.is(at + 1, '(') ||
        // `callService<Charge>(`: which brackets are types is not told apart further.
        (tokens.is(at + 1, '<') &&
          /^[\w\s.,<>[\]|{}:;?'"]{0,120}>\(/.test(textFrom(tokens.text, tokens.ends[at]! + 1))));
    if (isCall) {
      const isMember =
        tokens.is(at - 1, '.') ||
        (tokens.is(at - 1, '>') && tokens.is(at - 2, '-')) ||
        (tokens.is(at - 1, ':') && tokens.is(at - 2, ':'));
      const before = tokens.is(at - 1, '.') ? at - 2 : at - 3;
      const receiver = isMember ? (tokens.isName(before) ? tokens.word(before) : '') : undefined;
      const name = tokens.word(at);
      calls.set(`${receiver ?? ''}.${name}`, { name, receiver });
    }
  }
  return [...calls.values()];
}

function textFrom(text: string, at: number): string {
  return text.slice(at, at + 140);
}
