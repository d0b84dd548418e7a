/** How long a metre is on the screen. */

const EQUATOR_M = 2 * Math.PI * 6_378_137;
const TILE_PX = 512;
/** One CSS pixel is 1/96 inch by definition. */
const PIXEL_M = 0.0254 / 96;

export interface ScaleBar {
  readonly metres: number;
  readonly width_px: number;
}

/** Return ground metres per CSS pixel of a Web Mercator map at a latitude in degrees. */
export function metresPerPixel(lat: number, zoom: number): number {
  return (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
}

/** Return the longest bar of 1, 2 or 5 times a power of ten that fits into ``room_px``. */
export function scaleBar(mpp: number, room_px: number): ScaleBar {
  const most = mpp * room_px;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [5, 2, 1].find((times) => times * power <= most) ?? 1;
  const metres = step * power;
  return { metres, width_px: metres / mpp };
}

/** Return the n of the map scale 1:n, rounded to two figures, on a screen of 96 pixels an inch. */
export function scaleDenominator(mpp: number): number {
  const exact = mpp / PIXEL_M;
  const power = 10 ** (Math.floor(Math.log10(exact)) - 1);
  return Math.round(exact / power) * power;
}

/** Write a round length: 200 m, 5 km. */
export function lengthText(metres: number): string {
  return metres >= 1_000 ? `${metres / 1_000} km` : `${metres} m`;
}

/** Write the map's scale: ≈ 1:25 000, with a thin space that does not break. */
export function scaleText(mpp: number): string {
  const digits = String(scaleDenominator(mpp));
  return `≈ 1:${digits.replace(/\B(?=(\d{3})+$)/g, "\u202f")}`;
}
