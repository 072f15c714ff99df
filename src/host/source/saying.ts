import type { SaidOfLines } from '../analysisSetup';
import { ChosenMaps } from './chosenMaps';
import { DeployedRevisions } from './deployedRevisions';
import type { LineEditor } from './lineEditor';
import { SavedMappings } from './savedMappings';
import { WhyThisLine } from './whyThisLine';

/** What asks and tells a person about a line. Read when first needed: most lines open without a question. */
export class Saying {
  readonly mappings = new SavedMappings();
  readonly maps: ChosenMaps;
  readonly revisions: DeployedRevisions;
  readonly why: WhyThisLine;

  constructor(editor: LineEditor, said: SaidOfLines) {
    this.maps = new ChosenMaps(said.chosenMaps);
    this.revisions = new DeployedRevisions(said.revisions);
    this.why = new WhyThisLine(editor, this.mappings, this.maps);
  }
}
