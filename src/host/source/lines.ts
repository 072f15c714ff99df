import type * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../../base/disposable';
import type { FailingFrame } from '../../contributions';
import type { ChosenMap, ServiceRevision } from '../../protocol/analysis';
import type { AnalysisCalls } from '../analysisCalls';
import type { SaidOfLines } from '../analysisSetup';
import type { Commands } from '../commands';
import type { FailuresModel } from '../failures/failuresModel';
import type { Row } from '../failures/rows';
import { KeptList } from '../keptList';
import { BufferLines } from './bufferLines';
import { ChosenMaps } from './chosenMaps';
import { DeployedRevisions } from './deployedRevisions';
import { FailingLine } from './failingLine';
import { FrameOpener } from './frameOpener';
import { GutterMarks } from './gutterMarks';
import { registerLineCommands } from './lineCommands';
import { LineEditor } from './lineEditor';
import { LineHover } from './lineHover';
import { OutsideFiles } from './outsideFiles';
import { SavedMappings } from './savedMappings';
import { SourceDocuments } from './sourceDocuments';
import { WhyThisLine } from './whyThisLine';

/** Everything that shows lines in editors, explains them and takes what people say about them. */
export class Lines implements Disposable {
  readonly opener: FrameOpener;
  readonly mappings = new SavedMappings();
  readonly maps: ChosenMaps;
  readonly revisions: DeployedRevisions;
  readonly said: SaidOfLines;
  readonly buffers: BufferLines;
  private readonly parts = new DisposableStore();
  private readonly editor: LineEditor;
  private readonly why: WhyThisLine;
  private readonly failingLine: FailingLine;
  private readonly gutter: GutterMarks;

  constructor(
    context: Pick<vscode.ExtensionContext, 'extensionUri' | 'workspaceState'>,
    analysis: AnalysisCalls,
    model: FailuresModel,
  ) {
    const { parts } = this;
    const { extensionUri, workspaceState } = context;
    this.said = {
      chosenMaps: new KeptList<ChosenMap>(workspaceState, 'lines.chosenMaps', (a, b) => a.file === b.file),
      revisions: new KeptList<ServiceRevision>(
        workspaceState,
        'lines.revisions',
        (a, b) => a.service === b.service && a.version === b.version,
      ),
    };
    this.maps = new ChosenMaps(this.said.chosenMaps);
    this.revisions = new DeployedRevisions(this.said.revisions);
    this.buffers = parts.add(new BufferLines());
    const { buffers } = this;
    this.failingLine = parts.add(new FailingLine(extensionUri, buffers));
    this.gutter = parts.add(
      new GutterMarks(extensionUri, buffers, () => failuresOf(model), model.onDidChange),
    );
    parts.add(new LineHover((uri, lineBase1) => this.failuresAt(uri, lineBase1)));
    this.editor = new LineEditor({
      failingLine: this.failingLine,
      buffers,
      documents: parts.add(new SourceDocuments(analysis)),
      outside: new OutsideFiles(),
    });
    this.why = new WhyThisLine(this.editor, this.mappings, this.maps);
    this.opener = new FrameOpener(this.editor, this.why);
  }

  /** The commands about lines; `selection` is that of the Failures view. */
  registerCommands(commands: Commands, selection: () => readonly Row[]): void {
    this.parts.add(
      registerLineCommands({
        commands,
        editor: this.editor,
        why: this.why,
        mappings: this.mappings,
        maps: this.maps,
        revisions: this.revisions,
        selection,
        failuresAt: (uri, lineBase1) => this.failuresAt(uri, lineBase1),
        last: () => this.failingLine.last,
      }),
    );
  }

  /** Failures whose mark stands on a line: the one that was opened last, then those in the list. */
  failuresAt(uri: string, lineBase1: number): readonly FailingFrame[] {
    const opened = this.failingLine.at(uri, lineBase1);
    const listed = this.gutter.at(uri, lineBase1);
    return opened
      ? [opened, ...listed.filter(({ type, message }) => type !== opened.type || message !== opened.message)]
      : listed;
  }

  dispose(): void {
    this.parts.dispose();
  }
}

/** The lines of the failures in the list. */
function failuresOf(model: FailuresModel): readonly FailingFrame[] {
  return model.groupRows.flatMap(({ group }) => {
    const { frame, service, serviceVersion, type, message } = group;
    return frame?.location
      ? [{ frame, service, type, message, ...(serviceVersion === undefined ? {} : { serviceVersion }) }]
      : [];
  });
}
