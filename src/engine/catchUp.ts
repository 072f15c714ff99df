import { LocalStore } from './store/localStore';

/** Indexes what a receiver that died left behind; does nothing while another process writes the store. */
export function catchUp(file: string): void {
  const unbounded = { maxBytes: Infinity, maxAgeMs: Infinity };
  const store = new LocalStore({ file, isNamed: true, nowMs: Date.now }, unbounded);
  store.acquire();
  store.close();
}
