/** Any segment that stands for a value: `:id`, `{id}`, `<int:id>`, `[id]`, `(?P<id>\d+)`, `*path`. */
export const PARAMETER = '{}';

/** Longest route that is read, in segments. */
const MAX_SEGMENTS = 40;

/**
 * The segments of a route or URL path in one spelling, so that routes of all frameworks compare: without scheme, host, query and
 * outer slashes, every parameter as {@link PARAMETER}. Case is kept: paths tell it apart.
 */
export function routeSegments(route: string): readonly string[] {
  const path = route.slice(0, 2000).replace(/^[a-z][a-z+.-]{0,20}:\/\/[^/]{0,300}/i, '');
  const segments = splitPath(path.replace(/\(\.:format\)$/, '').replace(/\[\/?\]$/, ''));
  return (
    segments
      .slice(0, MAX_SEGMENTS)
      // An anchored pattern, as Django's, begins with `^` and ends with `$`, also behind the prefix of another one.
      .map((segment) => segment.replace(/^\^/, '').replace(/\$$/, ''))
      .filter((segment) => segment !== '')
      .map(segmentOf)
  );
}

/** Splits at slashes outside of brackets: a parameter may hold a pattern with one. The query ends the path. */
function splitPath(path: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= path.length; at++) {
    const char = path.charAt(at);
    if (char === '(' || char === '{' || char === '[' || char === '<') {
      depth++;
    } else if (char === ')' || char === '}' || char === ']' || char === '>') {
      depth = Math.max(0, depth - 1);
    } else if (at === path.length || (depth === 0 && (char === '/' || isQuery(path, at)))) {
      if (at > from) {
        segments.push(path.slice(from, at));
      }
      from = at + 1;
      if (char === '?') {
        return segments;
      }
    }
  }
  return segments;
}

/** `?` after a parameter makes it optional; elsewhere a query begins. */
function isQuery(path: string, at: number): boolean {
  return path.charAt(at) === '?' && at + 1 < path.length && !'/})]'.includes(path.charAt(at + 1));
}

function segmentOf(segment: string): string {
  const isParameter =
    /^[:*]/.test(segment) ||
    /[{<[(]/.test(segment) ||
    segment === '*' ||
    segment === '**' ||
    /^\$[a-z]/i.test(segment) ||
    segment.includes('\\d') ||
    segment.includes('\\w');
  return isParameter ? PARAMETER : segment;
}

/** Whether `own` is the end of `route`: the number of segments that stand before it, or `undefined`. */
export function suffixAt(route: readonly string[], own: readonly string[]): number | undefined {
  const before = route.length - own.length;
  return before >= 0 && own.every((segment, i) => segment === route[before + i]) ? before : undefined;
}

/** Whether `prefix` is made of mounts alone, each found as a literal; linear in mounts times segments. */
export function isMounted(prefix: readonly string[], mounts: readonly (readonly string[])[]): boolean {
  const reached = new Set([0]);
  for (let at = 0; at < prefix.length; at++) {
    if (!reached.has(at)) {
      continue;
    }
    for (const mount of mounts) {
      if (mount.length > 0 && mount.every((segment, i) => segment === prefix[at + i])) {
        reached.add(at + mount.length);
      }
    }
  }
  return reached.has(prefix.length);
}

/** Whether the path of a URL fits a route. */
export function fitsRoute(path: readonly string[], route: readonly string[]): boolean {
  return (
    path.length === route.length && route.every((segment, i) => segment === path[i] || segment === PARAMETER)
  );
}
