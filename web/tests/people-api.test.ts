import { describe, expect, it } from "vitest";

import type { User } from "../src/api/contract";
import { withRole, withoutRole } from "../src/office/people-api";

const LAN: User = {
  name: "lan",
  display: "Lan",
  unit: "so_xd",
  email: "",
  issuer: null,
  is_active: true,
  is_invited: false,
  roles: [
    { unit: "so_xd", role: "viewer", source: "given" },
    { unit: "so_xd", role: "editor", source: "claims" },
  ],
};

describe("a role that was given or taken", () => {
  it("stands in place of the one that was given there before", () => {
    const given = { name: "lan", unit: "so_xd", role: "publisher", source: "given" } as const;
    expect(withRole(LAN, given).roles).toEqual([LAN.roles[1], { unit: "so_xd", role: "publisher", source: "given" }]);
  });

  it("leaves what comes from claims and from other units", () => {
    const taken = { name: "lan", unit: "so_xd", role: "viewer", source: "given" } as const;
    expect(withoutRole(LAN, taken).roles).toEqual([LAN.roles[1]]);
    expect(withoutRole(LAN, { ...taken, unit: null }).roles).toEqual(LAN.roles);
  });
});
