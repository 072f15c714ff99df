import * as vscode from 'vscode';

import { Command, type FailingFrame } from '../../contributions';
import type { Via } from '../../core/locate/grade';
import { mappingBetween } from '../../core/locate/mappingBetween';
import type { LocationCandidate } from '../../protocol/resolve';
import {
  evidenceText,
  gradeText,
  joinFacts,
  lineWords,
  locationReasonText,
  matchedText,
  whyWords,
} from '../../words';
import { enclosingSymbols } from '../codeLens/enclosingSymbols';
import { runCommand } from '../commands';
import { withoutIcons } from '../plainText';
import { openOn } from '../steps';
import type { ChosenMaps } from './chosenMaps';
import { helpFor } from './frameHelp';
import type { LineEditor, ShowOptions } from './lineEditor';
import { baseName, gradeAndReasonText, movedText } from './lineText';
import { mappedPathOf, uriOfPlace, type Place } from './place';
import type { SavedMappings } from './savedMappings';

/** What picking an item does; items without only tell. */
type Act = () => Promise<unknown>;

interface WhyItem extends vscode.QuickPickItem {
  readonly act?: Act;
  /** What its button does. */
  readonly press?: Act;
  readonly isCandidate?: true;
}

/** *Why This Line?*: the way from the printed frame to its line, what speaks for it, the other candidates, and what to do where it is wrong. */
export class WhyThisLine {
  private readonly editor: LineEditor;
  private readonly mappings: SavedMappings;
  private readonly maps: ChosenMaps;

  constructor(editor: LineEditor, mappings: SavedMappings, maps: ChosenMaps) {
    this.editor = editor;
    this.mappings = mappings;
    this.maps = maps;
  }

  /** Shows the pick until an item that does something was taken, or it was closed. */
  show(failing: FailingFrame, options: ShowOptions = {}): Promise<void> {
    const pick = vscode.window.createQuickPick<WhyItem>();
    pick.title = whyWords.title();
    pick.placeholder = whyWords.prompt();
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    // People look at the files it names while they decide.
    pick.ignoreFocusOut = true;
    pick.items = [
      ...this.lineItems(failing, options),
      ...wayItems(failing),
      ...evidenceItems(failing),
      ...this.candidateItems(failing, options),
      ...this.helpItems(failing),
    ];
    void symbolItems(failing).then((found) => {
      if (found.length > 0) {
        pick.items = [...pick.items, ...found];
      }
    });
    // A line that is known stands first; without one, the best candidate is what people want.
    if (!failing.frame.location) {
      openOn(pick, ({ isCandidate }) => isCandidate === true);
    }
    return new Promise((resolve, reject) => {
      let isTaken = false;
      const run = (act: Act | undefined): void => {
        if (act) {
          isTaken = true;
          pick.hide();
          act().then(() => {
            resolve();
          }, reject);
        }
      };
      pick.onDidAccept(() => {
        run(pick.selectedItems[0]?.act);
      });
      pick.onDidTriggerItemButton(({ item }) => {
        run(item.press);
      });
      pick.onDidHide(() => {
        pick.dispose();
        if (!isTaken) {
          resolve();
        }
      });
      pick.show();
    });
  }

  private lineItems(failing: FailingFrame, options: ShowOptions): WhyItem[] {
    const { location, deployed, library } = failing.frame;
    const items: WhyItem[] = [];
    if (location) {
      const moved = movedText(failing.frame);
      items.push({
        label: `$(${gradeIcons[location.grade]}) ${placeLabel(location)}`,
        description: withoutIcons(joinFacts([gradeText(location.grade), mappedPathOf(location)])),
        detail: withoutIcons(moved ?? locationReasonText(location.reason)),
        act: () => this.editor.showLocation(failing, options),
        ...this.saveButton(failing, location),
      });
    } else {
      items.push({
        label: `$(circle-slash) ${gradeText(undefined)}`,
        detail: withoutIcons(gradeAndReasonText(failing.frame)),
      });
    }
    if (library) {
      items.push({
        label: `$(library) ${whyWords.openLibrary()}`,
        act: () => this.editor.showLibrary(failing, options),
      });
    }
    if (deployed) {
      items.push({
        label: `$(git-commit) ${placeLabel(deployed)}`,
        description: withoutIcons(joinFacts([deployed.revision.slice(0, 7), mappedPathOf(deployed)])),
        detail: whyWords.deployed(),
        act: () => this.editor.showDeployed(failing),
      });
    }
    return [separator(whyWords.line()), ...items];
  }

  private candidateItems(failing: FailingFrame, options: ShowOptions): WhyItem[] {
    const items = (failing.frame.candidates ?? []).map((candidate): WhyItem => ({
      label: `$(file-code) ${placeLabel(candidate)}`,
      description: withoutIcons(mappedPathOf(candidate)),
      detail: withoutIcons(
        joinFacts([candidate.evidence.map(evidenceText).join(', '), matchedFact(candidate)]),
      ),
      isCandidate: true,
      act: () => this.editor.showCandidate(failing, candidate, options),
      ...this.saveButton(failing, candidate),
    }));
    return items.length === 0 ? [] : [separator(whyWords.candidates()), ...items];
  }

