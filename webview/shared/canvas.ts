/** Sizes a canvas to CSS pixels at the screen's density and gives a context whose unit is the CSS pixel; cleared. */
export function sizedContext(
  canvas: HTMLCanvasElement,
  widthPx: number,
  heightPx: number,
): CanvasRenderingContext2D {
  const density = window.devicePixelRatio;
  const width = Math.round(widthPx * density);
  const height = Math.round(heightPx * density);
  // Setting a size clears and reallocates, so only when it differs.
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  return context;
}
