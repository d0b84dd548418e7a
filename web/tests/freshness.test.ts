import { expect, test } from "vitest";
import type { Layer } from "../src/api/contract";
import { Catalogue } from "../src/portal/catalogue";
import { Freshness } from "../src/portal/freshness";

const nothing = (): void => undefined;

function opened(): { catalogue: Catalogue; freshness: Freshness; left: string[] } {
  const left: string[] = [];
  const catalogue = new Catalogue({ loaded: nothing, failed: nothing });
  catalogue.layers = [{ slug: "kin" }, { slug: "mo" }] as unknown as readonly Layer[];
  const freshness = new Freshness(catalogue, {
    redraw: nothing,
    touched: nothing,
    reread: nothing,
    left: ({ slug }) => left.push(slug),
  });
  return { catalogue, freshness, left };
}

test.each(["gone", "deleted", "retired"])("a layer that is %s leaves at once, without being asked for", async (action) => {
  const { catalogue, freshness, left } = opened();
  await freshness.heard({ slug: "kin", action });
  expect(catalogue.layers.map(({ slug }) => slug)).toEqual(["mo"]);
  expect(left).toEqual(["kin"]);
});

test("of a layer that was never here nothing is said", async () => {
  const { catalogue, freshness, left } = opened();
  await freshness.heard({ slug: "la", action: "gone" });
  expect(catalogue.layers.length).toBe(2);
  expect(left).toEqual([]);
});
