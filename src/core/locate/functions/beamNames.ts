import type { WrittenName } from './writtenName';

/** Reads `Shop.Order.charge/1` and `anonymous fn/2 in Shop.Order.all/1` of Elixir. */
export function elixirName(printed: string): WrittenName | undefined {
  if (printed.startsWith("'Elixir.")) {
    // Erlang prints modules of Elixir as atoms.
    return elixirName(printed.slice(8).replace("':", '.'));
  }
  const around = printed.lastIndexOf(' in ');
  const name = around === -1 ? printed : printed.slice(around + 4);
  const quoted = /\."-(?:fun\.)?([^"]{1,300}?)(?:\/(\d{1,3}))?-[^"]{0,200}"(?:\/\d{1,3})?$/.exec(
    name.slice(0, 900),
  );
  if (quoted) {
    const arity = quoted[2] === undefined ? {} : { arity: Number(quoted[2]) };
    return { names: [quoted[1]!], ...arity, ...moduleBefore(name.slice(0, quoted.index)) };
  }
  const slash = /\/(\d{1,3})$/.exec(name);
  const path = (slash ? name.slice(0, slash.index) : name).replace(/\(.*$/s, '');
  const dot = path.lastIndexOf('.');
  const own = path.slice(dot + 1).replace(/^MACRO-/, '');
  if (own === '' || own.startsWith('"') || own === '__FILE__' || own === '__MODULE__') {
    return own === '__MODULE__' ? { isBody: true } : undefined;
  }
  const arity = slash && !path.includes('MACRO-') ? { arity: Number(slash[1]) } : {};
  return { names: [own], ...arity, ...moduleBefore(path.slice(0, Math.max(dot, 0))) };
}

function moduleBefore(name: string): { types?: readonly string[] } {
  if (!/^[A-Z][\w.]*$/.test(name)) {
    return {};
  }
  // A module inside another is declared by the last parts of its name.
  const parts = name.split('.').slice(-20);
  return { types: [name, ...parts.map((_, i) => parts.slice(i).join('.'))] };
}

/** Reads `shop_order:'-all/1-fun-0-'/1` of Erlang. */
export function erlangName(printed: string): WrittenName | undefined {
  const own = printed.slice(moduleEnd(printed));
  const inner = /^'-(.{1,300}?)\/(\d{1,3})-/.exec(own.slice(0, 400));
  if (inner) {
    return { names: [inner[1]!], arity: Number(inner[2]) };
  }
  const plain = /^(?:'([^']{1,300})'|([a-z][\w@]{0,300}))(?:\/(\d{1,3}))?$/.exec(own.slice(0, 700));
  const name = plain?.[1] ?? plain?.[2];
  return name === undefined
    ? undefined
    : { names: [name], ...(plain?.[3] === undefined ? {} : { arity: Number(plain[3]) }) };
}

function moduleEnd(printed: string): number {
  return printed.startsWith("'") ? printed.indexOf("':") + 2 : printed.indexOf(':') + 1;
}
