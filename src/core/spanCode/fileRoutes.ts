/** What a file's place says about the route that its code answers, in frameworks where folders are routes. */
export interface FileRoute {
  readonly route: string;
  /** Names of the exports that answer; `undefined`: the default export, or any. */
  readonly methods: boolean;
}

const FORMS: readonly {
  readonly pattern: RegExp;
  readonly methods: boolean;
}[] = [
  // Next.js: `app/api/orders/[id]/route.ts`, `app/orders/[id]/page.tsx`.
  { pattern: /(?:^|\/)app\/(.{0,400}?)\/?route\.[jt]sx?$/, methods: true },
  { pattern: /(?:^|\/)app\/(.{0,400}?)\/?page\.[jt]sx?$/, methods: false },
  { pattern: /(?:^|\/)pages\/(.{0,400})\.[jt]sx?$/, methods: false },
  // SvelteKit: `src/routes/orders/[id]/+server.ts`.
  { pattern: /(?:^|\/)routes\/(.{0,400}?)\/?\+server\.[jt]s$/, methods: true },
  { pattern: /(?:^|\/)routes\/(.{0,400}?)\/?\+(?:page|layout)(?:\.server)?\.[jt]s$/, methods: false },
  // Nuxt: `server/api/orders/[id].get.ts`.
  { pattern: /(?:^|\/)server\/((?:api|routes)\/.{0,400})\.[jt]s$/, methods: false },
  // Remix: `app/routes/orders.$id.tsx`.
  { pattern: /(?:^|\/)app\/routes\/([^/]{1,300})\.[jt]sx?$/, methods: false },
];

/** The route of a file; `undefined` for files of no such framework. */
export function fileRoute(path: string): FileRoute | undefined {
  for (const { pattern, methods } of FORMS) {
    const found = pattern.exec(path)?.[1];
    if (found !== undefined) {
      const isFlat = pattern.source.includes('app\\/routes');
      const segments = (isFlat ? found.replaceAll('.', '/') : found)
        .replace(/\.(?:get|post|put|patch|delete)$/, '')
        .replace(/^routes\//, pattern.source.includes('server') ? '' : 'routes/')
        .split('/')
        // `(group)`, `@slot` and `_layout` are no part of the path.
        .filter((segment) => segment !== 'index' && segment !== '_index' && !/^[(@]/.test(segment));
      return { route: `/${segments.join('/')}`, methods };
    }
  }
  return undefined;
}
