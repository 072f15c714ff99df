import * as vscode from 'vscode';

/** A name of a commit in one of the workspace's repositories. */
export interface GitRef {
  readonly kind: 'tag' | 'branch';
  readonly name: string;
  /** Full commit id, where git tells it. */
  readonly commit?: string;
}

/** Parts of the API of VS Code's own git extension that are used here: https://github.com/microsoft/vscode/blob/main/extensions/git/src/api/git.d.ts */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): {
    readonly repositories: readonly {
      getRefs(query: {
        readonly sort?: 'committerdate';
      }): Promise<readonly { readonly type: number; readonly name?: string; readonly commit?: string }[]>;
    }[];
  };
}

/** Numbers of kinds of refs in that API. */
const RefType = { head: 0, tag: 2 } as const;
const mostRefs = 500;

/** Tags and branches of the workspace's repositories, newest first; none where git is off. */
export async function gitRefs(): Promise<readonly GitRef[]> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) {
    return [];
  }
  const git = await extension.activate();
  if (!git.enabled) {
    return [];
  }
  const lists = await Promise.all(
    git.getAPI(1).repositories.map(async (repository) => repository.getRefs({ sort: 'committerdate' })),
  );
  const known = new Set<string>();
  return lists
    .flat()
    .flatMap(({ type, name, commit }): GitRef[] => {
      const kind = type === RefType.tag ? 'tag' : type === RefType.head ? 'branch' : undefined;
      if (kind === undefined || name === undefined || known.has(name)) {
        return [];
      }
      known.add(name);
      return [{ kind, name, ...(commit === undefined ? {} : { commit }) }];
    })
    .slice(0, mostRefs);
}
