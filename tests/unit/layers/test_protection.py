"""Masks and row rules: what is taken, and what a new table must not uncover."""

from dataclasses import replace

import pytest

from gishue.core.access import Audience
from layers import protection
from layers.fields import FieldType, build
from layers.protection import InvalidProtection, Protection, ProtectionLost
from tests.support.registry import a_layer

PUBLIC, STAFF, UNIT = Audience
FIELDS = build(["tên", "cccd", "phường"], [FieldType.TEXT] * 3)
LAYER = replace(a_layer(), fields=FIELDS)


def test_what_is_said_is_kept_by_name() -> None:
    said = Protection({"cccd": UNIT}, {STAFF: "phường = 'A'", PUBLIC: "phường = 'B'"})
    assert protection.settled(said, LAYER, FIELDS) == said


def test_the_public_sees_no_more_than_the_staff() -> None:
    said = Protection({}, {STAFF: " phường = 'A' "})
    rules = protection.settled(said, LAYER, FIELDS).row_rules
    assert rules == {STAFF: "phường = 'A'", PUBLIC: "phường = 'A'"}


def test_an_empty_rule_is_none() -> None:
    assert protection.settled(Protection({}, {PUBLIC: "  "}), LAYER, FIELDS).row_rules == {}


@pytest.mark.parametrize(
    ("said", "vi"),
    [
        (Protection({"vắng": STAFF}), "không có trường"),
        (Protection({"cccd": PUBLIC}), "trừ cán bộ"),
        (Protection({}, {UNIT: "phường = 'A'"}), "public và staff"),
        (Protection({}, {PUBLIC: "phường ="}), "quy tắc dòng cho public"),
        (Protection({}, {PUBLIC: "vắng = 1"}), "không có thuộc tính"),
        (Protection({}, {PUBLIC: "tên > 3"}), "quy tắc dòng cho public"),
        (Protection({}, {STAFF: "phường = '" + "a" * 9_000 + "'"}), "8192"),
    ],
)
def test_what_does_not_fit_the_layer_is_refused(said: Protection, vi: str) -> None:
    with pytest.raises(InvalidProtection) as caught:
        protection.settled(said, LAYER, FIELDS)
    assert caught.value.status == 422
    assert vi in caught.value.detail_vi


def test_a_mask_of_a_lost_field_may_stay() -> None:
    layer = replace(LAYER, masks={"cmnd": UNIT})
    said = Protection({"cmnd": UNIT})
    assert protection.settled(said, layer, FIELDS).masks == {"cmnd": UNIT}


def test_fields_that_are_new_are_masked_where_a_masked_one_is_lost() -> None:
    layer = replace(LAYER, masks={"cccd": UNIT, "tên": STAFF})
    renamed = build(["tên", "so_cccd", "phường"], [FieldType.TEXT] * 3)
    assert protection.carried(layer, renamed) == {"so_cccd": UNIT}
    assert protection.carried(layer, build(["tên", "phường"], [FieldType.TEXT] * 2)) == {}
    more = build(["tên", "cccd", "phường", "ghi chú"], [FieldType.TEXT] * 4)
    assert protection.carried(layer, more) == {}


@pytest.mark.parametrize("kind", [None, FieldType.INTEGER])
def test_a_rule_that_a_new_table_cannot_answer_stops_it(kind: FieldType | None) -> None:
    layer = replace(LAYER, row_rules={PUBLIC: "phường = 'A'"})
    protection.check_kept(layer, FIELDS, 9214)
    names = ["tên", "cccd"] + ([] if kind is None else ["phường"])
    types = [FieldType.TEXT] * 2 + ([] if kind is None else [kind])
    with pytest.raises(ProtectionLost) as caught:
        protection.check_kept(layer, build(names, types), 9214)
    assert "quy tắc lọc dòng" in caught.value.detail_vi
