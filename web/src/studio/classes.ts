/** Which classes a field may be put into, in how many, and in which colours. */

import type { Field, Method, Palette } from "../api/contract";

export const METHODS = ["categories", "quantile", "natural-breaks", "equal-interval"] as const satisfies readonly Method[];
const NUMBERS = new Set(["integer", "real"]);
const LISTED = new Set(["text", "integer", "boolean", "date"]);

/** Return the fields that `method` can put into classes. */
export function fieldsFor(method: Method, fields: readonly Field[]): readonly Field[] {
  const types = method === "categories" ? LISTED : NUMBERS;
  return fields.filter((field) => types.has(field.type));
}

export function palettesFor(method: Method, palettes: readonly Palette[]): readonly Palette[] {
  return palettes.filter((palette) => (palette.use === "list") === (method === "categories"));
}

/** Return how many classes the palette has colours for, the fewest first. */
export function numbersFor(method: Method, palette: Palette): readonly number[] {
  const numbers = Object.keys(palette.colours).map(Number);
  const fewest = method === "categories" ? 1 : 2;
  return numbers.filter((number) => number >= fewest).sort((one, other) => one - other);
}

/** Return `wanted` if the palette has colours for so many classes, else the nearest that it has. */
export function nearest(wanted: number, numbers: readonly number[]): number {
  return numbers.reduce(
    (best, number) => (Math.abs(number - wanted) < Math.abs(best - wanted) ? number : best),
    numbers[0] ?? wanted,
  );
}
