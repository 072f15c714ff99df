import path from 'node:path';
import type { HandlerName } from '../../core/spanCode/codeFact';
import type { Evidence } from '../../core/locate/grade';
import type { Family } from '../../core/spanCode/dialect';
import { isTestFile } from '../../core/spanCode/fileFacts';
import type { FunctionRange } from '../../core/spanCode/functionRanges';
import type { CodeIndex } from './codeIndex';
import type { CodeFile, CodeFiles } from './spanCodeFiles';

/** A place in code that a span may mean. */
export interface CodeSite {
  readonly file: string;
  readonly lineBase1: number;
  readonly function?: string;
  /** The source line that matched, trimmed. */
  readonly matched: string;
  /** Offsets of the code there: calls are followed from it. */
  readonly from: number;
  readonly to: number;
  readonly evidence: readonly Evidence[];
}

/** Definitions of one name that are looked at. */
const MAX_FILES_OF_NAME = 300;

/** Finds functions and lines by names and literals. */
export class SpanCodeSites {
  private readonly index: CodeIndex;
  private readonly files: CodeFiles;

  constructor(index: CodeIndex, files: CodeFiles) {
    this.index = index;
    this.files = files;
  }

  /** The line of a literal or call, with the function around it. */
  async atLine(local: string, lineBase1: number, evidence: Evidence): Promise<CodeSite | undefined> {
    const file = await this.files.read(local);
    const site = file && siteIn(file, lineBase1, file.functionAround(lineBase1), lineBase1, evidence);
    return site && withWork(site, file);
  }

  /** The function that a registration names, or the registration where the code stands in it. */
  async ofHandler(
    local: string,
    lineBase1: number,
    handler: HandlerName | undefined,
    evidence: Evidence,
    method?: string,
  ): Promise<readonly CodeSite[]> {
    const file = await this.files.read(local);
    if (!file) {
      return [];
    }
    if (!handler) {
      const inline = file.functionFrom(lineBase1) ?? file.functionAround(lineBase1);
      return [siteIn(file, lineBase1, inline, lineBase1, evidence)];
    }
    if (handler.lineBase1 !== undefined) {
      const own = file.ranges.find(
        (range) => range.name === handler.name && file.lineOf(range.start) === handler.lineBase1,
      );
      const isClass = own === undefined;
      const member = isClass ? memberOf(file, handler.name, method) : own;
      const line = member ? file.lineOf(member.start) : handler.lineBase1;
      return [siteIn(file, line, member ?? file.functionAround(line), lineBase1, evidence)];
    }
    const found = await this.functions(handler, file, method);
    return found.map((one) =>
      siteIn(one.file, one.file.lineOf(one.range.start), one.range, lineBase1, evidence, file),
    );
  }

  /** Functions of a name, of the class or module that they are written with where it tells them apart. */
  async functions(
    { name, owner }: HandlerName,
    from: CodeFile,
    method?: string,
  ): Promise<readonly { readonly file: CodeFile; readonly range: FunctionRange }[]> {
    const own = from.ranges.filter((range) => range.name === name);
    if (own.length > 0) {
      const ofOwner = own.filter((range) => range.owner === owner);
      return (ofOwner.length > 0 ? ofOwner : own).map((range) => ({ file: from, range }));
    }
    const family = this.index.factsOf(from.path)?.family;
    const named = await this.named(name, family, (range, file) => isOwnedBy(range, file, owner));
    const found = named.length > 0 ? named : await this.named(name, family, () => true);
    if (found.length > 0) {
      return found.length === 1 ? found : nearest(found, from);
    }
    return this.members(name, family, method);
  }

  /** Functions of a name in files of a family. */
  async named(
    name: string,
    family: Family | undefined,
    fits: (range: FunctionRange, file: CodeFile) => boolean,
  ): Promise<readonly { readonly file: CodeFile; readonly range: FunctionRange }[]> {
    const found: { readonly file: CodeFile; readonly range: FunctionRange }[] = [];
    for (const local of this.index.withWord(name, family).slice(0, MAX_FILES_OF_NAME)) {
      const file = isTestFile(local) ? undefined : await this.files.read(local);
      for (const range of file?.ranges ?? []) {
        if (range.name === name && fits(range, file!)) {
          found.push({ file: file!, range });
        }
      }
    }
    return found;
  }

  /** A class that answers requests by methods of its own: `get` of a view, `__invoke`, `handle`. */
  private async members(
    type: string,
    family: Family | undefined,
    method: string | undefined,
  ): Promise<readonly { readonly file: CodeFile; readonly range: FunctionRange }[]> {
    for (const local of this.index.withWord(type, family).slice(0, MAX_FILES_OF_NAME)) {
      const file = isTestFile(local) ? undefined : await this.files.read(local);
      const range = file && memberOf(file, type, method);
      if (range) {
        return [{ file, range }];
      }
    }
    return [];
  }

