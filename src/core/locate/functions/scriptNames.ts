import type { WrittenName } from './writtenName';

/** Reads `App\Service\OrderService->charge` of PHP, or with dots as its OpenTelemetry SDK writes it. */
export function phpName(printed: string): WrittenName | undefined {
  const name = printed.replace(/\(\)$/, '');
  if (name === '{main}') {
    return { isBody: true };
  }
  // PHP 8.4 names a closure by the function around it: `{closure:App\Orders::all():6}`.
  const around = /^(?:.*[\\.:>])?\{closure:(.{1,600}?)(?:\(\))?:\d{1,9}\}$/.exec(name.slice(0, 1200))?.[1];
  if (around !== undefined) {
    return { ...(around.includes('/') && around.includes('.php') ? {} : phpName(around)), isClosure: true };
  }
  const separator = Math.max(
    name.lastIndexOf('->') + 1,
    name.lastIndexOf('::') + 1,
    name.lastIndexOf('\\'),
    name.lastIndexOf('.'),
  );
  const own = name.slice(separator + 1).replace(/^[:>]/, '');
  if (own === '{closure}') {
    return { isClosure: true };
  }
  if (!/^\w{1,200}$/.test(own.replaceAll(/[^\0-\x7f]/g, 'x'))) {
    return undefined;
  }
  const owner = name.slice(0, Math.max(separator - 1, 0)).replace(/[->:]+$/, '');
  const isMethod = /->|::/.test(name);
  const type = owner.slice(Math.max(owner.lastIndexOf('\\'), owner.lastIndexOf('.')) + 1);
  // With dots, a namespace looks like a class.
  return { names: [own], ...(isMethod && !owner.includes('@anonymous') ? { types: [type] } : {}) };
}

/** Reads `block (2 levels) in Shop::Order#charge`, `<class:Order>` or `rescue in wrap` of Ruby. */
export function rubyName(printed: string): WrittenName | undefined {
  const name = printed.replace(
    /^(?:(?:block|rescue|ensure|singleton class)(?: \(\d{1,9} levels\))? in ){1,20}/,
    '',
  );
  if (name === '<main>' || name === '<top (required)>') {
    return { isBody: true };
  }
  const body = /^<(?:class|module):(.{1,200})>$/.exec(name);
  if (body) {
    return { types: [body[1]!], isBody: true };
  }
  if (name.startsWith('<') && name !== '<' && !/^<[=<]/.test(name)) {
    return undefined;
  }
  const hash = name.lastIndexOf('#');
  const dot = name.lastIndexOf('.');
  const at = hash === -1 ? dot : hash;
  const own = name.slice(at + 1);
  const owner = at === -1 ? '' : name.slice(0, at);
  const type = owner.slice(owner.lastIndexOf(':') + 1);
  return own === '' ? undefined : { names: [own], ...(/^[A-Z]\w*$/.test(type) ? { types: [type] } : {}) };
}

/** Reads `Shop::Order::charge` of Perl. */
export function perlName(printed: string): WrittenName | undefined {
  const at = printed.lastIndexOf('::');
  const own = printed.slice(at === -1 ? 0 : at + 2);
  const owner = at === -1 ? 'main' : printed.slice(0, at);
  const types = owner === 'main' ? {} : { types: [owner] };
  if (own === '__ANON__') {
    return { ...types, isClosure: true };
  }
  return /^\w{1,300}$/.test(own) ? { names: [own], ...types } : undefined;
}

/** Reads `order.charge` or `cart:total` of Lua. A local name may be another than the declared one. */
export function luaName(printed: string): WrittenName | undefined {
  const own = /([\p{L}_][\p{L}\d_]{0,200})$/u.exec(printed.slice(-200))?.[1];
  return own === undefined || own === 'chunk' ? undefined : { names: [own] };
}
