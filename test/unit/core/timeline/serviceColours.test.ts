import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  contrast,
  distanceOk,
  hexFromRgb,
  oklabFromRgb,
  rgbFromOklab,
  type Rgb,
} from '../../../../src/core/timeline/oklch';
import { servicePalette, slotCount, type PaletteAnchors } from '../../../../src/core/timeline/servicePalette';
import { serviceSlots } from '../../../../src/core/timeline/serviceSlots';
import { variablesOfTheme, type WebviewTheme } from '../../../kit/webviewThemes';

function rgb(hex: string): Rgb {
  const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return { r: channel(1), g: channel(3), b: channel(5) };
}

/** `#rrggbb` or `rgba(r, g, b, a)`, which VS Code also uses, laid over `below`. */
function colour(text: string, below: Rgb): Rgb {
  const [r, g, b, alpha] = text.startsWith('#') ? [] : (text.match(/[\d.]+/g) ?? []).map(Number);
  if (r === undefined || g === undefined || b === undefined) {
    return rgb(text);
  }
  const over = (channel: number, under: number): number =>
    (channel / 255) * (alpha ?? 1) + under * (1 - (alpha ?? 1));
  return { r: over(r, below.r), g: over(g, below.g), b: over(b, below.b) };
}

async function anchorsOf(theme: WebviewTheme): Promise<PaletteAnchors> {
  const { variables } = await variablesOfTheme(theme);
  const background = variables['--vscode-editor-background']!;
  const read = (name: string, fallback: string): Rgb =>
    colour(variables[`--vscode-${name}`] ?? fallback, rgb(background));
  return {
    blue: read('charts-blue', '#59a4f9'),
    orange: read('charts-orange', '#d18616'),
    purple: read('charts-purple', '#b180d7'),
    green: read('charts-green', '#89d185'),
    yellow: read('charts-yellow', '#cca700'),
    backgrounds: [rgb(background), read('list-activeSelectionBackground', background)],
  };
}

describe('servicePalette', () => {
  for (const theme of ['light', 'dark', 'highContrast'] as const) {
    it(`stands out by 3:1 from background and selection, and differs from slot to slot, in ${theme}`, async () => {
      const anchors = await anchorsOf(theme);
      const colours = servicePalette(anchors);
      assert.equal(colours.length, slotCount);
      colours.forEach((service, slot) => {
        for (const background of anchors.backgrounds) {
          const ratio = contrast(service, background);
          assert.ok(ratio >= 3, `slot ${slot} ${hexFromRgb(service)} has ${ratio}`);
        }
        for (let other = 0; other < slot; other++) {
          const distance = distanceOk(oklabFromRgb(service), oklabFromRgb(colours[other]!));
          // A little is lost where a colour is cut to sRGB.
          assert.ok(distance >= 0.05, `slots ${other} and ${slot} are ${distance} apart`);
        }
      });
    });
  }

  it('ends for a theme of greys', () => {
    const grey = rgb('#777777');
    const anchors = { blue: grey, orange: grey, purple: grey, green: grey, yellow: grey };
    assert.equal(servicePalette({ ...anchors, backgrounds: [rgb('#808080')] }).length, slotCount);
  });

  it('converts to OKLab and back', () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), (number) => {
        const hex = `#${number.toString(16).padStart(6, '0')}`;
        assert.equal(hexFromRgb(rgbFromOklab(oklabFromRgb(rgb(hex)))), hex);
      }),
    );
  });
});

describe('serviceSlots', () => {
  it('gives each of twelve services a slot of its own, and more than twelve one all the same', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 20 }), (services) => {
        const slots = serviceSlots(services);
        assert.equal(slots.size, services.length);
        assert.equal(new Set(slots.values()).size, Math.min(services.length, slotCount));
      }),
    );
  });

  it('does not depend on which services come after', () => {
    const alone = serviceSlots(['gateway', 'orders']);
    const more = serviceSlots(['gateway', 'orders', 'cart', 'payments']);
    assert.equal(alone.get('orders'), more.get('orders'));
  });
});
