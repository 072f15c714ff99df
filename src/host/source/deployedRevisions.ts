import * as vscode from 'vscode';

import type { FailingFrame } from '../../contributions';
import type { ServiceRevision } from '../../protocol/analysis';
import { lineWords, revisionSetText, revisionTitle, revisionWords } from '../../words';
import type { KeptList } from '../keptList';
import { oneLine, withoutIcons } from '../plainText';
import { openOn } from '../steps';
import { gitRefs, type GitRef } from './gitRefs';

interface RevisionItem extends vscode.QuickPickItem {
  /** `undefined`: forget what was said. */
  readonly revision?: string | undefined;
}

/** Commits that services ran, as a person said once per service and version. */
export class DeployedRevisions {
  private readonly kept: KeptList<ServiceRevision>;

  constructor(kept: KeptList<ServiceRevision>) {
    this.kept = kept;
  }

  /** *Set Deployed Revision…*: asks for the tag, branch or commit that the frame's service ran. */
  async ask({ service, serviceVersion }: FailingFrame): Promise<void> {
    if (service === undefined) {
      void vscode.window.showInformationMessage(revisionWords.noService());
      return;
    }
    const refs = await gitRefs();
    const known = this.kept
      .list()
      .find((each) => each.service === service && each.version === serviceVersion);
    const picked = await pickRevision(
      revisionTitle(oneLine(service, 60), oneLine(serviceVersion ?? '', 60)),
      refs,
      known,
    );
    if (!picked) {
      return;
    }
    if (picked.revision !== undefined) {
      await this.set({
        service,
        ...(serviceVersion === undefined ? {} : { version: serviceVersion }),
        revision: picked.revision,
      });
    } else if (known) {
      await this.kept.remove(known);
    }
  }

  /** Follows lines of a service from this revision from now on. */
  async set(revision: ServiceRevision): Promise<void> {
    await this.kept.put(revision);
    vscode.window.setStatusBarMessage(
      `$(git-commit) ${withoutIcons(revisionSetText(revision.service, revision.revision))}`,
      10_000,
    );
  }
}

/** Lets the user pick a tag or branch, or type any revision. */
function pickRevision(
  title: string,
  refs: readonly GitRef[],
  known: ServiceRevision | undefined,
): Promise<RevisionItem | undefined> {
  const pick = vscode.window.createQuickPick<RevisionItem>();
  const fixed: RevisionItem[] = [
    ...refItems(refs, 'tag', revisionWords.tags()),
    ...refItems(refs, 'branch', revisionWords.branches()),
    ...(known
      ? [
          { label: '', kind: vscode.QuickPickItemKind.Separator },
          {
            label: `$(close) ${revisionWords.forget()}`,
            description: withoutIcons(known.revision),
            revision: undefined,
          },
        ]
      : []),
  ];
  pick.title = title;
  pick.placeholder = lineWords.revisionPrompt();
  pick.matchOnDescription = true;
  pick.items = fixed;
  openOn(pick, ({ revision }) => revision !== undefined && revision === known?.revision);
  return new Promise((resolve) => {
    pick.onDidChangeValue((typed) => {
      const revision = typed.trim();
      const isListed = refs.some(({ name }) => name === revision);
      pick.items =
        revision === '' || isListed
          ? fixed
          : [
              {
                label: `$(git-commit) ${withoutIcons(revision)}`,
                alwaysShow: true,
                description: revisionWords.typed(),
                revision,
              },
              ...fixed,
            ];
    });
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) {
        resolve(item);
        pick.hide();
      }
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function refItems(refs: readonly GitRef[], kind: GitRef['kind'], heading: string): RevisionItem[] {
  const items = refs
    .filter((ref) => ref.kind === kind)
    .map((ref): RevisionItem => ({
      label: `$(${kind === 'tag' ? 'tag' : 'git-branch'}) ${withoutIcons(ref.name)}`,
      ...(ref.commit === undefined ? {} : { description: ref.commit.slice(0, 7) }),
      revision: ref.name,
    }));
  return items.length === 0 ? [] : [{ label: heading, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
