/** A map of at most `capacity` entries; the entry unused for longest goes first and is given to `onEvict`. */
export class Lru<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly capacity: number;
  private readonly onEvict: ((value: V, key: K) => void) | undefined;

  constructor(capacity: number, onEvict?: (value: V, key: K) => void) {
    this.capacity = capacity;
    this.onEvict = onEvict;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    const old = this.entries.get(key);
    this.entries.delete(key);
    if (old !== undefined && old !== value) {
      this.onEvict?.(old, key);
    }
    this.entries.set(key, value);
    if (this.entries.size > this.capacity) {
      const oldest = this.entries.entries().next().value;
      if (oldest) {
        this.entries.delete(oldest[0]);
        this.onEvict?.(oldest[1], oldest[0]);
      }
    }
  }

  delete(key: K): void {
    const value = this.entries.get(key);
    if (this.entries.delete(key) && value !== undefined) {
      this.onEvict?.(value, key);
    }
  }

  clear(): void {
    for (const key of [...this.entries.keys()]) {
      this.delete(key);
    }
  }
}
