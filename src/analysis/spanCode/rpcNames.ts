import type { Family } from '../../core/spanCode/dialect';
import { isSameMethod } from '../../core/spanCode/rpcRules';

/** What languages call the function of a method of remote procedures: `GetAds`, `getAds` and `get_ads`, also with `Async`. */
export function methodNames(method: string, family: Family | undefined): readonly string[] {
  const capital = method.charAt(0).toUpperCase() + method.slice(1);
  const lower = method.charAt(0).toLowerCase() + method.slice(1);
  const snake = lower.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const written: Partial<Record<Family, readonly string[]>> = {
    go: [capital],
    dotnet: [capital, `${capital}Async`],
    python: [method],
    rust: [snake],
    ruby: [snake],
    jvm: [lower, method],
  };
  const all = [method, capital, lower, snake, `${capital}Async`];
  return [...new Set((family && written[family]) ?? all)].filter((name) => isSameMethod(name, method));
}

/** Whether two names are of one service, with or without `Service` and the like at their ends. */
export function isSameService(a: string, b: string): boolean {
  return plainService(a) === plainService(b);
}

function plainService(name: string): string {
  return name.replace(/(?:Service|Servicer|Server)$/, '').toLowerCase() || name.toLowerCase();
}

/** Whether two names are equal but for case. */
export function sameName(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