  private helpItems(failing: FailingFrame): WhyItem[] {
    const { frame, service } = failing;
    const items: WhyItem[] = [];
    const helps = helpFor(frame);
    const place = frame.location;
    if (place && !frame.via.includes('mapping') && canMap(failing, place)) {
      items.push({
        label: `$(save) ${lineWords.saveMapping()}`,
        description: whyWords.saveDescription(),
        act: () => this.mappings.save(failing, mappedPathOf(place)),
      });
    }
    if (helps.includes('mapFolder')) {
      items.push({
        label: `$(folder-opened) ${lineWords.mapFolder()}`,
        description: whyWords.mapDescription(),
        act: () => runCommand(Command.mapFolder, failing),
      });
    }
    const chosen = frame.file === undefined ? undefined : this.maps.of(frame.file);
    if (chosen || helps.includes('chooseSourceMap')) {
      items.push({
        label: `$(file-symlink-file) ${lineWords.chooseSourceMap()}`,
        ...(chosen && {
          description: withoutIcons(chosen.map),
          buttons: [{ iconPath: new vscode.ThemeIcon('close'), tooltip: whyWords.forgetMap() }],
          press: () => this.maps.forget(chosen),
        }),
        act: () => runCommand(Command.chooseSourceMap, failing),
      });
    }
    if (service !== undefined) {
      items.push({
        label: `$(git-commit) ${lineWords.setRevision()}`,
        description: withoutIcons(joinFacts([service, failing.serviceVersion])),
        act: () => runCommand(Command.setDeployedRevision, failing),
      });
    }
    return items.length === 0 ? [] : [separator(whyWords.help()), ...items];
  }

  private saveButton(failing: FailingFrame, place: Place): Pick<WhyItem, 'buttons' | 'press'> {
    return canMap(failing, place)
      ? {
          buttons: [{ iconPath: new vscode.ThemeIcon('save'), tooltip: lineWords.saveMapping() }],
          press: () => this.mappings.save(failing, mappedPathOf(place)),
        }
      : {};
  }
}

/** A mapping leads from a printed path to a file of the same name: from a bundle to its sources leads a source map. */
function canMap({ frame }: FailingFrame, place: Place): boolean {
  return frame.file !== undefined && mappingBetween(frame.file, mappedPathOf(place)).ok;
}

const gradeIcons = { exact: 'check', moved: 'arrow-swap', likely: 'question' } as const;

/** From the place as printed, step by step. */
function wayItems({ frame }: FailingFrame): WhyItem[] {
  const { file, lineBase1, columnBase1, via } = frame;
  const printed = [file, lineBase1, columnBase1].filter((part) => part !== undefined).join(':');
  const items: WhyItem[] = [
    { label: `$(quote) ${withoutIcons(printed || frame.raw.trim())}`, description: whyWords.printed() },
    ...via.map((step): WhyItem => ({ label: `$(${viaIcons[step]}) ${whyWords.via[step]()}` })),
  ];
  return [separator(whyWords.way()), ...items];
}

const viaIcons: Readonly<Record<Via, string>> = {
  path: 'folder',
  mapping: 'folder-opened',
  sourceMap: 'file-symlink-file',
  sourcesContent: 'file-symlink-file',
  drift: 'git-commit',
  symbol: 'symbol-function',
};

function evidenceItems({ frame: { location } }: FailingFrame): WhyItem[] {
  const evidence = location?.evidence ?? [];
  return evidence.length === 0
    ? []
    : [
        separator(whyWords.evidence()),
        ...evidence.map((each): WhyItem => ({ label: `$(pass) ${evidenceText(each)}` })),
        ...(location?.matched === undefined
          ? []
          : [{ label: `$(code) ${withoutIcons(matchedText(location.matched))}` }]),
      ];
}

function matchedFact({ matched }: LocationCandidate): string | undefined {
  return matched === undefined ? undefined : matchedText(matched);
}

/** Where a line was found by a name, whether a language server has the same function around it. */
async function symbolItems({ frame }: FailingFrame): Promise<WhyItem[]> {
  const { location, function: name, via } = frame;
  const uri = location && via.includes('symbol') && name !== undefined ? uriOfPlace(location) : undefined;
  const symbols = uri ? await enclosingSymbols(uri, location!.lineBase1) : [];
  const same = symbols.findLast((symbol) => symbol.name.split(/\W+/).includes(name!));
  return same ? [{ label: `$(pass) ${withoutIcons(whyWords.sameSymbol(same.name))}` }] : [];
}

function placeLabel({
  path,
  lineBase1,
}: LocationCandidate | (Place & { readonly lineBase1: number })): string {
  return withoutIcons(lineBase1 === undefined ? baseName(path) : `${baseName(path)}:${lineBase1}`);
}

function separator(label: string): WhyItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
