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
import { FailingLine } from './failingLine';
import { FrameOpener } from './frameOpener';
import { GutterMarks } from './gutterMarks';
import { registerLineCommands } from './lineCommands';
import { LineEditor } from './lineEditor';
import { LineHover } from './lineHover';
import { OutsideFiles } from './outsideFiles';
import type { Saying } from './saying';
import { SourceDocuments } from './sourceDocuments';

/** Everything that shows lines in editors, explains them and takes what people say about them. */
export class Lines implements Disposable {
  readonly opener: FrameOpener;
  readonly said: SaidOfLines;
  readonly buffers: BufferLines;
  private readonly parts = new DisposableStore();
  private readonly editor: LineEditor;
  private opened: Promise<Saying> | undefined;
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
    this.opener = new FrameOpener(this.editor, () => this.saying());
  }

  /** The commands about lines; `selected` gives the row of the Failures view. */
  registerCommands(commands: Commands, selected: () => Promise<Row | undefined>): void {
    this.parts.add(
      registerLineCommands({
        commands,
        editor: this.editor,
        saying: () => this.saying(),
        selected,
        failuresAt: (uri, lineBase1) => this.failuresAt(uri, lineBase1),
        last: () => this.failingLine.last,
      }),
    );
  }

  /** What asks and tells about lines. */
  saying(): Promise<Saying> {
    this.opened ??= import('./saying').then(({ Saying }) => new Saying(this.editor, this.said));
    return this.opened;
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
