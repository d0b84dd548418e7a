import { describe, expect, test } from "vitest";
import en from "../src/i18n/en.json";
import { textIn } from "../src/i18n/text";
import vi from "../src/i18n/vi.json";
import { insetPoint, insetWindow } from "../src/map/inset";
import { NATION_SIZE } from "../src/map/nation-outline";
import { nextPage } from "../src/portal/next-page";

describe("the words", () => {
  test("are there in both languages, with the same blanks to fill", () => {
    const blanks = (words: Record<string, string>): Record<string, string[]> =>
      Object.fromEntries(Object.entries(words).map(([key, text]) => [key, (text.match(/\{\w+\}/g) ?? []).sort()]));
    expect(blanks(en)).toEqual(blanks(vi));
  });

  test("are Unicode NFC", () => {
    for (const words of Object.values(vi)) expect(words).toBe(words.normalize("NFC"));
  });

  test("have their blanks filled", () => {
    expect(textIn("vi", "feature_of", { at: 1, count: 3 })).toBe("1 trên 3 đối tượng");
  });
});

describe("the page after signing in", () => {
  const at = (next: string): string => nextPage(`https://gis.example/login?next=${encodeURIComponent(next)}`);

  test("is the map the person came from", () => {
    expect(at("/?lang=en#at=107,16,9")).toBe("/?lang=en#at=107,16,9");
  });

  test.each(["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""])(
    "is never somebody else's: %s",
    (next) => {
      expect(at(next)).toBe("/");
    },
  );
});

describe("the little map of the nation", () => {
  const size = { width: 1000, height: 500 };

  test("holds both archipelagos", () => {
    for (const [lon, lat] of [[111.2, 15.78], [112.74, 16.67], [111.92, 8.65], [117.7, 11.0]] as const) {
      const [x, y] = insetPoint(lon, lat);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(NATION_SIZE.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(NATION_SIZE.height);
    }
  });

  test("never loses the window from sight", () => {
    const box = insetWindow({ lon: 107.6, lat: 16.4, zoom: 18, bearing: 0, pitch: 0 }, size);
    expect(box.width).toBe(5);
    expect(box.height).toBe(5);
  });

  test("halves the window with each zoom step", () => {
    const view = { lon: 107.6, lat: 16.4, zoom: 6, bearing: 0, pitch: 0 };
    const wide = insetWindow(view, size);
    expect(insetWindow({ ...view, zoom: 7 }, size).width).toBeCloseTo(wide.width / 2, 6);
  });
});
