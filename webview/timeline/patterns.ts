/** Fills for high contrast, by colour slot: each service has lines of its own, so that colour is not needed to tell them apart. */
export class Patterns {
  private readonly made = new Map<string, CanvasPattern>();

  /** The pattern of a slot in `colour`, on nothing. */
  get(context: CanvasRenderingContext2D, slot: number, colour: string): CanvasPattern | string {
    const key = `${slot} ${colour}`;
    let pattern = this.made.get(key);
    if (!pattern) {
      const made = context.createPattern(tile(slot, colour), 'repeat');
      if (!made) {
        return colour;
      }
      pattern = made;
      this.made.set(key, pattern);
    }
    return pattern;
  }
}

const sizePx = 8;

function tile(slot: number, colour: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = sizePx;
  const context = canvas.getContext('2d')!;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.5;
  for (const [x1, y1, x2, y2] of linesOfSlot[slot] ?? []) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
  for (const [x, y] of dotsOfSlot[slot] ?? []) {
    context.fillRect(x, y, 2, 2);
  }
  return canvas;
}

type Line = readonly [x1: number, y1: number, x2: number, y2: number];

const slash: readonly Line[] = [
  [-2, 10, 10, -2],
  [-2, 2, 2, -2],
  [6, 10, 10, 6],
];
const backslash: readonly Line[] = [
  [-2, -2, 10, 10],
  [6, -2, 10, 2],
  [-2, 6, 2, 10],
];
const vertical: readonly Line[] = [[4, 0, 4, 8]];
const horizontal: readonly Line[] = [[0, 4, 8, 4]];

const linesOfSlot: Readonly<Record<number, readonly Line[]>> = {
  0: slash,
  1: backslash,
  2: vertical,
  3: horizontal,
  4: [...slash, ...backslash],
  6: [
    [2, 0, 2, 8],
    [5, 0, 5, 8],
  ],
  7: [
    [0, 2, 8, 2],
    [0, 5, 8, 5],
  ],
  8: [...vertical, ...horizontal],
  9: [
    [0, 6, 4, 2],
    [4, 2, 8, 6],
  ],
  11: [
    [0, 2, 4, 6],
    [4, 6, 8, 2],
  ],
};

const dotsOfSlot: Readonly<Record<number, readonly (readonly [x: number, y: number])[]>> = {
  5: [
    [1, 1],
    [5, 1],
    [1, 5],
    [5, 5],
  ],
  10: [[3, 3]],
};
