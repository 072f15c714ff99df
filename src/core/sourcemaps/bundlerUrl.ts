/**
 * What a server component's frame is wrapped in: `rsc://React/Server/webpack-internal:///(rsc)/./app/page.tsx?7`, and `about:` in
 * browsers that know no other scheme.
 */
const REACT = /^(?:rsc|about):\/\/React\/[\w-]{1,40}\//;

/** Suffixes by which turbopack tells apart what it makes of one file: ` [app-rsc] (ecmascript)`, ` <locals>`. */
const TURBOPACK_SUFFIX = / (?:\[[\w\- ]{1,60}\]|\([\w\-, ]{1,80}\)|<[\w\- ]{1,60}>)$/;
const MAX_SUFFIXES = 4;

/** The URL without what a framework wraps it in and what a bundler adds to its end. */
export function plainUrl(printed: string): string {
  // React numbers what it wraps: `?7`.
  const isWrapped = REACT.test(printed);
  let url = (isWrapped ? printed.replace(REACT, '').replace(/\?\d{1,9}$/, '') : printed).replace(
    /^\[project\]\//,
    '',
  );
  for (let i = 0; i < MAX_SUFFIXES && TURBOPACK_SUFFIX.test(url.slice(-MAX_TAIL)); i++) {
    url = url.slice(0, -MAX_TAIL) + url.slice(-MAX_TAIL).replace(TURBOPACK_SUFFIX, '');
  }
  return url;
}

const MAX_TAIL = 200;

/** Whether a frame's code was made by a bundler's `eval`: its lines are those of what the bundler made, under the source's name. */
export function isEvalModule(printed: string): boolean {
  const url = printed.replace(REACT, '');
  return url.startsWith('webpack-internal:') || (url.startsWith('webpack:') && url.endsWith('?'));
}

const BUNDLER_CODE = [
  /^webpack:\/\/[^/]{0,200}\/(?:\.\/)?(?:webpack\/(?:bootstrap|runtime|before-startup|startup|after-startup)|\(webpack\)\/|external |ignored\|)/,
  /^(?:webpack\/(?:bootstrap|runtime)|\(webpack\)\/|external )/,
  /^turbopack:\/\/\/?\[turbopack\]\//,
  /^(?:__prelude__|require-|\0|_virtual\/)/,
  /^vite\/(?:preload-helper|modulepreload-polyfill)/,
  /(?:^|\/)@?parcel[^/]{0,40}\/runtime-/,
];

/** Whether a source is code that the bundler itself puts into its output. */
export function isBundlerCode(url: string): boolean {
  const start = url.slice(0, 400);
  return BUNDLER_CODE.some((pattern) => pattern.test(start));
}

/** Whether a path is that of a script which a bundler or compiler may have made. */
export function isOutputScript(path: string): boolean {
  return /\.(?:[cm]?jsx?|bundle|jsbundle)$/i.test(path);
}
