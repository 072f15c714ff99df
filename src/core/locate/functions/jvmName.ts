import type { WrittenName } from './writtenName';

/** What a JVM language's compiler makes of names. */
export type JvmLanguage = 'java' | 'kotlin' | 'scala' | 'groovy';

/** Reads `com.acme.Order$Inner.lambda$total$0`; `undefined` where the compiler made the method up. */
export function jvmName(printed: string, language: JvmLanguage): WrittenName | undefined {
  const dot = printed.lastIndexOf('.');
  const className = printed.slice(0, Math.max(dot, 0));
  const simple = className.slice(className.lastIndexOf('.') + 1).replace(/\/0x[\da-f]{1,16}$/, '');
  const method = printed.slice(dot + 1);
  switch (language) {
    case 'java':
      return javaName(simple.split('$'), method);
    case 'kotlin':
      return kotlinName(simple, method);
    case 'scala':
      return scalaName(simple, method);
    case 'groovy':
      return groovyName(simple, method);
  }
}

/** Type of a class's last part; anonymous and local ones are numbered. */
function typeOf(parts: readonly string[]): { types?: readonly string[] } {
  const last = (parts.at(-1) ?? '').replace(/^\d+/, '');
  return last === '' ? {} : { types: [last] };
}

function javaName(parts: readonly string[], method: string): WrittenName | undefined {
  const type = typeOf(parts);
  if (method === '<init>') {
    return { names: type.types ?? [], ...type, isBody: true };
  }
  if (method === '<clinit>') {
    return { ...type, isBody: true };
  }
  const lambda = /^lambda\$(.+)\$[\da-f]{1,20}$/.exec(method.slice(0, 600))?.[1];
  if (lambda !== undefined) {
    return lambda === 'null'
      ? undefined
      : javaName(parts, lambda === 'new' ? '<init>' : lambda === 'static' ? '<clinit>' : lambda);
  }
  return method.includes('$') ? undefined : { names: [method], ...type };
}

const KOTLIN_CALLS = new Set([
  'invoke',
  'invokeSuspend',
  'create',
  'emit',
  'run',
  'call',
  'apply',
  'accept',
  'get',
  'compare',
]);

function kotlinName(simple: string, method: string): WrittenName | undefined {
  if (simple.includes('$$inlined') || simple.includes('WhenMappings') || method.startsWith('access$')) {
    return undefined;
  }
  const parts = simple.split('$').filter((part) => part !== '' && part !== 'DefaultImpls');
  if (KOTLIN_CALLS.has(method) && parts.length > 1 && /^\d+$/.test(parts.at(-1)!)) {
    // A lambda's class is named after the function around it.
    const around = parts.slice(1).filter((part) => !/^\d+$/.test(part) && part !== 'lambda');
    const name = around.at(-1);
    // `object : Runnable { override fun run()` has a function of that name, too.
    return name === undefined ? { isBody: true, names: [method] } : { names: [name, method], isBody: false };
  }
  const type = typeOf(parts);
  // A file's own functions are in a class that no source declares.
  const owner = (parts.at(-1) ?? '').endsWith('Kt') && parts.length === 1 ? {} : type;
  if (method === '<init>') {
    return { names: [...(type.types ?? []), 'constructor'], ...type, isBody: true };
  }
  if (method === '<clinit>') {
    return { isBody: true };
  }
  const plain = kotlinMethod(method);
  if (plain === undefined) {
    return undefined;
  }
  if (plain.endsWith('_delegate')) {
    return { names: [plain.slice(0, -9)], ...owner, isField: true };
  }
  const accessor = /^(get|set|is)[A-Z]/.exec(plain)?.[1];
  return {
    names: accessor === undefined ? [plain] : [plain, accessor === 'is' ? 'get' : accessor],
    ...(plain === method ? owner : {}),
  };
}

