import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath } from '../kit/fixture';

/** A frame of a stack text, with the place that the runtime's own interface gives for it. */
export interface PrintedPlace {
  /** Line of the text, from 0, on which it is printed. */
  readonly textLine: number;
  /** What stands there for it. */
  readonly printed: string;
  /** Relative to the project; absent for code from elsewhere. */
  readonly path?: string;
  /** From 1; 0 where the runtime tells none. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
  readonly function?: string;
  /** The text has this place twice; that the other is found is enough. */
  readonly isOptional?: true;
}

/** A failure as its runtime printed it. */
export interface RecordedStack {
  readonly name: string;
  readonly text: string;
  /** Of the exception, where it came along. */
  readonly message?: string;
  readonly frames: readonly PrintedPlace[];
}

/** What one runtime printed for the project of its language. */
export interface Recording {
  readonly language: string;
  readonly runtime: string;
  readonly command: readonly string[];
  /** Folder in which the project stood. */
  readonly root: string;
  /** `false` where the oracle knows the project's frames only. */
  readonly isComplete?: false;
  readonly stacks: readonly RecordedStack[];
  /** Absolute folder of the project. */
  readonly project: string;
}

/** All recordings below `test/fixtures/accuracy`, by language. */
export function readRecordings(): readonly Recording[] {
  const folder = fixturePath('accuracy');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => {
      const file = path.join(folder, name, 'recordings.json');
      const recordings = JSON.parse(readFileSync(file, 'utf8')) as readonly Omit<Recording, 'project'>[];
      return recordings.map((recording) => ({ ...recording, project: path.join(folder, name, 'project') }));
    });
}
