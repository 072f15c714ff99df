import type { Base1 } from '../../base/units';
import type { Grade, Via } from './grade';

/** By how many lines a moved line moved since it was deployed or printed; `undefined` where it did not, or the two lines are of different files. */
export function lineShift(frame: {
  readonly lineBase1?: Base1;
  readonly location?: { readonly path: string; readonly lineBase1: Base1; readonly grade: Grade };
  readonly deployed?: { readonly path: string; readonly lineBase1: Base1 };
  readonly via: readonly Via[];
}): number | undefined {
  const { location, deployed, via } = frame;
  if (location?.grade !== 'moved') {
    return undefined;
  }
  if (deployed) {
    return deployed.path === location.path ? location.lineBase1 - deployed.lineBase1 : undefined;
  }
  // A bundle's lines are not those of its sources.
  const printed = via.includes('sourceMap') ? undefined : frame.lineBase1;
  return printed === undefined ? undefined : location.lineBase1 - printed;
}
