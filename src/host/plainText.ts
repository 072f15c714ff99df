/** Invisible and direction-changing characters, which can make a row read as something else. */
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Text of a trace as one line of at most `maxLength` characters, without control and direction marks. */
export function oneLine(text: string, maxLength = 300): string {
  // Cut first: a 10 MB attribute must not be scanned to its end.
  const clean = text
    .slice(0, 2 * maxLength)
    .replace(invisible, ' ')
    .replace(/\s{2,}/g, ' ')
    .trim();
  return clean.length > maxLength || text.length > 2 * maxLength
    ? `${clean.slice(0, maxLength - 1)}…`
    : clean;
}

/** {@link oneLine} for quick picks and status messages, where `$(name)` would become an icon. */
export function withoutIcons(text: string): string {
  return oneLine(text).replaceAll('$(', '\\$(');
}

/** {@link oneLine} for notifications, where `[text](command:…)` would become a link. */
export function withoutLinks(text: string): string {
  return oneLine(text).replaceAll('](', '] (');
}
