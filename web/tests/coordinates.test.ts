import { describe, expect, test } from "vitest";
import { parsePosition, vn2000Text, wgs84Text } from "../src/map/coordinates";
import { fromVn2000, toVn2000 } from "../src/map/vn2000";

// Control points of PROJ 9.8 (EPSG:6960 then EPSG:9214), confirmed by an independent
// Krüger + Helmert computation to under half a millimetre.
const POINTS = [
  ["Ngọ Môn", 107.5776, 16.4677, 561476.4762, 1821417.4543],
  ["Cầu Trường Tiền", 107.5896, 16.4689, 562757.3963, 1821553.943],
  ["Thuận An", 107.6412, 16.5524, 568237.6209, 1830810.711],
  ["A Lưới", 107.23, 16.279, 524385.6996, 1800463.2605],
] as const;

describe("VN-2000 / TM-3 107°00′", () => {
  test.each(POINTS)("%s lies within a millimetre of its control point", (_, lon, lat, e, n) => {
    const [easting, northing] = toVn2000([lon, lat]);
    expect(Math.hypot(easting - e, northing - n)).toBeLessThan(0.001);
  });

  test("E 561800 N 1821600 comes back to its place", () => {
    const [lon, lat] = fromVn2000([561800, 1821600]);
    expect(lon).toBeCloseTo(107.5806348329, 8);
    expect(lat).toBeCloseTo(16.4693412597, 8);
  });
});

describe("a typed position", () => {
  test.each([
    ["16.4677, 107.5776"],
    ["107.5776 16.4677"],
    ["16.4677;107.5776"],
    ["561476.4762 1821417.4543"],
    ["1821417.4543, 561476.4762"],
    ["E 561476.48  N 1821417.45"],
    ["X=1821417.45 Y=561476.48"],
  ])("is read whatever its order and system: %s", (typed) => {
    const [lon, lat] = parsePosition(typed) ?? [0, 0];
    expect(lon).toBeCloseTo(107.5776, 6);
    expect(lat).toBeCloseTo(16.4677, 6);
  });

  test.each(["phu hoi", "12", "12 34", "16.4 200", "1 2 3", "", "đường 3/2"])("is not seen in %s", (typed) => {
    expect(parsePosition(typed)).toBeNull();
  });

  test("is written so that it can be read again", () => {
    const place = [107.5776, 16.4677] as const;
    expect(wgs84Text(place)).toBe("16.467700, 107.577600");
    expect(vn2000Text(place)).toBe("E 561476.48  N 1821417.45");
    const [lon, lat] = parsePosition(vn2000Text(place)) ?? [0, 0];
    expect(lon).toBeCloseTo(107.5776, 6);
    expect(lat).toBeCloseTo(16.4677, 6);
  });
});
