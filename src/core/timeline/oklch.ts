/** A colour in OKLab; `l` from 0 to 1. */
export interface Oklab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** sRGB channels from 0 to 1. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

function encoded(channel: number): number {
  return channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055;
}

/** Björn Ottosson's matrices: https://bottosson.github.io/posts/oklab/ */
export function oklabFromRgb(rgb: Rgb): Oklab {
  const [r, g, b] = [linear(rgb.r), linear(rgb.g), linear(rgb.b)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

/** The nearest sRGB colour by cutting each channel. */
export function rgbFromOklab({ l, a, b }: Oklab): Rgb {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (channel: number): number => Math.min(1, Math.max(0, encoded(Math.max(0, channel))));
  return {
    r: cut(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    g: cut(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    b: cut(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  };
}

/** `colour` with its hue turned and its chroma multiplied. */
export function turned({ l, a, b }: Oklab, degrees: number, chromaFactor: number): Oklab {
  const angle = (degrees * Math.PI) / 180;
  return {
    l,
    a: (a * Math.cos(angle) - b * Math.sin(angle)) * chromaFactor,
    b: (a * Math.sin(angle) + b * Math.cos(angle)) * chromaFactor,
  };
}

/** ΔE_OK: the distance between two colours. */
export function distanceOk(one: Oklab, other: Oklab): number {
  return Math.hypot(one.l - other.l, one.a - other.a, one.b - other.b);
}

/** WCAG contrast, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance({ r, g, b }: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** `#rrggbb`. */
export function hexFromRgb({ r, g, b }: Rgb): string {
  return `#${[r, g, b]
    .map((channel) =>
      Math.round(channel * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
