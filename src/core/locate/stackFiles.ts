import type { FileMatch, RootMapping } from './findFile';
import type { PathIndex } from './pathIndex';
import type { RemotePath } from './remotePath';
import { ServiceFiles } from './serviceFiles';

/**
 * The files that the paths of one stack mean. Programs may share the name of a service: what only other stacks tell is not proven,
 * and what this stack's own paths tell goes before it.
 */
export class StackFiles {
  private readonly index: PathIndex;
  private readonly service: ServiceFiles;
  private readonly mappings: readonly RootMapping[];
  private readonly own = new Map<string, RemotePath>();
  private alone: ServiceFiles | undefined;

  /** `own`: the paths of the stack's own code, which the service has learned. */
  constructor(
    index: PathIndex,
    service: ServiceFiles,
    own: readonly RemotePath[],
    mappings: readonly RootMapping[],
  ) {
    this.index = index;
    this.service = service;
    this.mappings = mappings;
    for (const remote of own) {
      this.own.set(remote.path, remote);
    }
  }

  /** Where only other stacks tell the file among several, it is not proven and has `rivals`. */
  find(remote: RemotePath): FileMatch {
    const isOneStack = this.service.isWithin(this.own);
    const match = this.service.find(remote, this.mappings, isOneStack);
    const isOpen = match.kind === 'ambiguous' || (match.kind === 'found' && match.rivals !== undefined);
    if (isOneStack || !isOpen) {
      return match;
    }
    this.alone ??= this.filesAlone();
    const told = this.alone.find(remote, this.mappings, true);
    if (told.kind === 'found' && told.evidence.includes('agreedRoot')) {
      return told;
    }
    return match.kind === 'found' ? { ...match, isProven: false } : match;
  }

  private filesAlone(): ServiceFiles {
    const files = new ServiceFiles(this.index);
    for (const remote of this.own.values()) {
      files.learn(remote);
    }
    return files;
  }
}
