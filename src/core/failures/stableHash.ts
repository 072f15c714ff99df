/** 16 hex digits that stay the same over restarts and versions: two 32-bit FNV-1a hashes over UTF-16 units. Not for secrets. */
export function stableHash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    // Another odd multiplier and the position, so that the halves do not collide on the same texts.
    high = Math.imul(high ^ (unit + i), 0x85ebca6b);
    high ^= high >>> 13;
  }
  return hex(high) + hex(low);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
