import type { PathMapping } from '../../protocol/analysis';

/** The mappings after one was saved: of two with the same prefix for the same service the newer one stays. */
export function withMapping(mappings: readonly PathMapping[], saved: PathMapping): readonly PathMapping[] {
  return [...mappings.filter(({ service, from }) => service !== saved.service || from !== saved.from), saved];
}
