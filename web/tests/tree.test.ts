import { describe, expect, test } from "vitest";
import type { Layer } from "../src/api/contract";
import { groupLayers, plainTitle } from "../src/map/tree";

function layer(slug: string, values: Partial<Layer>): Layer {
  return { slug, title: slug, title_en: "", simulated: false, draw_order: 1, ...values } as Layer;
}

const LAYERS = [
  layer("song", { theme: "water", theme_title: "Thủy văn", theme_order: 2, unit: "snnmt", draw_order: 5 }),
  layer("ho", { theme: "water", theme_title: "Thủy văn", theme_order: 2, unit: "sxd", draw_order: 9 }),
  layer("phuong", { theme: "borders", theme_title: "Địa giới", theme_order: 1, unit: "snv" }),
  layer("khac", { theme: "", unit: null }),
];

describe("the tree", () => {
  test("follows the order of the themes; what has none comes last", () => {
    const groups = groupLayers(LAYERS, "theme", "vi");
    expect(groups.map((group) => group.key)).toEqual(["borders", "water", ""]);
  });

  test("lists first what is drawn on top", () => {
    const water = groupLayers(LAYERS, "theme", "vi")[1];
    expect(water?.layers.map((one) => one.slug)).toEqual(["ho", "song"]);
  });

  test("groups by unit too, in Vietnamese order", () => {
    const units = LAYERS.map((one) => ({ ...one, unit_title: { snnmt: "Đê điều", sxd: "Dân số", snv: "Ân" }[one.unit ?? ""] ?? "" }));
    const titles = groupLayers(units, "unit", "vi").map((group) => group.title);
    expect(titles).toEqual(["Ân", "Dân số", "Đê điều", ""]);
  });
});

describe("a title in the tree", () => {
  test.each([
    ["Thửa đất (dữ liệu mô phỏng)", "Thửa đất"],
    ["Thửa đất [mô phỏng]", "Thửa đất"],
    ["Thửa đất", "Thửa đất"],
  ])("%s, with its badge beside it, reads %s", (title, plain) => {
    expect(plainTitle(layer("thua", { title, simulated: true }), "vi")).toBe(plain);
  });

  test("of real data is left as it is", () => {
    const title = "Kịch bản (mô phỏng)";
    expect(plainTitle(layer("kich_ban", { title }), "vi")).toBe(title);
  });
});
