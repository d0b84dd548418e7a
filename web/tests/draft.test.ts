import { describe, expect, test } from "vitest";
import { conflictOf, faultsOf, type VersionedFeature } from "../src/api/edits";
import { ApiProblem } from "../src/api/problem";
import { changedValues, differences, draftOf, isTouched, readTyped, rebase, typedOf } from "../src/edit/draft";

const FIELDS = ["ten:text", "nam:integer", "cao:real", "mo:boolean", "luc:datetime"].map((said) => {
  const [name = "", type = ""] = said.split(":");
  return { name, type, title: name, title_en: "" };
});

function feature(version: number, properties: Record<string, unknown>, lon = 107.5): VersionedFeature {
  return { type: "Feature", id: 7, version, properties, geometry: { type: "Point", coordinates: [lon, 16.4] } };
}

const BASE = feature(3, { ten: "Ngọ Môn", nam: 1833, cao: 14.123456789, mo: true, luc: "2026-01-02T03:04:05.678901Z" });

describe("a draft", () => {
  test("of an untouched feature changes nothing", () => {
    const draft = draftOf(FIELDS, BASE);
    expect(changedValues(FIELDS, draft).values).toEqual({});
    expect(isTouched(FIELDS, draft)).toBe(false);
  });

  test("sends only what was typed", () => {
    const draft = draftOf(FIELDS, BASE);
    const typed = { ...draft.typed, nam: "1834", ten: "" };
    expect(changedValues(FIELDS, { ...draft, typed }).values).toEqual({ nam: 1834, ten: null });
  });

  test("names the fields that hold no value of their type", () => {
    const draft = draftOf(FIELDS, null);
    const typed = { ...draft.typed, nam: "1,5", cao: "cao" };
    const { values, wrong } = changedValues(FIELDS, { ...draft, typed });
    expect(values).toEqual({});
    expect([...wrong]).toEqual([["nam", "edit_not_whole"], ["cao", "edit_not_number"]]);
  });

  test("is touched by a new place alone", () => {
    expect(isTouched(FIELDS, { ...draftOf(FIELDS, BASE), geometry: BASE.geometry })).toBe(true);
  });
});

describe("a typed value", () => {
  test.each([
    ["real", "1,5", 1.5],
    ["real", " -2.25 ", -2.25],
    ["integer", "12", 12],
    ["boolean", "false", false],
    ["text", " có dấu cách ", " có dấu cách "],
    ["date", "2026-11-29", "2026-11-29"],
    ["real", "  ", null],
  ])("of type %s: %j is %j", (type, typed, value) => {
    expect(readTyped(type, typed)).toEqual({ value });
  });

  test("of a moment comes back as the same moment", () => {
    const { luc = "" } = typedOf(FIELDS, BASE.properties ?? {});
    expect(readTyped("datetime", luc)).toEqual({ value: "2026-01-02T03:04:05.000Z" });
  });
});

describe("a draft put on top of another's change", () => {
  const draft = draftOf(FIELDS, BASE);
  const mine = { ...draft, typed: { ...draft.typed, ten: "Cửa Ngọ Môn", nam: "1834" } };

  test("takes what only they changed, keeps what only we changed, names what both did", () => {
    const theirs = feature(4, { ...BASE.properties, ten: "Ngọ Môn Huế", cao: 15 });
    const { draft: merged, clashes } = rebase(FIELDS, mine, theirs);
    expect(merged.base?.version).toBe(4);
    expect(merged.typed).toMatchObject({ ten: "Cửa Ngọ Môn", nam: "1834", cao: "15" });
    expect(clashes).toEqual([{ name: "ten", mine: "Cửa Ngọ Môn", theirs: "Ngọ Môn Huế" }]);
    expect(changedValues(FIELDS, merged).values).toEqual({ ten: "Cửa Ngọ Môn", nam: 1834 });
  });

  test("does not clash where both wrote the same", () => {
    const theirs = feature(4, { ...BASE.properties, nam: 1834 });
    const { draft: merged, clashes } = rebase(FIELDS, mine, theirs);
    expect(clashes).toEqual([]);
    expect(changedValues(FIELDS, merged).values).toEqual({ ten: "Cửa Ngọ Môn" });
  });

  test("clashes in its place only where both moved it", () => {
    const moved = { ...draft, geometry: { type: "Point" as const, coordinates: [107.7, 16.5] } };
    expect(rebase(FIELDS, moved, feature(4, BASE.properties ?? {}, 107.6)).clashes).toHaveLength(1);
    expect(rebase(FIELDS, moved, feature(4, BASE.properties ?? {})).clashes).toEqual([]);
  });
});

test("what differs between two states is listed by field", () => {
  const after = feature(4, { ...BASE.properties, ten: "Cửa", mo: null });
  expect(differences(FIELDS, BASE, after).map(({ field }) => field.name)).toEqual(["ten", "mo"]);
  expect(differences(FIELDS, null, BASE)).toHaveLength(5);
});

describe("a refused change", () => {
  test("of an old version says which one there is", () => {
    const body = { type: "/problems/edit-conflict", conflicts: [{ index: 0, id: 7, version: 5 }] };
    expect(conflictOf(new ApiProblem(409, body))).toMatchObject({ version: 5 });
    expect(conflictOf(new ApiProblem(409, { type: "/problems/conflict" }))).toBeNull();
  });

  test("puts each sentence at its field", () => {
    const errors = [
      { index: 0, field: "ten", message: "too long", message_vi: "quá dài" },
      { index: 0, field: null, message: "crosses itself", message_vi: "tự cắt" },
    ];
    const problem = new ApiProblem(422, { type: "/problems/invalid-changes", errors });
    expect([...faultsOf(problem, "vi")]).toEqual([["ten", "quá dài"], ["", "tự cắt"]]);
    expect(faultsOf(problem, "en").get("ten")).toBe("too long");
  });
});
