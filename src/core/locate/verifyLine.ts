import { base1, type Base1 } from '../../base/units';
import { ownersOfLine, type CodeScope } from './functions/codeScope';
import { sourceLanguageOf, type SourceLanguage } from './functions/sourceLanguage';
import { compareOwners, type Enclosure, type WrittenName } from './functions/writtenName';
import type { Grade, LocationReason } from './grade';
import { pythonFunctionAt } from './functions/pythonFunctions';
import { functionAt, scriptFunctions, type ScriptFunction } from './functions/scriptFunctions';
import { isNamePart } from './functions/scriptTokens';

/** A source file; split and scanned on first use, once. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  private splitLines: readonly string[] | undefined;
  private starts: readonly number[] | undefined;
  private scanned: readonly ScriptFunction[] | undefined;
  private foundScopes: readonly CodeScope[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get lines(): readonly string[] {
    return (this.splitLines ??= this.text.split(/\r\n|\n|\r/));
  }

  /** The innermost script function around a position, the column from 0; `unscanned` where the text is too long. */
  scriptFunctionAt(lineBase1: Base1, column: number): ScriptFunction | 'unscanned' | undefined {
    if (this.text.length > MAX_SCANNED) {
      return 'unscanned';
    }
    this.scanned ??= scriptFunctions(this.text);
    const start = this.startOfLine(lineBase1);
    return start === undefined ? undefined : functionAt(this.scanned, start + column);
  }

  /** The types and functions of the text; `unscanned` where it is too long. */
  scopes(language: SourceLanguage): readonly CodeScope[] | 'unscanned' {
    if (this.text.length > MAX_SCANNED) {
      return 'unscanned';
    }
    return (this.foundScopes ??= language.scopes(this.text));
  }

  /** Offset of the first character of a line; `undefined` beyond the last one. */
  startOfLine(lineBase1: Base1): number | undefined {
    this.starts ??= lineStarts(this.text);
    return this.starts[lineBase1 - 1];
  }
}

/** What a frame says about its line. */
export interface LineClaim {
  readonly lineBase1: Base1;
  readonly columnBase1?: Base1 | undefined;
  readonly function?: string | undefined;
  readonly sourceText?: string | undefined;
}

/** How far the claim holds, and the line it holds for. */
export type LineCheck =
  | { readonly grade: Grade; readonly reason: LocationReason; readonly lineBase1: Base1 }
  | { readonly reason: 'lineOutOfRange' };

/** Scripts longer than this are not scanned for functions: bundles, which source maps lead out of. */
const MAX_SCANNED = 4_000_000;

/** Compares a frame with the text of the file it is thought to mean. */
export function verifyLine(source: SourceText, claim: LineClaim): LineCheck {
  const line = source.lines[claim.lineBase1 - 1];
  if (line === undefined) {
    return { reason: 'lineOutOfRange' };
  }
  return claim.sourceText === undefined
    ? byFunction(source, claim)
    : bySourceText(source, claim, line, claim.sourceText);
}

function bySourceText(source: SourceText, claim: LineClaim, line: string, printed: string): LineCheck {
  const { lineBase1 } = claim;
  if (line.trim() === printed) {
    return enclosure(source, claim) === 'other'
      ? { grade: 'likely', reason: 'functionDiffers', lineBase1 }
      : { grade: 'exact', reason: 'sourceTextEqual', lineBase1 };
  }
  const moved = onlyLineWith(source.lines, printed);
  if (
    moved !== undefined &&
    enclosure(source, { ...claim, lineBase1: moved, columnBase1: undefined }) === 'same'
  ) {
    return { grade: 'moved', reason: 'sourceTextMoved', lineBase1: moved };
  }
  return { grade: 'likely', reason: 'sourceTextDiffers', lineBase1 };
}

function onlyLineWith(lines: readonly string[], text: string): Base1 | undefined {
  if (text === '') {
    return undefined;
  }
  const first = lines.findIndex((line) => line.trim() === text);
  const isOnly = first !== -1 && !lines.some((line, i) => i > first && line.trim() === text);
  return isOnly ? base1(first + 1) : undefined;
}

function byFunction(source: SourceText, claim: LineClaim): LineCheck {
  const { lineBase1 } = claim;
  const result = enclosure(source, claim);
  if (result === 'same') {
    return { grade: 'exact', reason: 'functionEncloses', lineBase1 };
  }
  return { grade: 'likely', reason: result === 'other' ? 'functionDiffers' : 'notVerified', lineBase1 };
}

/** Whether the innermost function around the line is the frame's; `unknown` where either has no name to compare. */
export function enclosure(source: SourceText, claim: LineClaim): Enclosure {
  const name = claim.function;
  if (name === undefined) {
    return 'unknown';
  }
  if (/\.pyw?$/.test(source.path)) {
    return pythonEnclosure(source, claim.lineBase1, name);
  }
  if (isScript(source.path)) {
    return scriptEnclosure(source, claim, name);
  }
  const language = sourceLanguageOf(source.path);
  return language ? scopeEnclosure(source, claim.lineBase1, name, language) : 'unknown';
}

