import { disposable, type Disposable } from '../../src/base/disposable';
import { hexFromRgb, type Rgb } from '../../src/core/timeline/oklch';
import { servicePalette } from '../../src/core/timeline/servicePalette';

/** Colours of the current theme as the canvases need them: CSS colours without alpha where they lie on the background. */
export interface Theme {
  readonly highContrast: boolean;
  readonly background: string;
  readonly foreground: string;
  readonly secondary: string;
  readonly grid: string;
  readonly error: string;
  readonly errorWord: string;
  readonly warning: string;
  readonly selectionForeground: string;
  readonly found: string;
  readonly foundOther: string;
  readonly rulerBorder: string;
  readonly edge: string;
  /** By slot: the colour, and 38 % of it on the background. */
  readonly services: readonly string[];
  readonly servicesMuted: readonly string[];
  readonly fontFamily: string;
}

/** Reads the theme from VS Code's variables. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colours = new ColourReader(style);
  const { classList } = document.body;
  const highContrast =
    classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
  const light = classList.contains('vscode-light') || classList.contains('vscode-high-contrast-light');
  const background = colours.read('editor-background', light ? '#ffffff' : '#1f1f1f');
  const foreground = colours.read('foreground', light ? '#3b3b3b' : '#cccccc', background);
  const palette = servicePalette({
    blue: colours.readOpaque('charts-blue', '#59a4f9'),
    // VS Code's own orange of charts is that of found text, which is see-through: over the background it is brown.
    orange: colours.readOpaque('charts-orange', '#d18616'),
    purple: colours.readOpaque('charts-purple', '#b180d7'),
    green: colours.readOpaque('charts-green', '#89d185'),
    yellow: colours.readOpaque('charts-yellow', '#cca700'),
    backgrounds: [
      background,
      colours.read('list-activeSelectionBackground', hexFromRgb(background), background),
    ],
  });
  const error = colours.read('editorError-foreground', '#f14c4c', background);
  const secondary = highContrast ? foreground : mixed(foreground, background, light ? 0.78 : 0.72);
  return {
    highContrast,
    background: hexFromRgb(background),
    foreground: hexFromRgb(foreground),
    secondary: hexFromRgb(secondary),
    // With alpha, as it lies on selected and hovered rows too.
    grid: `${hexFromRgb(foreground)}${highContrast ? '40' : '14'}`,
    error: hexFromRgb(error),
    errorWord: hexFromRgb(colours.read('list-errorForeground', hexFromRgb(error), background)),
    warning: hexFromRgb(colours.read('list-warningForeground', '#cca700', background)),
    selectionForeground: hexFromRgb(
      colours.read('list-activeSelectionForeground', hexFromRgb(foreground), background),
    ),
    found: hexFromRgb(colours.read('editor-findMatchBackground', '#9e6a03', background)),
    foundOther: hexFromRgb(colours.read('editorOverviewRuler-findMatchForeground', '#d18616', background)),
    rulerBorder: hexFromRgb(colours.read('editorOverviewRuler-border', hexFromRgb(background), background)),
    edge: hexFromRgb(colours.read('contrastBorder', hexFromRgb(foreground), background)),
    services: palette.map(hexFromRgb),
    servicesMuted: palette.map((colour) => hexFromRgb(mixed(colour, background, 0.38))),
    fontFamily: style.getPropertyValue('--vscode-font-family') || 'sans-serif',
  };
}

/** Calls back when VS Code changes the theme: it rewrites the class of `body` and the variables of the root element. */
export function onDidChangeTheme(listener: () => void): Disposable {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return disposable(() => {
    observer.disconnect();
  });
}

class ColourReader {
  private readonly style: CSSStyleDeclaration;
  private readonly context: CanvasRenderingContext2D;

  constructor(style: CSSStyleDeclaration) {
    this.style = style;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    this.context = canvas.getContext('2d', { willReadFrequently: true })!;
  }

  /** The colour of a variable, laid over `below` where it has alpha. */
  read(variable: string, fallback: string, below?: Rgb): Rgb {
    const { context } = this;
    context.fillStyle = below ? hexFromRgb(below) : fallback;
    context.fillRect(0, 0, 1, 1);
    return this.fill(variable, fallback).rgb;
  }

  /** The colour of a variable; the fallback where it has alpha. */
  readOpaque(variable: string, fallback: string): Rgb {
    this.context.clearRect(0, 0, 1, 1);
    const { rgb, alpha } = this.fill(variable, fallback);
    return alpha === 1 ? rgb : this.fill('', fallback).rgb;
  }

  private fill(variable: string, fallback: string): { readonly rgb: Rgb; readonly alpha: number } {
    const { context } = this;
    context.fillStyle = fallback;
    // An invalid colour leaves the fallback set.
    context.fillStyle = this.style.getPropertyValue(`--vscode-${variable}`).trim();
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, alpha] = context.getImageData(0, 0, 1, 1).data;
    return { rgb: { r: r! / 255, g: g! / 255, b: b! / 255 }, alpha: alpha! / 255 };
  }
}

function mixed(colour: Rgb, background: Rgb, share: number): Rgb {
  const mix = (a: number, b: number): number => a * share + b * (1 - share);
  return { r: mix(colour.r, background.r), g: mix(colour.g, background.g), b: mix(colour.b, background.b) };
}
