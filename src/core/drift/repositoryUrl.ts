/**
 * A repository's URL as `host/owner/name`, so that its spellings compare: without scheme, credentials, port and `.git`, the host in
 * lower case; `git@host:owner/name` is the same. `undefined` for what names no host.
 */
export function plainRepositoryUrl(url: string): string | undefined {
  const bare = url.trim().replace(/^(?:git\+)?[a-z][a-z\d+.-]{0,20}:\/\//i, '');
  const hasScheme = bare.length < url.trim().length;
  const slash = bare.indexOf('/');
  const colon = bare.indexOf(':');
  const isScp = !hasScheme && colon > 0 && (slash === -1 || colon < slash);
  const end = isScp ? colon : slash;
  if (end < 1) {
    return undefined;
  }
  const authority = bare.slice(0, end);
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d+$/, '');
  const path = bare
    .slice(end + 1)
    .replace(/[?#].*$/, '')
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return host === '' || path === '' ? undefined : `${host.toLowerCase()}/${path}`;
}
