import { describe, expect, test } from "vitest";
import { outlivesMaker } from "../src/office/key-standing";

const now = new Date("2026-11-29T00:00:00Z");
const live = { expires_at: "2027-06-01T00:00:00Z", revoked_at: null, maker_left: true };

describe("a key whose maker is gone", () => {
  test("is marked while it works", () => {
    expect(outlivesMaker(live, now)).toBe(true);
    expect(outlivesMaker({ ...live, expires_at: "2026-12-01T00:00:00Z" }, now)).toBe(true);
  });

  test.each([
    { ...live, maker_left: false },
    { ...live, revoked_at: "2026-11-28T00:00:00Z" },
    { ...live, expires_at: "2026-11-28T00:00:00Z" },
  ])("is not marked where it works no more, or its maker is there", (key) => {
    expect(outlivesMaker(key, now)).toBe(false);
  });
});
