import { describe, expect, it } from "vitest";
import type { Field, Palette } from "../src/api/contract";
import { fieldsFor, nearest, numbersFor, palettesFor } from "../src/studio/classes";

const field = (name: string, type: string): Field => ({ name, title: name, title_en: "", type });
const FIELDS = [field("tên", "text"), field("số", "integer"), field("giá", "real"), field("lúc", "datetime")];
const palette = (name: string, use: Palette["use"], most: number): Palette => ({
  name,
  title: name,
  title_vi: name,
  use,
  licence: "",
  source: "",
  colours: Object.fromEntries(Array.from({ length: most }, (_, at) => [at + 1, []])),
});

describe("classes", () => {
  it("fit the type of the field", () => {
    expect(fieldsFor("categories", FIELDS).map(({ name }) => name)).toEqual(["tên", "số"]);
    expect(fieldsFor("quantile", FIELDS).map(({ name }) => name)).toEqual(["số", "giá"]);
  });

  it("have a palette of their own use", () => {
    const all = [palette("a", "list", 8), palette("b", "scale", 7), palette("c", "two-sided", 7)];
    expect(palettesFor("categories", all).map(({ name }) => name)).toEqual(["a"]);
    expect(palettesFor("natural-breaks", all).map(({ name }) => name)).toEqual(["b", "c"]);
  });

  it("are as many as the palette has colours for", () => {
    const numbers = numbersFor("quantile", palette("b", "scale", 4));
    expect(numbers).toEqual([2, 3, 4]);
    expect(nearest(9, numbers)).toBe(4);
    expect(nearest(3, numbers)).toBe(3);
  });
});
