import type { PrefixFact, RouteFact } from '../../core/spanCode/codeFact';
import { isMounted, PARAMETER, routeSegments, suffixAt } from '../../core/spanCode/routePath';
import type { SpanQuestion } from '../../core/spanCode/spanQuestion';
import type { FactOf } from './codeIndex';
import { withoutExtension } from './spanCodeFiles';

/** Registrations with the longest end of the route; `isWhole` where what stands before it was found as mounts. */
export function registrationsOf(
  facts: readonly FactOf<'route'>[],
  prefixes: readonly FactOf<'prefix'>[],
  route: NonNullable<SpanQuestion['route']>,
): { readonly facts: readonly FactOf<'route'>[]; readonly isWhole: boolean } {
  const mounts = prefixes.map(({ fact }) => routeSegments(fact.path));
  const fitting = facts.flatMap(({ file, fact }) => {
    const own = routeSegments(fact.path);
    const before = answersMethod(fact, route.method) ? suffixAt(route.segments, own) : undefined;
    return before === undefined ? [] : [{ file, fact, own, before }];
  });
  const whole = fitting.filter(({ before }) => isMounted(route.segments.slice(0, before), mounts));
  const hasName = fitting.filter(({ own }) => own.some((segment) => segment !== PARAMETER));
  const pool = whole.length > 0 ? whole : hasName;
  const longest = Math.max(0, ...pool.map(({ own }) => own.length));
  const best = pool.filter(({ own }) => own.length === longest);
  const sameMethod = best.filter(({ fact }) => fact.method !== undefined);
  const chosen = sameMethod.length > 0 ? sameMethod : best;
  const mounted = chosen.filter(
    ({ file, before, fact }) =>
      before === 0 || isMountedThere(file, fact, route.segments.slice(0, before), prefixes),
  );
  return {
    facts: mounted.length > 0 ? mounted : chosen,
    isWhole: whole.length > 0 && (mounted.length > 0 || chosen.every(({ before }) => before === 0)),
  };
}

function answersMethod({ method }: RouteFact, asked: string | undefined): boolean {
  return (
    method === undefined || asked === undefined || method === asked || (asked === 'HEAD' && method === 'GET')
  );
}

/** Whether one of the mounts at the end of a prefix leads to a file. */
function isMountedThere(
  local: string,
  { handler }: RouteFact,
  prefix: readonly string[],
  prefixes: readonly FactOf<'prefix'>[],
): boolean {
  const own = withoutExtension(local).toLowerCase();
  return prefixes.some(({ file, fact }) => {
    const segments = routeSegments(fact.path);
    if (suffixAt(prefix, segments) === undefined || segments.length === 0) {
      return false;
    }
    return (
      file === local ||
      targetLeadsTo(fact, own) ||
      (handler?.owner !== undefined && fact.target === handler.owner)
    );
  });
}

function targetLeadsTo({ target }: PrefixFact, own: string): boolean {
  const parts = (target ?? '')
    .toLowerCase()
    .split(/[./\\]/)
    .filter((part) => part !== '');
  return parts.some((part) => {
    const bare = part.replace(/(?:router|routes|controller|blueprint|_bp|bp|api)$/, '').replaceAll('_', '');
    const file = own.slice(own.lastIndexOf('/') + 1).replaceAll(/[_.-]/g, '');
    const folder = own.split('/').at(-2) ?? '';
    return bare.length > 1 && (file.startsWith(bare) || folder === bare);
  });
}
