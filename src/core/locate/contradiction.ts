import { sourceLanguageOf } from './functions/sourceLanguage';
import { enclosure, isScript, type LineClaim, type SourceText } from './verifyLine';

/**
 * Whether what a frame says of its code speaks against a file that bears its file's name and no more: the file does not have the function, and not
 * the source line at that line; or, where the function has no name to compare, nowhere the source line. `false` where there is nothing to compare.
 */
export function isContradicted(source: SourceText, claim: LineClaim): boolean {
  const printed = /[\p{L}\d]/u.test(claim.sourceText ?? '') ? claim.sourceText : undefined;
  if (printed !== undefined && source.lines[claim.lineBase1 - 1]?.trim() === printed) {
    return false;
  }
  switch (hasFunction(source, claim)) {
    case true:
      return false;
    case false:
      return true;
    case undefined:
      return printed !== undefined && !source.lines.some((line) => line.trim() === printed);
  }
}

/** Whether a function is called as one of any program is: it tells no file of that name from another. */
export function isOfAnyProgram(printed: string | undefined): boolean {
  return /(?:^|[.:>])(?:main|<module>|<main>|\{main\})$/.test((printed ?? '').slice(-40));
}

/** Whether the frame's function is anywhere in the file; `undefined` where it has no name that a source would have. */
function hasFunction(source: SourceText, claim: LineClaim): boolean | undefined {
  const names = claim.function === undefined ? undefined : namesInSource(source.path, claim.function);
  const around = names === undefined ? 'unknown' : enclosure(source, claim);
  if (names === undefined || around !== 'other') {
    return around === 'same' ? true : undefined;
  }
  return isPython(source.path)
    ? source.lines.some((line) => declaredInPython(line) === names[0])
    : names.some((name) => mentions(source.text, name));
}

/** What a source calls a function that a runtime printed, one of them; `undefined` for code without a name. */
function namesInSource(path: string, printed: string): readonly string[] | undefined {
  if (isPython(path)) {
    const name = printed.slice(printed.lastIndexOf('.') + 1);
    return isName(name) ? [name] : undefined;
  }
  if (isScript(path)) {
    const name = /[\p{L}\p{N}_$]+$/u.exec(printed.slice(-200))?.[0] ?? '';
    return isName(name) && !NAMELESS.has(name) ? [name] : undefined;
  }
  const written = sourceLanguageOf(path)?.written(printed);
  // Code outside of functions has a name that stands nowhere.
  return written?.isBody === true ? undefined : written?.names;
}

function isPython(path: string): boolean {
  return /\.pyw?$/.test(path);
}

/** What engines print for code without a name. */
const NAMELESS = new Set(['anonymous', 'default', 'eval', 'global', 'module']);

function isName(text: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(text);
}

/** The function or class that a line of Python declares. */
function declaredInPython(line: string): string | undefined {
  return /^\s*(?:async\s+def|def|class)\s+([\p{L}_][\p{L}\p{N}_]{0,300})/u.exec(line)?.[1];
}

/** Whether a name stands in a text as a word of its own; linear. */
function mentions(text: string, name: string): boolean {
  const isPart = (at: number): boolean => /[\p{L}\p{N}_$]/u.test(text.charAt(at));
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    if (!isPart(at - 1) && !isPart(at + name.length)) {
      return true;
    }
  }
  return name === '';
}
