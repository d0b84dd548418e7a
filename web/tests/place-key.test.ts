import { describe, expect, test } from "vitest";
import { matchSpan, vnKey } from "../src/map/place-key";

describe("the key names are compared by", () => {
  test.each([
    ["Phường Phú Hội", "phuong phu hoi"],
    ["ĐƯỜNG Đống Đa", "duong dong da"],
    ["Hòa", "hoa"],
    ["Hoà", "hoa"],
    ["  Chân Mây - Lăng Cô ", "chan may lang co"],
    ["Thửa 12/3", "thua 12 3"],
  ])("%s → %s", (name, key) => {
    expect(vnKey(name)).toBe(key);
    expect(vnKey(name.normalize("NFD"))).toBe(key);
  });
});

describe("the part of a name that was found", () => {
  function marked(name: string, query: string): string | null {
    const span = matchSpan(name, query);
    return span && name.normalize("NFC").slice(...span);
  }

  test.each([
    ["Xã Phú Hồ", "phu ho", "Phú Hồ"],
    ["Phường Thuận Hóa", "hoa", "Hóa"],
    ["Chân Mây - Lăng Cô", "may lang", "Mây - Lăng"],
    ["Đường Điện Biên Phủ", "dien", "Điện"],
    ["Xã Phú Hồ".normalize("NFD"), "PHÚ", "Phú"],
  ])("%s / %s", (name, query, found) => {
    expect(marked(name, query)).toBe(found);
  });

  test("prefers the beginning of a word", () => {
    expect(marked("Khánh An", "an")).toBe("An");
  });

  test("is nothing where nothing matches", () => {
    expect(marked("Phú Hồ", "xyz")).toBeNull();
    expect(marked("Phú Hồ", " ")).toBeNull();
  });
});
