import { contrast, distanceOk, oklabFromRgb, rgbFromOklab, turned, type Oklab, type Rgb } from './oklch';

/** The theme's colours that service colours are made from; red is for errors alone. */
export interface PaletteAnchors {
  readonly blue: Rgb;
  readonly orange: Rgb;
  readonly purple: Rgb;
  readonly green: Rgb;
  readonly yellow: Rgb;
  /** What colours must stand out from: the editor's background and the selection upon it. */
  readonly backgrounds: readonly Rgb[];
}

interface Slot {
  readonly anchor: 'blue' | 'orange' | 'purple' | 'green' | 'yellow';
  readonly turnDegrees: number;
  readonly chromaFactor: number;
}

const slots: readonly Slot[] = [
  { anchor: 'blue', turnDegrees: 0, chromaFactor: 1 },
  { anchor: 'orange', turnDegrees: 0, chromaFactor: 1 },
  { anchor: 'purple', turnDegrees: 0, chromaFactor: 1 },
  { anchor: 'green', turnDegrees: 0, chromaFactor: 1 },
  { anchor: 'yellow', turnDegrees: 0, chromaFactor: 1 },
  { anchor: 'blue', turnDegrees: -40, chromaFactor: 0.8 },
  { anchor: 'purple', turnDegrees: 42, chromaFactor: 1 },
  { anchor: 'green', turnDegrees: 42, chromaFactor: 0.8 },
  { anchor: 'blue', turnDegrees: 30, chromaFactor: 0.85 },
  { anchor: 'yellow', turnDegrees: 24, chromaFactor: 0.75 },
  { anchor: 'blue', turnDegrees: 0, chromaFactor: 0.25 },
  { anchor: 'orange', turnDegrees: -12, chromaFactor: 0.5 },
];

/** How many service colours there are. */
export const slotCount = slots.length;

const leastContrast = 3;
const leastDistance = 0.06;

/** Twelve colours, each at least 3:1 against every background and told apart from the ones before it. */
export function servicePalette(anchors: PaletteAnchors): readonly Rgb[] {
  const chosen: Oklab[] = [];
  for (const slot of slots) {
    let colour = turned(oklabFromRgb(anchors[slot.anchor]), slot.turnDegrees, slot.chromaFactor);
    colour = withContrast(colour, anchors.backgrounds);
    // A full turn without a free hue (grey anchors) keeps what it has: colours are never the only sign of a service.
    for (
      let turn = 0;
      turn < 90 && chosen.some((other) => distanceOk(other, colour) < leastDistance);
      turn++
    ) {
      colour = withContrast(turned(colour, 4, 1), anchors.backgrounds);
    }
    chosen.push(colour);
  }
  return chosen.map(rgbFromOklab);
}

/** Moves lightness away from the first background until all have the contrast. */
function withContrast(colour: Oklab, backgrounds: readonly Rgb[]): Oklab {
  const step = oklabFromRgb(backgrounds[0]!).l < 0.5 ? 0.01 : -0.01;
  let moved = colour;
  while (
    moved.l > 0 &&
    moved.l < 1 &&
    backgrounds.some((background) => contrast(rgbFromOklab(moved), background) < leastContrast)
  ) {
    moved = { ...moved, l: moved.l + step };
  }
  return moved;
}
