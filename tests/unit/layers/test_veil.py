"""A veiled layer says nothing of what is hidden: not its fields, its names, its style, its rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from gishue.core import bounds
from gishue.core.access import WHOLE, Audience, View, view, views
from gishue.core.actor import ANONYMOUS, OPERATOR
from gishue.core.bounds import Bounds
from layers import veil
from layers.fields import FieldType, build
from layers.layer import Layer, LayerKind
from layers.snapshot import Snapshot
from layers.style import legend, style_layers
from tests.support.people import staff
from tests.support.registry import a_layer

FIELDS = build(["tên", "chủ", "mức"], [FieldType.TEXT, FieldType.TEXT, FieldType.INTEGER])
HIDDEN = View(frozenset({"chủ"}))


def layer(**changes: Any) -> Layer:
    return replace(a_layer(), fields=FIELDS, table_name="l1_r1", unit="so_a", **changes)


def names(one: Layer) -> list[str]:
    return [field.name for field in one.fields]


def test_a_whole_view_and_a_raster_change_nothing() -> None:
    whole = layer()
    raster = layer(kind=LayerKind.RASTER, masks={"chủ": Audience.UNIT})
    assert veil.seen(whole, WHOLE) is whole
    assert veil.seen(raster, HIDDEN) is raster
    assert veil.of(ANONYMOUS, raster) is raster


@pytest.mark.parametrize("said", ["chủ", "CHỦ"])
def test_a_hidden_field_is_gone_wherever_the_layer_names_it(said: str) -> None:
    seen = veil.seen(layer(search_field="chủ", key_field="chủ"), View(frozenset({said})))
    assert names(seen) == ["tên", "mức"]
    assert (seen.search_field, seen.key_field) == (None, "")
    assert [field.name for field in seen.hidden_fields] == ["chủ"]


def test_a_mask_of_a_field_that_is_not_there_hides_nothing_else() -> None:
    seen = veil.seen(layer(search_field="tên"), View(frozenset({"đã bỏ"})))
    assert (names(seen), seen.search_field) == (["tên", "chủ", "mức"], "tên")


def test_a_rule_may_read_what_is_hidden_and_its_values_are_parameters() -> None:
    seen = veil.seen(layer(), View(frozenset({"mức"}), '"mức" <= 2'))
    rows = veil.rows(seen)
    assert rows is not None
    assert rows.where.as_string() == '(t."c3" <= %(row_0)s::bigint)'
    assert rows.values == {"row_0": 2}
    constant = veil.constant_rows(seen)
    assert constant is not None
    assert (constant.where.as_string(), constant.values) == ('(t."c3" <= 2::bigint)', {})
    assert constant is veil.constant_rows(veil.seen(layer(), seen.view))


@pytest.mark.parametrize("rule", ['"mất" = 1', '"mức" <', '"tên" > 3', "x" * 9_000])
def test_a_rule_that_cannot_be_read_shows_no_row(rule: str) -> None:
    rows = veil.rows(veil.seen(layer(), View(filter=rule)))
    assert rows is not None
    assert (rows.where.as_string(), rows.values) == ("false", {})


def test_a_layer_without_a_rule_shows_every_row() -> None:
    assert veil.rows(layer()) is None
    assert veil.rows(veil.seen(layer(), HIDDEN)) is None
    assert layer(feature_count=7).shown_count == 7
    assert veil.seen(layer(feature_count=7), View(filter="mức = 1")).shown_count is None


STYLES: list[tuple[Mapping[str, Any], list[str]]] = [
    ({"type": "circle", "paint": {"circle-color": ["match", ["get", "chủ"], "An", "#f00"]}}, ["x"]),
    ({"type": "fill", "filter": ["==", ["get", "chủ"], "An"]}, []),
    ({"type": "symbol", "layout": {"text-field": "{tên}, {chủ}"}}, []),
    ({"type": "line", "paint": {"line-width": {"property": "chủ", "stops": [["An", 3]]}}}, ["x"]),
]


@pytest.mark.parametrize(("drawn", "kept"), STYLES)
def test_a_style_that_reads_a_hidden_field_says_nothing_of_it(
    drawn: Mapping[str, Any], kept: list[str]
) -> None:
    plain: Mapping[str, Any] = {"type": "circle", "paint": {"circle-radius": 3}}
    style = {"layers": [plain, drawn], "legend": [{"label": "An", "symbol": {"type": "circle"}}]}
    seen = veil.seen(layer(style=style), HIDDEN)
    assert len(style_layers(seen)) == 1 + len(kept)
    assert not any(
        word in repr((seen.style, style_layers(seen), legend(seen))) for word in ("chủ", "An")
    )
    assert seen.style is not None
    assert seen.style["layers"][0] == plain


def test_a_style_that_reads_nothing_hidden_is_kept_with_its_legend() -> None:
    style = {"layers": [{"type": "circle"}], "legend": [{"label": "Cây"}]}
    assert veil.seen(layer(style=style), HIDDEN).style == style


def test_every_view_of_a_layer_has_a_key_of_its_own() -> None:
    masks = {"chủ": Audience.UNIT, "mức": Audience.STAFF}
    veiled = layer(masks=masks, row_rules={Audience.PUBLIC: '"mức" = 1'})
    found = views(veiled)
    assert len({one.key for one in found}) == len(found) == 3
    actors = (ANONYMOUS, staff("an", 1, "so_b"), staff("an", 1, "so_a"), OPERATOR)
    assert {view(actor, veiled) for actor in actors} == found
    assert view(OPERATOR, veiled) == WHOLE
    seen = [veil.of(actor, veiled) for actor in actors]
    assert [veil.is_for_all(one) for one in seen] == [True, False, False, False]


def test_the_public_sees_no_row_that_the_staff_does_not() -> None:
    ruled = layer(row_rules={Audience.STAFF: '"mức" = 1'})
    other = staff("an", 1, "so_b")
    assert view(ANONYMOUS, ruled) == view(other, ruled) == View(filter='"mức" = 1')
    assert veil.is_for_all(veil.of(other, ruled))
    assert not veil.is_for_all(veil.of(OPERATOR, ruled))


def test_a_snapshot_shows_each_its_own_and_keeps_lists_of_the_last_scopes_only() -> None:
    veiled = layer(masks={"chủ": Audience.UNIT})
    snapshot = Snapshot(1, {veiled.slug: veiled})
    assert snapshot.veiled == (veiled,)
    assert names(snapshot.readable(ANONYMOUS, veiled.slug)) == ["tên", "mức"]
    for unit in ("so_a", "so_b"):
        mine = staff("an", 1, unit)
        listed = snapshot.visible(mine)
        assert names(listed[0]) == names(snapshot.readable(mine, veiled.slug))
        assert snapshot.visible(staff("bình", 2, unit)) is listed
    first = snapshot.visible(ANONYMOUS)
    for number in range(200):
        snapshot.visible(staff("an", 1, f"so_{number}"))
    assert snapshot.visible(ANONYMOUS) is not first
    assert snapshot.visible(ANONYMOUS) == first
    assert len(snapshot._lists) == 64  # pyright: ignore[reportPrivateUsage]  the bound is nobody's to ask


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        (None, bounds.CITY),
        (Bounds(107.5, 16.4, 107.6, 16.5), bounds.CITY),
        (Bounds(107.5, 8.6, 112.0, 16.5), bounds.COUNTRY),
        (Bounds(107.5, 16.4, 140.0, 16.5), bounds.WORLD),
    ],
)
def test_where_rows_are_kept_back_the_bounds_are_the_widest_that_say_nothing(
    held: Bounds | None, shown: Bounds
) -> None:
    whole = layer(bounds=held)
    assert veil.seen(whole, View(filter='"mức" <= 2')).bounds == shown
    assert veil.seen(whole, HIDDEN).bounds == held
