import type { StyleSpecification } from "maplibre-gl";
import { describe, expect, test } from "vitest";
import { keepingReach, liesIn } from "../src/map/reach";

const CITY = [107, 16, 108, 17] as const;

function sheet(bounds: readonly [number, number, number, number]): StyleSpecification {
  return { version: 8, sources: { a: { type: "vector", tiles: ["/a"], bounds: [...bounds] } }, layers: [] };
}

describe("a box", () => {
  test.each([
    [[107.1, 16.1, 107.2, 16.2], true],
    [CITY, true],
    [[107, 16, 108.0000001, 17], true],
    [[107, 16, 108.001, 17], false],
    [[107, 15.9, 107.1, 16.1], false],
  ])("%j lies in the city: %s", (box, inside) => {
    expect(liesIn(box, CITY)).toBe(inside);
  });
});

describe("a source whose layer was edited", () => {
  test("stays as it is while the layer reaches no further", () => {
    const kept = keepingReach(sheet(CITY), sheet([107.2, 16.2, 107.8, 16.8]));
    expect(kept).toEqual(sheet(CITY));
  });

  test("takes new bounds once the layer reaches beyond", () => {
    const grown = sheet([107, 16, 108.5, 17]);
    expect(keepingReach(sheet(CITY), grown)).toEqual(grown);
  });
});
