import { slotCount } from './servicePalette';

/** Where each slot stands on the colour circle, in degrees: the anchors' hues in Dark Modern. Fixed, so that a slot does not depend on the theme. */
const hueDegrees: readonly number[] = [254, 50, 310, 170, 95, 214, 352, 212, 284, 119, 260, 38];
/** The nearly grey slots stand apart from all hues. */
const greySlots: ReadonlySet<number> = new Set([10, 11]);

/** FNV-1a: the same slot for a service in every trace that has room for it. */
function slotOfName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % slotCount;
}

/** A colour slot for each service of one trace, in order of appearance; a taken slot gives way to the free one farthest from those in use. */
export function serviceSlots(services: Iterable<string>): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  const used = new Set<number>();
  for (const service of services) {
    if (slots.has(service)) {
      continue;
    }
    const own = slotOfName(service);
    const slot = used.has(own) && used.size < slotCount ? farthestFree(used) : own;
    used.add(slot);
    slots.set(service, slot);
  }
  return slots;
}

function farthestFree(used: ReadonlySet<number>): number {
  let best = 0;
  let bestDistance = -1;
  for (let slot = 0; slot < slotCount; slot++) {
    if (!used.has(slot)) {
      const distance = Math.min(...[...used].map((other) => distanceDegrees(slot, other)));
      if (distance > bestDistance) {
        best = slot;
        bestDistance = distance;
      }
    }
  }
  return best;
}

function distanceDegrees(one: number, other: number): number {
  if (greySlots.has(one) !== greySlots.has(other)) {
    return 40;
  }
  const difference = Math.abs(hueDegrees[one]! - hueDegrees[other]!) % 360;
  return Math.min(difference, 360 - difference);
}
