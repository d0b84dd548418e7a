"""Rules over claims, in the shapes that sign-ons write them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gishue.accounts.claim_rule import ClaimRule, check, granted, values_at
from gishue.core.actor import Role
from gishue.core.errors import InvalidInput

DATA = Path(__file__).resolve().parents[2] / "data" / "sign_on"
KEYCLOAK: dict[str, Any] = json.loads((DATA / "keycloak_access_token.json").read_text("utf-8"))
OTHER: dict[str, Any] = json.loads((DATA / "other_shapes.json").read_text("utf-8"))
UNITS = frozenset({"so_xd", "phuong_an_cuu", "phuong_vy_da"})


def _rule(claim: str, value: str, role: Role = Role.VIEWER, unit: str | None = None) -> ClaimRule:
    return ClaimRule(1, 100, claim, value, unit, role)


@pytest.mark.parametrize(
    ("claims", "path", "values"),
    [
        (KEYCLOAK, "realm_access.roles", ["offline_access", "default-roles-hue", "gis-viewer"]),
        (KEYCLOAK, "resource_access.gis.hue.roles", ["editor", "publisher"]),
        (KEYCLOAK, "resource_access.account.roles", ["manage-account", "view-profile"]),
        (KEYCLOAK, "azp", ["hue-s"]),
        (KEYCLOAK, "realm_access.roles.x", []),
        (KEYCLOAK, "realm_access", []),
        (KEYCLOAK, "email_verified", []),
        (OTHER, "groups", ["gis_editor"]),
        (OTHER, "https://hue.example/claims/roles", ["staff"]),
        (OTHER, "a.b.c.d", ["x"]),
        (OTHER, "a.b.c.e", ["y"]),
        (OTHER, "mixed", ["one"]),
        (OTHER, "realm_access.roles", []),
        (OTHER, "khong.co", []),
    ],
)
def test_a_path_finds_the_texts_of_a_claim(
    claims: dict[str, Any], path: str, values: list[str]
) -> None:
    assert values_at(claims, path) == values


def test_the_unit_may_stand_in_the_value() -> None:
    rules = [
        _rule("groups", "/phuong/{unit}/bien-tap", Role.EDITOR),
        _rule("groups", "/phuong/{unit}/*", Role.VIEWER),
        _rule("groups", "/{unit}/quan-tri", Role.UNIT_ADMIN),
    ]
    found = granted(rules, KEYCLOAK, UNITS)
    assert found.roles == {
        "phuong_an_cuu": Role.EDITOR,
        "phuong_vy_da": Role.VIEWER,
        "so_xd": Role.UNIT_ADMIN,
    }
    assert found.home == "phuong_an_cuu"


def test_of_several_roles_in_a_unit_the_highest_counts_and_the_first_rule_names_home() -> None:
    rules = [
        _rule("realm_access.roles", "gis-*", Role.VIEWER, "so_xd"),
        _rule("resource_access.gis.hue.roles", "publisher", Role.PUBLISHER, "so_xd"),
        _rule("resource_access.gis.hue.roles", "editor", Role.EDITOR, "so_xd"),
        _rule("resource_access.gis.hue.roles", "editor", Role.EDITOR, "phuong_vy_da"),
    ]
    found = granted(rules, KEYCLOAK, UNITS)
    assert found.roles == {"so_xd": Role.PUBLISHER, "phuong_vy_da": Role.EDITOR}
    assert found.home == "so_xd"


def test_a_role_of_no_unit_is_one_of_the_staff_in_general() -> None:
    found = granted([_rule("realm_access.roles", "gis-viewer")], KEYCLOAK, UNITS)
    assert (found.roles, found.home) == ({"": Role.VIEWER}, None)


def test_a_unit_that_is_not_there_gives_nothing() -> None:
    rules = [_rule("groups", "/phuong/{unit}/bien-tap", Role.EDITOR)]
    assert granted(rules, KEYCLOAK, frozenset()).roles == {}


@pytest.mark.parametrize(
    "value",
    ["GIS-VIEWER", "gis-view", "gis-viewer-2", "gis.viewer", "*gis-viewer", ".*", "gis-viewe?"],
)
def test_an_exact_value_is_taken_at_its_word(value: str) -> None:
    assert granted([_rule("realm_access.roles", value)], KEYCLOAK, UNITS).roles == {}


@pytest.mark.parametrize("code", ["..", "", "A", "a b", "a/b"])
def test_only_what_can_be_a_code_is_read_as_a_unit(code: str) -> None:
    rules = [_rule("groups", "/phuong/{unit}/bien-tap", Role.EDITOR)]
    assert granted(rules, {"groups": [f"/phuong/{code}/bien-tap"]}, None).roles == {}


@pytest.mark.parametrize(
    "rule",
    [
        _rule("", "x"),
        _rule("groups", ""),
        _rule("groups", "a*b"),
        _rule("groups", "{unit}/{unit}"),
        _rule("groups", "x" * 201),
        _rule("groups", "a\x00b"),
        _rule("groups", "/{unit}", Role.EDITOR, "so_xd"),
        _rule("groups", "/{unit}", Role.CITY_ADMIN),
        _rule("groups", "admin", Role.CITY_ADMIN, "so_xd"),
    ],
)
def test_a_rule_that_says_two_things_is_refused(rule: ClaimRule) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(rule)
    assert caught.value.detail_vi != caught.value.detail


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from(["a", "b", "a.b"]) | st.text(), _JSON), st.text())
def test_claims_of_any_shape_are_read_or_passed_over(claims: dict[str, Any], value: str) -> None:
    for path in ("a", "a.b", "a.b.c", "..", ""):
        found = granted([_rule(path, value + "*"), _rule(path, "{unit}")], claims, UNITS)
        assert set(found.roles) <= {*UNITS, ""}