  /** Lines whose literal is that text, with whether a call takes it first. */
  async literals(
    text: string,
    word: string,
    family: Family | undefined,
  ): Promise<
    readonly {
      readonly file: CodeFile;
      readonly lineBase1: number;
      readonly isArgument: boolean;
      readonly constant?: string;
    }[]
  > {
    const found: { file: CodeFile; lineBase1: number; isArgument: boolean; constant?: string }[] = [];
    for (const local of this.index.withWord(word, family).slice(0, MAX_FILES_OF_NAME)) {
      const file = isTestFile(local) ? undefined : await this.files.read(local);
      const tokens = file?.tokens;
      if (!tokens) {
        continue;
      }
      for (let at = 0; at < tokens.count; at++) {
        if (tokens.isText(at) && tokens.ends[at]! - tokens.starts[at]! < 200 && tokens.literal(at) === text) {
          const isConstant = tokens.is(at - 1, '=') && tokens.isName(at - 2);
          found.push({
            file: file,
            lineBase1: tokens.lines[at]!,
            isArgument: tokens.is(at - 1, '(') || (tokens.is(at - 1, ',') && !tokens.is(at + 1, ':')),
            ...(isConstant && { constant: tokens.word(at - 2) }),
          });
        }
      }
    }
    return found;
  }

  /** Lines that mention a constant, outside of its declaration. */
  usesOf(constant: string, file: CodeFile, declaredBase1: number): readonly number[] {
    const { tokens } = file;
    const lines: number[] = [];
    for (let at = 0; tokens && at < tokens.count; at++) {
      if (tokens.isName(at) && tokens.lines[at] !== declaredBase1 && tokens.word(at) === constant) {
        lines.push(tokens.lines[at]!);
      }
    }
    // The declaration itself may go over several lines, and a function may have the same name.
    const inFunctions = lines.filter((line) => file.functionAround(line) !== undefined);
    return inFunctions.length > 0 ? inFunctions : lines;
  }
}

function siteIn(
  file: CodeFile,
  lineBase1: number,
  range: FunctionRange | undefined,
  matchedBase1: number,
  evidence: Evidence,
  matchedIn: CodeFile = file,
): CodeSite {
  return {
    file: file.path,
    lineBase1,
    ...(range?.name !== undefined && { function: range.name }),
    matched: matchedIn.lineText(matchedBase1),
    from: range?.start ?? file.source.startOfLine(file.lineOf(0)) ?? 0,
    to: range?.end ?? file.source.text.length,
    evidence: [evidence],
  };
}

/** Calls are followed from the function that a call is given, where it is given one. */
export function withWork(site: CodeSite, file: CodeFile): CodeSite {
  const work = file.callWithWork(site.lineBase1);
  return work ? { ...site, from: work.start, to: work.end } : site;
}

const ENTRY_MEMBERS = [
  '__invoke',
  'invoke',
  'handle',
  'Handle',
  'service',
  'ServeHTTP',
  'call',
  'perform',
  'onMessage',
];

function memberOf(file: CodeFile, type: string, method: string | undefined): FunctionRange | undefined {
  const members = file.ranges.filter(({ owner }) => owner === type);
  const verbs =
    method === undefined
      ? []
      : [
          method.toLowerCase(),
          `do${method.charAt(0)}${method.slice(1).toLowerCase()}`,
          `on_${method.toLowerCase()}`,
        ];
  return members.find(({ name }) => name !== undefined && [...verbs, ...ENTRY_MEMBERS].includes(name));
}

/** Whether a function is a member of a type, or stands in a module of that name. */
export function isOwnedBy(range: FunctionRange, file: CodeFile, owner: string | undefined): boolean {
  return (
    owner === undefined ||
    range.owner === owner ||
    (range.owner === undefined && baseName(file.path).toLowerCase() === owner.toLowerCase()) ||
    (range.owner === undefined && path.posix.basename(path.posix.dirname(file.path)) === owner)
  );
}

function baseName(local: string): string {
  return path.posix.basename(local).replace(/\.\w{1,8}$/, '');
}

/** Of several definitions those whose file is named where the function is used; else those in the nearest folder. */
function nearest<T extends { readonly file: CodeFile }>(found: readonly T[], from: CodeFile): readonly T[] {
  const names = namesIn(from);
  const named = found.filter(({ file }) => names.has(baseName(file.path)));
  if (named.length === 1) {
    return named;
  }
  const pool = named.length > 0 ? named : found;
  const depth = (one: T): number => commonFolders(one.file.path, from.path);
  const most = Math.max(...pool.map(depth));
  return pool.filter((one) => depth(one) === most);
}

/** Names, and last parts of paths in literals: what a file may import. */
function namesIn({ tokens }: CodeFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = 0; tokens && at < tokens.count; at++) {
    if (tokens.isName(at)) {
      names.add(tokens.word(at));
    } else if (tokens.isText(at) && tokens.ends[at]! - tokens.starts[at]! < 200) {
      names.add(baseName(tokens.literal(at)!));
    }
  }
  return names;
}

function commonFolders(a: string, b: string): number {
  const foldersOfA = a.split('/').slice(0, -1);
  const foldersOfB = b.split('/').slice(0, -1);
  let count = 0;
  while (count < foldersOfA.length && foldersOfA[count] === foldersOfB[count]) {
    count++;
  }
  return count;
}
