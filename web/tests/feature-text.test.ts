import { describe, expect, test } from "vitest";
import type { Field } from "../src/api/contract";
import { attributesOf, featureTitle, valueText } from "../src/map/feature-text";

function field(name: string, title = name): Field {
  return { name, title, title_en: `${title} (en)`, type: "text" };
}

describe("a value", () => {
  test.each([
    [null, "—"],
    ["", "—"],
    [19753, "19753"],
    [57.7241, "57,724"],
    [true, "Có"],
    ["2026-11-21", "21 thg 11, 2026"],
    ["Phú Hồ", "Phú Hồ"],
    [{ a: 1 }, '{"a":1}'],
  ])("%j reads %s", (value, words) => {
    expect(valueText(value, "vi")).toBe(words);
  });
});

describe("the attributes", () => {
  test("stand under the field's title, in the person's language", () => {
    const [one] = attributesOf([field("ten", "Tên")], { ten: "Phú Hồ" }, "en");
    expect(one).toEqual({ title: "Tên (en)", value: "Phú Hồ", href: null });
  });

  test.each([
    ["https://hue.gov.vn/a", true],
    ["tel:19001075", true],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
  ])("lead only where a browser may go: %s", (value, isLink) => {
    const [one] = attributesOf([field("lien_ket")], { lien_ket: value }, "vi");
    expect(one?.href).toBe(isLink ? value : null);
  });
});

describe("what a feature is called", () => {
  test("is its name field", () => {
    const fields = [field("ma"), field("ghi_chu"), field("ten_phuong")];
    expect(featureTitle(fields, { ma: 7, ghi_chu: "x", ten_phuong: "Phú Hồ" })).toBe("Phú Hồ");
  });

  test("is its first text where no field is a name, and nothing where there is none", () => {
    expect(featureTitle([field("ma"), field("loai")], { ma: 7, loai: "Đập" })).toBe("Đập");
    expect(featureTitle([field("ma")], { ma: 7 })).toBeNull();
  });
});
