import { describe, expect, test } from "vitest";
import { lengthText, metresPerPixel, scaleBar, scaleDenominator, scaleText } from "../src/map/scale";

describe("the scale", () => {
  test("at the equator and zoom 0 one tile of 512 pixels spans the earth", () => {
    expect(metresPerPixel(0, 0) * 512).toBeCloseTo(40_075_016.686, 2);
  });

  test("shrinks with the latitude as Web Mercator does", () => {
    expect(metresPerPixel(60, 10)).toBeCloseTo(metresPerPixel(0, 10) / 2, 9);
  });

  test.each([
    [1, 110, 100],
    [0.3, 110, 20],
    [45, 110, 2_000],
    [480, 110, 50_000],
  ])("of %d m a pixel in %d pixels is a bar of %d m", (mpp, room, metres) => {
    const bar = scaleBar(mpp, room);
    expect(bar.metres).toBe(metres);
    expect(bar.width_px).toBeLessThanOrEqual(room);
  });

  test("counts 96 pixels an inch", () => {
    expect(scaleDenominator(0.0254 / 96)).toBe(1);
    expect(scaleDenominator(6.62)).toBe(25_000);
    expect(scaleText(6.62)).toBe("≈ 1:25\u202f000");
  });

  test("is written in metres, then kilometres", () => {
    expect(lengthText(500)).toBe("500 m");
    expect(lengthText(5_000)).toBe("5 km");
  });
});
