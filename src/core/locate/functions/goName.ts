import type { WrittenName } from './writtenName';

/** Reads `github.com/acme/shop/store.(*Repo[...]).Get.func1`; `undefined` where the compiler made the function up. */
export function goName(printed: string): WrittenName | undefined {
  const arguments_ = printed.search(/[[(]/);
  const slash = printed.lastIndexOf('/', arguments_ === -1 ? printed.length : arguments_);
  const dot = printed.indexOf('.', slash + 1);
  if (dot === -1) {
    return undefined;
  }
  const receiver = /^\(?\*?([\p{L}_][\p{L}\d_]{0,200})(?:\[.*?\])?\)/u.exec(
    printed.slice(dot + 1, dot + 4000),
  );
  const isReceiver = receiver !== null && printed.startsWith('(', dot + 1);
  const rest = isReceiver ? printed.slice(dot + 1 + receiver[0].length + 1) : printed.slice(dot + 1);
  const parts = withoutTypes(rest)
    .replaceAll(/-(?:fm|range\d{1,9}|wrapper)/g, '')
    .split('.');
  const isPackageLevel = parts[0] === 'glob' || parts[0] === 'init';
  const named = parts.filter((part) => !isClosurePart(part));
  const isClosure = parts.some((part) => /^func\d/.test(part));
  const name = named.at(-1);
  if (name === undefined || name === 'glob' || name === '') {
    return isClosure && isPackageLevel ? { isClosure, isBody: true } : undefined;
  }
  if (name === 'init' && !isClosure) {
    return { names: ['init'], isBody: true };
  }
  const types = isReceiver
    ? { types: [receiver[1]!] }
    : named.length > 1 && !isClosure
      ? { types: [named.at(-2)!] }
      : {};
  return { names: [name], ...types, isClosure, ...(isPackageLevel ? { isBody: true } : {}) };
}

/** `func1`, `2`, `gowrap1`, `deferwrap1` */
function isClosurePart(part: string): boolean {
  return /^(?:func|gowrap|deferwrap)?\d{1,9}$/.test(part) || part === '';
}

function withoutTypes(text: string): string {
  const open = text.indexOf('[');
  const close = text.lastIndexOf(']');
  return open === -1 || close < open ? text : text.slice(0, open) + text.slice(close + 1);
}
