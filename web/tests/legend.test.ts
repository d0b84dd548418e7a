import { describe, expect, test } from "vitest";
import { figureOf } from "../src/map/legend";

describe("a legend symbol", () => {
  test("keeps the colours it was given", () => {
    const symbol = { type: "fill", color: "#eadcf0", outline: "rgb(1, 2, 3)" } as const;
    expect(figureOf(symbol)).toEqual({ shape: "area", fill: "#eadcf0", stroke: "rgb(1, 2, 3)", width: 1 });
  });

  test.each(["url(https://evil.example/x)", "#12", "red;", "expression(1)", ""])(
    "becomes grey where the colour is none: %s",
    (color) => {
      expect(figureOf({ type: "line", color })).toMatchObject({ stroke: "#7b8490" });
    },
  );

  test("stays inside its box", () => {
    expect(figureOf({ type: "circle", radius: 40 })).toMatchObject({ radius: 6 });
    expect(figureOf({ type: "line", width: 0.1 })).toMatchObject({ width: 1.25 });
  });
});
