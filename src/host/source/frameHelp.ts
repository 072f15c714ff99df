import type { ResolvedFrame } from '../../protocol/resolve';

/** What a person can do about a frame whose line is wrong or unknown. */
export type FrameHelp = 'chooseSourceMap' | 'mapFolder';

/** The ways to help, most likely one first; none where nothing a person says would change the line. */
export function helpFor({ location, reason, file }: ResolvedFrame): readonly FrameHelp[] {
  if (file === undefined) {
    return [];
  }
  switch (location?.reason ?? reason) {
    case 'mapUnusable':
    case 'otherBuild':
    case 'noSource':
      return ['chooseSourceMap'];
    case 'noSourceMap':
      return ['chooseSourceMap', 'mapFolder'];
    case 'notInWorkspace':
    case undefined:
      return looksGenerated(file) ? ['chooseSourceMap', 'mapFolder'] : ['mapFolder'];
    case 'ambiguous':
    case 'lineOutOfRange':
    case 'otherProgram':
    case 'nameOnly':
    case 'agreedElsewhere':
    case 'notOwnCode':
    case 'sourceTextDiffers':
    case 'functionDiffers':
      return ['mapFolder'];
    default:
      return [];
  }
}

/** Scripts are what source maps are for. */
function looksGenerated(file: string): boolean {
  return /\.(?:[cm]?js|bundle|jsbundle)(?:[?#].*)?$/i.test(file.slice(-200));
}
