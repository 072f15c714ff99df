import { lastPart, type WrittenName } from './writtenName';

/** Reads `<shop::order::Order as shop::Charge>::charge::{{closure}}::h0123456789abcdef` of Rust. */
export function rustName(printed: string): WrittenName | undefined {
  let path = printed.replace(/::h[\da-f]{16}$/, '');
  for (;;) {
    const { before, last } = lastPart(path, '::');
    const isMade = /^(?:\{\{?(?:closure|async|coroutine|inline|constant|impl|shim)[^}]*\}?\}|<.*>)$/.test(
      last,
    );
    if (!isMade || before === '') {
      break;
    }
    path = before;
  }
  const { before, last } = lastPart(path, '::');
  const name = /^[\p{L}_][\p{L}\d_]{0,200}/u.exec(last)?.[0];
  if (name === undefined) {
    return undefined;
  }
  const types = rustTypes(before);
  return { names: [name], ...(types.length === 0 ? {} : { types }) };
}

/** The type, and the trait that may hold the function's default form. */
function rustTypes(path: string): string[] {
  const impl = /^<(.*)>$/.exec(path.slice(0, 4000))?.[1];
  const parts = impl === undefined ? [lastPart(path, '::').last] : impl.split(' as ');
  return parts
    .map((part) => lastPart(/^[^<]*/.exec(part.replace(/^[&*](?:mut |const )?|^dyn /, ''))![0], '::').last)
    .filter((part) => /^[A-Z]/.test(part));
}

/** Reads `shop::Cart::total(std::string const&)::{lambda(int)#1}::operator()(int) const` of C++. */
export function cppName(printed: string): WrittenName | undefined {
  const lambda = lambdaStart(printed);
  const path = lambda === -1 ? printed : printed.slice(0, lambda);
  const name = path
    .replace(/ (?:const|volatile|&|&&|\[clone .*\])+$/, '')
    .replace(/\(anonymous namespace\)::/g, '')
    .replace(/ const$/, '');
  const call = withoutArguments(name);
  if (call === 'operator()' || call === '') {
    return undefined;
  }
  const { before, last } = lastPart(call, '::');
  const own = last.startsWith('operator') ? last.replaceAll(' ', '') : bare(last);
  const type = before === '' ? '' : bare(lastPart(before, '::').last);
  if (own === '') {
    return undefined;
  }
  const types = /^[\p{L}_]/u.test(type) ? { types: [type] } : {};
  return { names: [own], ...types, ...(lambda === -1 ? {} : { isField: true }) };
}

/** Where the first lambda begins that is no argument of a template: `::{lambda(int)#1}`, `::$_0`. */
function lambdaStart(printed: string): number {
  let depth = 0;
  for (let at = 0; at < printed.length; at++) {
    const char = printed.charAt(at);
    if (depth === 0 && char === ':' && /^::(?:\{lambda|\$_\d|'lambda)/.test(printed.slice(at, at + 10))) {
      return at;
    }
    depth += char === '<' || char === '(' ? 1 : char === '>' || char === ')' ? -1 : 0;
  }
  return -1;
}

/** Without the last parentheses, which balance. */
function withoutArguments(text: string): string {
  if (!text.endsWith(')') || text.endsWith('operator()')) {
    return text;
  }
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const char = text.charAt(at);
    depth += char === ')' ? 1 : char === '(' ? -1 : 0;
    if (depth === 0) {
      return text.slice(0, at);
    }
  }
  return text;
}

/** Without template arguments and what a demangler writes before a name: `int shop::f<int>`. */
function bare(name: string): string {
  const open = name.indexOf('<');
  const plain = open === -1 ? name : name.slice(0, open);
  return plain.slice(plain.lastIndexOf(' ') + 1);
}

/** Reads `closure #1 in static Order.charge(_:)` and `Cart.total.getter` of Swift. */
export function swiftName(printed: string): WrittenName | undefined {
  const inner = printed.slice(printed.lastIndexOf(' in ') === -1 ? 0 : printed.lastIndexOf(' in ') + 4);
  const path = inner.replace(
    /^(?:(?:static|class|specialized|merged|@objc|generic|protocol|witness|partial|apply|for|of) ){1,8}/,
    '',
  );
  const open = path.indexOf('(');
  const call = (open === -1 ? path : path.slice(0, open)).replace(/<.*>$/, '');
  const accessor = /\.(?:getter|setter|modify|read|unsafeAddressor|willset|didset)$/.exec(call);
  const parts = (accessor ? call.slice(0, accessor.index) : call).split('.').filter((part) => part !== '');
  const name = parts.at(-1);
  if (name === undefined || !/^\S+$/.test(name)) {
    return undefined;
  }
  const plain = name.startsWith('__allocating_init') ? 'init' : name;
  return { names: [plain], ...(parts.length > 1 ? { types: [parts.at(-2)!] } : {}) };
}

/** Reads `Order.total.<anonymous closure>` and `new Cart.empty` of Dart. */
export function dartName(printed: string): WrittenName | undefined {
  const isNew = printed.startsWith('new ');
  const path = (isNew ? printed.slice(4) : printed)
    .replaceAll(/\.<(?:anonymous closure|fn|async)[^>]{0,40}>/g, '')
    .replace(/<.*>/, '');
  const parts = path.split(/[.|]/).filter((part) => part !== '');
  const name = parts.at(-1)?.replace(/^(?:get|set):/, '');
  if (name === undefined || name.startsWith('<')) {
    return undefined;
  }
  if (isNew) {
    return { names: [name], types: [parts[0]!], isBody: true };
  }
  return { names: [name], ...(parts.length > 1 ? { types: parts.slice(0, -1) } : {}) };
}