/** Without `$default`, the hash of a value class and the numbers of lambdas. */
function kotlinMethod(method: string): string | undefined {
  const lambda = /^(?:lambda\$)?(.{1,300}?)(?:\$lambda[$-].{0,200}|\$\d{1,9})$/.exec(method.slice(0, 600));
  const inner = method.startsWith('lambda$') && !lambda ? method.slice(7) : (lambda?.[1] ?? method);
  const bare = inner
    .replace(/\$default$/, '')
    .replace(/-(?:impl|[\w-]{7})$/, '')
    .replace(/\$suspendImpl$/, '');
  if (bare === '_init_' || bare === 'new') {
    return 'constructor';
  }
  // `total$inner` is `inner`, local to `total`.
  const last = bare.slice(bare.lastIndexOf('$') + 1);
  return last === '' || /^\d+$/.test(last) ? undefined : last;
}

const OPERATORS: Readonly<Record<string, string>> = {
  $plus: '+',
  $minus: '-',
  $times: '*',
  $div: '/',
  $bslash: '\\',
  $colon: ':',
  $eq: '=',
  $less: '<',
  $greater: '>',
  $bang: '!',
  $hash: '#',
  $percent: '%',
  $up: '^',
  $amp: '&',
  $bar: '|',
  $tilde: '~',
  $qmark: '?',
  $at: '@',
};

function scalaName(simple: string, method: string): WrittenName | undefined {
  if (/\$\$anonfun\$\d/.test(simple.slice(0, 600))) {
    return undefined;
  }
  const old = /\$\$anonfun\$(\w{1,300}?)\$\d/.exec(simple.slice(0, 600));
  if (old) {
    return { names: [decoded(old[1]!)] };
  }
  const parts = simple.split('$').filter((part) => part !== '');
  const type = parts.includes('anon') ? {} : typeOf(parts);
  if (
    method === '<init>' ||
    method === '<clinit>' ||
    method === '$init$' ||
    method.startsWith('delayedEndpoint$')
  ) {
    return { ...type, names: ['this'], isBody: true };
  }
  const closure = /^\$anonfun\$(.{1,300}?)\$\d{1,9}(?:\$adapted)?$/.exec(method.slice(0, 400));
  const name = closure?.[1] ?? method.replace(/\$(?:\d{1,9}|lzycompute|adapted|extension)?$/, '');
  if (name === 'new') {
    return { ...type, isBody: true };
  }
  const plain = decoded(name);
  if (plain === '' || plain.includes('$')) {
    return undefined;
  }
  return { names: [plain], ...type, isField: true };
}

function decoded(name: string): string {
  return name.includes('$') ? name.replaceAll(/\$[a-z]{2,7}/g, (code) => OPERATORS[code] ?? code) : name;
}

function groovyName(simple: string, method: string): WrittenName | undefined {
  const closure = /_(\w{1,300}?)_closure\d/.exec(simple.slice(0, 600))?.[1];
  if (closure !== undefined) {
    return closure === 'run' ? { names: ['run'], isBody: true } : { names: [closure] };
  }
  const named = javaName(simple.split('$'), method);
  // The statements of a script are its method `run`.
  return method === 'run' && named ? { names: ['run'], isBody: true } : named;
}

/** Reads `acme.order_service$charge_BANG_.invokeStatic`, a function of Clojure. */
export function clojureName(printed: string): WrittenName | undefined {
  const dot = printed.lastIndexOf('.');
  const [, name = ''] = printed.slice(printed.lastIndexOf('.', dot - 1) + 1, dot).split('$');
  if (name === '' || /^(?:eval|fn__)\d/.test(name)) {
    return undefined;
  }
  return {
    names: [
      name.replaceAll(/_([A-Z]{2,12})_/g, (all, word: string) => MUNGED[word] ?? all).replaceAll('_', '-'),
    ],
  };
}

const MUNGED: Readonly<Record<string, string>> = {
  BANG: '!',
  QMARK: '?',
  STAR: '*',
  PLUS: '+',
  GT: '>',
  LT: '<',
  EQ: '=',
  SLASH: '/',
  SINGLEQUOTE: "'",
  AMPERSAND: '&',
  PERCENT: '%',
  SHARP: '#',
  BAR: '|',
  COLON: ':',
};
