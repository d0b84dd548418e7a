import { describe, expect, test } from "vitest";
import type { Me, Unit } from "../src/api/contract";
import { ApiProblem } from "../src/api/problem";
import { dayAhead, dayOf, dayText } from "../src/office/days";
import { keyStanding } from "../src/office/key-standing";
import { byCode, decides, decidesSomewhere, heldRoles, isAdministrator, unitsWith } from "../src/office/offices";
import { invitationLink } from "../src/office/people-api";
import { plain } from "../src/office/plain";

function unit(code: string, parent: string | null, isActive = true): Unit {
  return { code, title: code, title_en: "", parent, kind: "department", is_active: isActive, has_area: false };
}

const UNITS = byCode([unit("hue", null), unit("so_xd", "hue"), unit("phong", "so_xd"), unit("so_yt", "hue", false)]);
const editor: Me = { kind: "account", name: "an", roles: { so_xd: "editor", phong: "editor", so_yt: "unit_admin" } };

describe("the roles of a person", () => {
  test("are told once, at the highest unit, with those below counted", () => {
    expect(heldRoles(editor, UNITS)).toEqual([
      { role: "editor", unit: "so_xd", below: 1 },
      { role: "unit_admin", unit: "so_yt", below: 0 },
    ]);
  });

  test("open the units where they are enough, closed units left out", () => {
    expect(unitsWith(editor, UNITS, "editor", "vi").map((one) => one.code)).toEqual(["phong", "so_xd"]);
    expect(unitsWith(editor, UNITS, "publisher", "vi")).toEqual([]);
  });

  test("of the city's administrator reach every open unit", () => {
    const admin: Me = { kind: "account", name: "a", is_admin: true, city_role: "city_admin", roles: {} };
    expect(unitsWith(admin, UNITS, "unit_admin", "vi")).toHaveLength(3);
    expect(isAdministrator(admin)).toBe(true);
  });
});

describe("who may use a layer", () => {
  test("is decided by publishers of its unit, and by the city's administrator", () => {
    const publisher: Me = { kind: "account", name: "p", roles: { so_xd: "publisher", so_yt: "viewer" } };
    expect(decides(publisher, "so_xd")).toBe(true);
    expect(decides(publisher, "so_yt")).toBe(false);
    expect(decides(publisher, null)).toBe(false);
    expect(decides({ kind: "account", name: "a", is_admin: true }, null)).toBe(true);
    expect([publisher, editor].map(decidesSomewhere)).toEqual([true, true]);
    expect(decidesSomewhere({ kind: "account", name: "v", roles: { so_xd: "editor" } })).toBe(false);
  });
});

describe("a key", () => {
  const now = new Date("2026-11-01T00:00:00Z");
  const standing = (expires_at: string, revoked_at: string | null = null): string =>
    keyStanding({ expires_at, revoked_at }, now);

  test("works, ends soon, has ended, or was revoked", () => {
    expect(standing("2027-06-01T00:00:00Z")).toBe("live");
    expect(standing("2026-11-20T00:00:00Z")).toBe("ending");
    expect(standing("2026-11-01T00:00:00Z")).toBe("expired");
    expect(standing("2027-06-01T00:00:00Z", "2026-10-01T00:00:00Z")).toBe("revoked");
  });
});

describe("a problem of the server", () => {
  test("is told by field, in the person's language", () => {
    const errors = [{ where: "body.name", message: "too long", message_vi: "dài quá" }, { where: "query.x", message: "no" }];
    const problem = new ApiProblem(422, { type: "/problems/invalid-input", errors });
    expect([...problem.fields("vi")]).toEqual([["name", "dài quá"]]);
    expect([...problem.fields("en")]).toEqual([["name", "too long"]]);
    expect(problem.slug).toBe("invalid-input");
  });

  test("is told at the field within a part of the body", () => {
    const errors = [
      { where: "body.closure.approver", message: "too long" },
      { where: "body.acts.0", message: "no act" },
    ];
    expect([...new ApiProblem(422, { errors }).fields("en").keys()]).toEqual(["approver", "acts"]);
  });

  test("names what a form lacks", () => {
    expect(new ApiProblem(422, { missing: ["approver", 7] }).missing).toEqual(["approver"]);
    expect(new ApiProblem(422).missing).toEqual([]);
  });
});

test("days are counted by the calendar of the place", () => {
  const noon = new Date(2026, 11, 31, 12);
  expect(dayOf(noon)).toBe("2026-12-31");
  expect(dayAhead(noon, 1)).toBe("2027-01-01");
});

test("a day is read one way only", () => {
  const at = new Date(2026, 3, 5, 12).toISOString();
  expect(dayText(at, "vi")).toBe("05/04/2026");
  expect(dayText(at, "en")).toBe("5 Apr 2026");
});

test("an invitation stands behind the #, where no server sees it", () => {
  const link = new URL(invitationLink("https://gis.example", "a-b_c"));
  expect([link.pathname, link.search, link.hash]).toEqual(["/invitation", "", "#a-b_c"]);
});

test("what is sought is found without marks", () => {
  expect(plain("Đất Ở Huế")).toBe("dat o hue");
});
