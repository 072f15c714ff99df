/** What is wrong with a source map, or with it as the map of one generated file. */
export type MapFault =
  | 'mapMissing'
  | 'mapNotJson'
  | 'mapVersion'
  | 'mapShape'
  | 'mapMappings'
  | 'mapSourceIndex'
  | 'mapSourceLine'
  | 'mapBeyondFile'
  | 'mapOtherFile'
  | 'mapOtherDebugId'
  | 'mapTooLarge';

/** A source map that was not believed. */
export interface MapProblem {
  readonly code: MapFault;
  readonly params: {
    /** The generated file, relative to its workspace folder. */
    readonly file: string;
    /** The map, where it is a file of its own. */
    readonly map?: string;
  };
}