function scopeEnclosure(
  source: SourceText,
  lineBase1: Base1,
  name: string,
  language: SourceLanguage,
): Enclosure {
  const written = language.written(name);
  const scopes = written && source.scopes(language);
  const start = source.startOfLine(lineBase1);
  const line = source.lines[lineBase1 - 1]?.trimEnd() ?? '';
  const first = line.length - line.trimStart().length;
  if (
    !written ||
    scopes === 'unscanned' ||
    scopes === undefined ||
    start === undefined ||
    first === line.length
  ) {
    return 'unknown';
  }
  const owners = ownersOfLine(scopes, start + first, start + line.length);
  const result = compareOwners(owners, written, language);
  if (result === 'other' && owners.isBody && isOfField(written, scopes, source)) {
    return 'same';
  }
  const isAdded = (): boolean =>
    scopes.some(({ kind, start: at }) => kind === 'type' && at >= start && at < start + line.length);
  const isUntold =
    language.isCalledByVariable === true || (language.addsMembers === true && owners.isBody && isAdded());
  return result === 'other' && isUntold ? 'unknown' : result;
}

/** A closure outside of functions that bears the name of what it initialises, which no function of the file has. */
function isOfField(
  { names = [], isField }: WrittenName,
  scopes: readonly CodeScope[],
  source: SourceText,
): boolean {
  const isNamed = (name: string): boolean =>
    source.text.includes(name) && !scopes.some((scope) => scope.kind === 'function' && scope.name === name);
  return isField === true && names.some(isNamed);
}

function pythonEnclosure(source: SourceText, lineBase1: Base1, name: string): Enclosure {
  const found = pythonFunctionAt(source.lines, lineBase1 - 1);
  if (name === '<module>') {
    return found === undefined ? 'same' : 'other';
  }
  if (name.startsWith('<')) {
    return 'unknown';
  }
  return found === name.slice(name.lastIndexOf('.') + 1)
    ? 'same'
    : isClassBody(source, lineBase1, name)
      ? 'same'
      : 'other';
}

/** The code of a class body runs under the class's name. */
function isClassBody(source: SourceText, lineBase1: Base1, name: string): boolean {
  for (let i = lineBase1 - 1; i >= 0; i--) {
    const declared = /^\s*(class|def|async def)\s+([\p{L}_][\p{L}\d_]{0,300})/u.exec(source.lines[i]!);
    if (declared) {
      return declared[1] === 'class' && declared[2] === name;
    }
  }
  return false;
}

/** Whether a path is JavaScript or TypeScript by its extension. */
export function isScript(path: string): boolean {
  return /\.(?:[cm]?[jt]s|[jt]sx)$/i.test(path);
}

function scriptEnclosure(source: SourceText, claim: LineClaim, name: string): Enclosure {
  const line = source.lines[claim.lineBase1 - 1] ?? '';
  const column =
    claim.columnBase1 === undefined ? line.length - line.trimStart().length : claim.columnBase1 - 1;
  if (!startsToken(line, column)) {
    return 'other';
  }
  const found = source.scriptFunctionAt(claim.lineBase1, column);
  return found === 'unscanned' ? 'unknown' : isSameName(name, found);
}

/** Names that engines give to code without one: initialisers, default exports, functions inside others (`outer/<`). */
const UNTOLD =
  /^(?:default|anonymous|static block|<(?:instance_members|static)_initializer>|\?anon_.*)$|\/<$|_default$/;

/** Compares a name as V8 prints it (`Order.load`, `new Order`, `get total`, `async` left out) with a function found by scanning. */
export function isSameName(printed: string, found: ScriptFunction | undefined): Enclosure {
  if (printed.endsWith('.<anonymous>') || printed === 'eval') {
    // `Object.<anonymous>` is the module itself, and any anonymous method of an object.
    return found?.name === undefined && printed === 'Object.<anonymous>' && !found ? 'same' : 'unknown';
  }
  if (UNTOLD.test(printed)) {
    return 'unknown';
  }
  if (printed === 'global') {
    return found ? 'other' : 'same';
  }
  if (!found) {
    return printed.startsWith('new ') ? 'unknown' : 'other';
  }
  if (found.name === printed || found.name === `['${printed}']` || found.name === `["${printed}"]`) {
    return 'same';
  }
  if (printed.startsWith('new ')) {
    const name = lastName(printed.slice(4));
    if (found.name === 'constructor') {
      return same(found.className ?? name, name);
    }
    // Initialisers of fields run as the constructor, too.
    return found.name === name ? 'same' : 'unknown';
  }
  // A function without a name of its own is printed as the property that its receiver holds it in: `Timeout._onTimeout`.
  return found.name === undefined && printed.includes('.') ? 'unknown' : same(found.name, lastName(printed));
}

function same(found: string | undefined, name: string): 'same' | 'other' {
  return found === name ? 'same' : 'other';
}

function lastName(printed: string): string {
  const symbol = printed.lastIndexOf('[');
  if (symbol > 0 && printed.endsWith(']')) {
    return printed.slice(symbol);
  }
  const accessor = /(?:^|\.)(?:get|set|static) (\S+)$/.exec(printed);
  const name = accessor?.[1] ?? printed;
  return name.slice(name.lastIndexOf('.') + 1);
}

/** V8 points at the first character of a token: a column inside a word or in white space is another text's. */
function startsToken(line: string, column: number): boolean {
  const code = line.charCodeAt(column);
  if (Number.isNaN(code) || code <= 0x20) {
    return false;
  }
  return !(isNamePart(code) && column > 0 && isNamePart(line.charCodeAt(column - 1)));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) {
      starts.push(at + 1);
    }
  }
  return starts;
}
