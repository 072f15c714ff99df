import { lastPart, type WrittenName } from './writtenName';

/** Reads ``Acme.Shop.Order`1[T].<LoadAsync>d__2.MoveNext``; `undefined` where the compiler made the method up. */
export function dotnetName(printed: string): WrittenName | undefined {
  const name =
    printed.endsWith('MoveNext') && printed.includes('()+')
      ? printed.slice(0, printed.indexOf('()+'))
      : printed;
  // `b__0` and `d__2` belong to the method between the angle brackets, the innermost ones where they nest.
  const made = /<([^<>]{0,300})>([a-z])__([\w$]{0,200})?(?:\|[\d_]{1,20})?/.exec(name.slice(0, 4000));
  if (made) {
    return madeName(name, made[1]!, made[2]!, made[3] ?? '');
  }
  if (name.includes('<>m__') || name.includes('<>c')) {
    return undefined;
  }
  const isConstructor = name.endsWith('.ctor') || name.endsWith('.cctor');
  const { before, last } = isConstructor
    ? { before: name.slice(0, name.lastIndexOf('..')), last: name.slice(name.lastIndexOf('.')) }
    : lastPart(name, '.');
  const type = simpleType(before);
  const types = type === '' ? {} : { types: [type] };
  if (isConstructor) {
    return last === '.cctor' ? { ...types, isBody: true } : { names: [type], ...types, isBody: true };
  }
  if (last.startsWith('<Main>$')) {
    return { isBody: true };
  }
  if (last.startsWith('op_')) {
    return { names: ['operator'], ...types };
  }
  const method = withoutTypeArguments(last);
  // A member of an interface is named by the interface, too; its type is not the last part then.
  const isExplicit = /[>\]]\.[^.]*$/.test(name) || /\.I[A-Z]\w*$/.test(before);
  return { names: [method], ...(isExplicit ? {} : types) };
}

/** `<M>b__0` a lambda, `<M>g__Local` a local function, `<M>d__1` and `<M>c__Iterator0` a state machine, `<M>m__0` Mono's lambda. */
function madeName(name: string, method: string, kind: string, local: string): WrittenName | undefined {
  if (kind === 'g') {
    return { names: [local.replace(/\|.*$/, '')] };
  }
  const outer = method === '' ? /<([^<>]{1,300})>[a-z]__/.exec(name.slice(0, 4000))?.[1] : method;
  if (outer === undefined || outer === '') {
    return undefined;
  }
  if (outer === 'Main' && name.includes('<Main>$')) {
    return { isBody: true };
  }
  const plain = outer.slice(outer.lastIndexOf('.') + 1);
  return plain === 'ctor' || plain === 'cctor' ? { isBody: true } : { names: [plain], isField: true };
}

/** `Order` of ``Acme.Shop.Order`1[T]`` or `Acme.Program+Inner`. */
function simpleType(className: string): string {
  const { last } = lastPart(withoutTypeArguments(className), '.');
  return last.slice(last.lastIndexOf('+') + 1).replace(/`\d{1,3}$/, '');
}

function withoutTypeArguments(text: string): string {
  const open = text.search(/[[<]/);
  return (open < 1 ? text : text.slice(0, open)).replace(/`\d{1,3}$/, '');
}

/** Reads `Acme.Shop.Orders.charge@12.Invoke`, a function of F#. */
export function fsharpName(printed: string): WrittenName | undefined {
  const parts = printed.split(/[.+]/).filter((part) => part !== '');
  const closure = parts.find((part) => part.includes('@'));
  const name =
    closure === undefined ? withoutTypeArguments(parts.at(-1) ?? '') : closure.slice(0, closure.indexOf('@'));
  if (name === 'ctor' || name === 'cctor' || name === '') {
    return undefined;
  }
  if (closure !== undefined) {
    return { names: [name] };
  }
  const type = withoutTypeArguments(parts.at(-2) ?? '').replace(/Module$/, '');
  return {
    names: [name.replace(/^[gs]et_/, ''), name],
    ...(type === '' ? {} : { types: [type, `${type}Module`] }),
  };
}
