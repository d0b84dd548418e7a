/** Legend symbols as plain drawing figures in a box of 24 by 16 pixels. */

import type { LegendSymbol } from "../api/contract";

export type Figure =
  | { readonly shape: "area"; readonly fill: string; readonly stroke: string; readonly width: number }
  | { readonly shape: "line"; readonly stroke: string; readonly width: number }
  | { readonly shape: "dot"; readonly fill: string; readonly stroke: string; readonly radius: number }
  | { readonly shape: "text"; readonly fill: string }
  | { readonly shape: "picture" };

const GREY = "#7b8490";
const COLOUR = /^(#[0-9a-f]{3,8}|(rgb|hsl)a?\([\d\s.,%/deg-]+\)|[a-z]+)$/i;

function colour(value: string | null | undefined, fallback: string): string {
  return value && COLOUR.test(value) ? value : fallback;
}

function clamp(value: number | null | undefined, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value ?? low, low), high);
}

/** Return how to draw ``symbol``; a colour that is none becomes grey. */
export function figureOf(symbol: LegendSymbol): Figure {
  const fill = colour(symbol.color, GREY);
  switch (symbol.type) {
    case "fill":
      return {
        shape: "area",
        fill,
        stroke: colour(symbol.outline, fill),
        width: clamp(symbol.width, [1, 2.5]),
      };
    case "line":
      return { shape: "line", stroke: fill, width: clamp(symbol.width, [1.25, 5]) };
    case "circle":
      return {
        shape: "dot",
        fill,
        stroke: colour(symbol.outline, "#ffffff"),
        radius: clamp(symbol.radius, [3, 6]),
      };
    case "text":
      return { shape: "text", fill };
    default:
      return { shape: "picture" };
  }
}
