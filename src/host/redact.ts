const hidden = '•••';

/** Header and query names whose values are secret whatever they hold. */
const secretPair =
  /\b(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api[-_]?key|token|password|secret)(["']?\s*[:=]\s*["']?)((?:basic|bearer)\s+)?[^\s"',;&]+/gi;
const userInfo = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,256}@/gi;

/** `text` with the given secrets, credentials in addresses and the values of secret headers blanked out. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) {
    clean = clean.replaceAll(secret, hidden);
  }
  return clean.replace(secretPair, `$1$2$3${hidden}`).replace(userInfo, `$1${hidden}@`);
}

/** `ENOSPC`, `SQLITE_FULL`: the code in what a system or SQLite said. */
export function errorCodeIn(message: string): string {
  return /\b(?:E[A-Z]{3,20}|SQLITE_[A-Z_]{2,30}|ERR_[A-Z_]{2,30})\b/.exec(message)?.[0] ?? 'other';
}
