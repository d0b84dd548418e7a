import { describe, expect, test } from "vitest";
import { formatViewState, parseViewState, type ViewState } from "../src/map/view-state";

const STATE: ViewState = {
  view: { lon: 107.5776, lat: 16.4677, zoom: 14.25, bearing: 12.5, pitch: 30 },
  layers: [
    { slug: "phuong_xa", opacity: 1 },
    { slug: "cay_xanh", opacity: 0.6 },
  ],
  feature: { slug: "phuong_xa", id: "17" },
};

describe("the address of a map", () => {
  test("comes back as it was written", () => {
    expect(parseViewState(`#${formatViewState(STATE)}`)).toEqual(STATE);
  });

  test("reads well enough to be sent in a message", () => {
    expect(formatViewState(STATE)).toBe(
      "at=107.57760,16.46770,14.25,12.5,30.0&layers=phuong_xa,cay_xanh:60&feature=phuong_xa/17",
    );
  });

  test("leaves out a bearing and a pitch that are none", () => {
    const view = { lon: 107, lat: 16, zoom: 9, bearing: 0, pitch: 0 };
    expect(formatViewState({ view, layers: null, feature: null })).toBe("at=107.00000,16.00000,9.00");
  });

  test("tells no layers at all from the usual layers", () => {
    expect(parseViewState("#layers=").layers).toEqual([]);
    expect(parseViewState("#at=107,16,9").layers).toBeNull();
  });

  test("keeps a feature id with a slash or a space in it", () => {
    const feature = { slug: "so_nha", id: "12/3 Lê Lợi" };
    const written = formatViewState({ view: null, layers: null, feature });
    expect(parseViewState(`#${written}`).feature).toEqual(feature);
  });

  test.each(["at=abc,16,9", "at=107,16", "at=107,95,9", "at=107,16,99", "at=", "feature=x", "nonsense"])(
    "ignores what does not read: %s",
    (hash) => {
      expect(parseViewState(`#${hash}`)).toEqual({ view: null, layers: null, feature: null });
    },
  );

  test("drops a layer whose name is no slug and clamps a wild opacity", () => {
    const { layers } = parseViewState("#layers=<b>,song:900,ho:-5,cau:x");
    expect(layers).toEqual([
      { slug: "song", opacity: 1 },
      { slug: "ho", opacity: 0 },
    ]);
  });
});
