import path from 'node:path';
import { storeFileName } from '../protocol/storeSchema';
import { LocalStore } from './store/localStore';

/** Bounds until settings arrive: 512 MB, of 10^6 bytes as the setting counts them, and 7 days. */
export const defaultBounds = { maxBytes: 512e6, maxAgeMs: 7 * 24 * 3600 * 1000 };

/** The store in a folder, not yet opened. */
export function storeInFolder(folder: string): LocalStore {
  return new LocalStore({ file: path.join(folder, storeFileName), nowMs: Date.now }, defaultBounds);
}
